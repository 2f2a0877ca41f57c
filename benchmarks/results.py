"""`results.md`: a part for each benchmark, replaced by its next run."""

from __future__ import annotations

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("results.md")
_PARTS = re.compile(r"^(?=# )", re.MULTILINE)


def write_part(text: str, path: Path = RESULTS) -> None:
    """Put a part, which begins with its heading (`# …`), in the place of the last one of its name.

    A part whose name is new comes last.
    """
    heading = text.partition("\n")[0]
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = {part.partition("\n")[0]: part for part in _PARTS.split(old) if part.strip()}
    parts[heading] = text.rstrip("\n") + "\n"
    path.write_text(
        "\n".join(part.rstrip("\n") + "\n" for part in parts.values()), encoding="utf-8"
    )
