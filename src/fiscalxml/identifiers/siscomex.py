"""Numbers of Siscomex that the layouts quote: of a drawback, of an export registration."""

from __future__ import annotations

import re
from typing import Final

_DRAWBACK: Final = re.compile(r"[0-9]{9}|[0-9]{11}")
_REGISTRO: Final = re.compile(r"[0-9]{12}")


def is_drawback(text: str) -> bool:
    """Whether `text` has the form of an ato concessório: AAAANNNNNND, or AANNNNNND (isenção)."""
    return bool(_DRAWBACK.fullmatch(text)) and bool(text.strip("0"))


def is_registro_de_exportacao(text: str) -> bool:
    """Whether it has the form of an RE; an export by DU-E has none, and fills in zeros."""
    return not text.strip("0") or bool(_REGISTRO.fullmatch(text))
