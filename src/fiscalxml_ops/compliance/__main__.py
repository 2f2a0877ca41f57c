"""`make conformidade`: writes the pages, then says what is wrong; 1 where anything is."""

from __future__ import annotations

import sys

import msgspec

from fiscalxml_ops.compliance.artefacts import artefacts
from fiscalxml_ops.compliance.checking import faults
from fiscalxml_ops.compliance.flows.drawing import SemLugar
from fiscalxml_ops.compliance.project import ROOT


def main() -> int:
    """What is wrong with a page's sources is told beside it: one sees in it what is meant."""
    try:
        found = [*written(), *faults()]
    except msgspec.ValidationError as error:
        found = [str(error)]
    for each in found:
        sys.stderr.write(f"conformidade: {each}\n")
    return 1 if found else 0


def written() -> list[str]:
    """All pages, or none and why not. Raises msgspec.ValidationError."""
    try:
        pages = artefacts()
    except (SemLugar, LookupError) as error:
        return [f"as páginas não foram feitas: {error}"]
    for name, content in pages.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return []


if __name__ == "__main__":
    sys.exit(main())
