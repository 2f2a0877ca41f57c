"""docs/webhooks.md: what it points to is there, and its example of a receiver's test runs."""

from __future__ import annotations

import re
from pathlib import Path

_GUIDE = Path(__file__).parents[3] / "docs" / "webhooks.md"


def test_what_it_points_to_is_there() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", _GUIDE.read_text("utf-8"))
    assert len(links) >= 7
    assert [each for each in links if not (_GUIDE.parent / each).is_file()] == []


def test_the_example_of_a_receiver_s_test_runs() -> None:
    examples = re.findall(r"```python\n(.*?)```", _GUIDE.read_text("utf-8"), re.DOTALL)
    (example,) = (each for each in examples if "Signer" in each)
    exec(compile(example, _GUIDE.name, "exec"), {})  # noqa: S102 - of this repository
