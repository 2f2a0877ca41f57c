"""`make conformidade`: writes the pages, then says what is wrong; 1 where anything is."""

from __future__ import annotations

import sys

from fiscalxml_ops.compliance.artefacts import artefacts
from fiscalxml_ops.compliance.checking import faults
from fiscalxml_ops.compliance.project import ROOT


def main() -> int:
    """The pages are written all the same: one sees in them what is meant."""
    for name, content in artefacts().items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    found = faults()
    for each in found:
        sys.stderr.write(f"conformidade: {each}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
