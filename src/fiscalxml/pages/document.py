"""The page of one document: verdict, layers, findings with their fixes, parties, totals, items."""

from __future__ import annotations

from collections.abc import Iterator

from fiscalxml.pages.assets import CHARACTERS, STYLE, asset, policy, template
from fiscalxml.pages.ficha import Ficha


def render(ficha: Ficha) -> Iterator[str]:
    """The page in pieces; it has no script."""
    stream = template("document.html.j2").stream(ficha=ficha, style=asset(STYLE), csp=policy())
    stream.enable_buffering(CHARACTERS)
    return stream
