"""A copy of the tables, edited as an operator would."""

from __future__ import annotations

from pathlib import Path

from fiscalxml_ops.cost.prices import FOLDER

TABLES = ("precos.tsv", "fontes.tsv", "premissas.tsv")


def edited(place: Path, *edits: tuple[str, str]) -> Path:
    """`place` with the tables in it; each edit is of the first such text of the prices."""
    place.mkdir(exist_ok=True)
    for name in TABLES:
        (place / name).write_bytes((FOLDER / name).read_bytes())
    text = (place / "precos.tsv").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    (place / "precos.tsv").write_text(text, encoding="utf-8")
    return place
