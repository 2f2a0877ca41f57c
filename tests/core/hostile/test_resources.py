"""No input within the byte cap takes much memory, hangs, or makes a report that none can read.

Each is validated in a process of its own, whose peak includes the interpreter and the schemas.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from largest_documents import DOCUMENTS
from largest_inputs import CAP, REFUSED, TEXTS
from measured import measure

PEAK_MB = 300
LARGEST_REPORT = 1_000_000
MOST_FINDINGS = 1_000

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from /proc"
)


@pytest.mark.parametrize("build_input", [*TEXTS, *DOCUMENTS], ids=lambda make: make.__name__)
def test_the_largest_inputs_stay_within_bounds(
    build_input: Callable[[], bytes], tmp_path: Path
) -> None:
    data = build_input()
    assert len(data) <= CAP
    measures = measure(data, tmp_path)
    assert measures.reports >= 1
    assert measures.peak_mb < PEAK_MB
    assert measures.largest_report < LARGEST_REPORT
    assert measures.most_findings <= MOST_FINDINGS


@pytest.mark.parametrize(("codigo", "build_input"), REFUSED.items())
def test_what_is_over_a_cap_is_refused(
    codigo: str, build_input: Callable[[], bytes], tmp_path: Path
) -> None:
    measures = measure(build_input(), tmp_path)
    assert (measures.vereditos, measures.codigos) == (["invalido"], [codigo])
    assert measures.peak_mb < PEAK_MB
