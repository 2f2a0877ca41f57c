"""The runbooks, and what is in them to be pasted."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml_ops.alerts.model import PASTA
from fiscalxml_ops.artefacts import ROOT

PAGES: Final = sorted((ROOT / PASTA).glob("*.md"))
_FENCED: Final = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(kind: str) -> list[tuple[str, str]]:
    """(page, text) of what is fenced as that."""
    return [
        (page.stem, content)
        for page in PAGES
        for language, content in _FENCED.findall(page.read_text(encoding="utf-8"))
        if language == kind
    ]
