"""What a validation costs, measured in a process of its own.

As a script it validates the file that its argument names and prints the measures as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from fiscalxml import validate_all

HANG = 60  # seconds: a guard, no measure


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one validation that was consumed report by report."""

    reports: int
    vereditos: list[str]
    codigos: list[str]
    largest_report: int
    """bytes of JSON"""
    most_findings: int
    """in one report"""
    peak_mb: int
    """of the whole process: the interpreter, the schemas, the input, the validation"""


def measure(data: bytes, folder: Path) -> Measures:
    """Validate `data` in a fresh process. Raises `TimeoutExpired` when it hangs."""
    path = folder / "entrada.xml"
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, __file__, str(path)], capture_output=True, timeout=HANG, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return Measures(**json.loads(done.stdout))


def _validate(data: bytes) -> Measures:
    reports = largest = findings = 0
    vereditos, codigos = Counter[str](), Counter[str]()
    for report in validate_all(data):
        reports += 1
        vereditos[report.veredito] += 1
        codigos.update(achado.codigo for achado in report.achados)
        largest = max(largest, len(report.to_json()))
        findings = max(findings, len(report.achados))
    return Measures(reports, sorted(vereditos), sorted(codigos), largest, findings, _peak_mb())


def _peak_mb() -> int:
    """VmHWM, for `ru_maxrss` of a child starts at the peak of the process that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


if __name__ == "__main__":
    print(json.dumps(asdict(_validate(Path(sys.argv[1]).read_bytes()))))
