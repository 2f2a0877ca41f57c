"""What the runbooks say to paste, run as it is written.

A block of shell whose first line is `# passo: NAME` is a step that a drill runs. A page may hold it
for one place only, so a name has one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
PAGES: Final = sorted((ROOT / "docs" / "runbooks" / "desastres").glob("*.md"))
_STEP: Final = re.compile(r"```sh\n# passo: ([\w-]+)[^\n]*\n(.*?)```", re.DOTALL)
_AWS: Final = re.compile(r"```sh\n# aws[^\n]*\n(.*?)```", re.DOTALL)


def steps() -> dict[str, str]:
    """Name -> script. AssertionError where a name is there twice."""
    found: dict[str, str] = {}
    for page in PAGES:
        for name, script in _STEP.findall(page.read_text(encoding="utf-8")):
            assert name not in found, f"{page.stem}: {name} is there twice"
            found[name] = script
    return found


def aws_blocks() -> Iterator[tuple[str, str]]:
    """(page, script) of what is for AWS."""
    for page in PAGES:
        for script in _AWS.findall(page.read_text(encoding="utf-8")):
            yield page.stem, script
