"""What may be written to a terminal, and how it is written to any other output."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_PLAIN_WIDTH = 100

# For outputs that cannot hold them; letters lose their accents.
_ASCII = {
    "✔": "v",
    "✖": "x",
    "○": "o",
    "→": "->",
    "–": "-",
    "—": "-",
    "…": "...",
    "·": "-",
    "×": "x",
}


def safe(text: str) -> str:
    """Document text without what a terminal would obey: controls, escapes, bidi marks.

    Controls are shown by their pictures (ESC is ␛), other invisible characters as U+FFFD.
    """
    return text if text.isprintable() else "".join(map(_safe, text))


def _safe(char: str) -> str:
    if char.isprintable():
        return char
    if char < " ":
        return chr(0x2400 + ord(char))
    return {"\x7f": "␡", "\xa0": " "}.get(char, "\ufffd")


def accept_any_text() -> None:
    """Standard streams never fail on a character that their encoding lacks."""
    codecs.register_error("fiscalxml", _nearest)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="fiscalxml")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(map(_nearest_ascii, bad)), error.end


def _nearest_ascii(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return _ASCII.get(char) or plain or "?"


def console(file: IO[str]) -> Console:
    """Plain text of `COLUMNS` or 100 columns unless `file` is a terminal; honours NO_COLOR."""
    from rich.console import Console

    width = None if file.isatty() or os.environ.get("COLUMNS") else _PLAIN_WIDTH
    return Console(file=file, width=width, highlight=False, markup=False, emoji=False)
