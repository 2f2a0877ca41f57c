"""What a document is found by, beside its own fields."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

CFOP: Final = "cfop:"
"""begins the term of an item's CFOP, as the next ones do of what they say"""
NCM: Final = "ncm:"
CST: Final = "cst:"
"""followed by tax:CST"""
CLASSIFICACAO: Final = "cclasstrib:"
CODIGO: Final = "codigo:"
"""of a finding"""
PALAVRA: Final = "p:"

MAX_WORD: Final = 24
"""characters of a word that count; what follows them is not looked at"""
MAX_TEXT: Final = 500
"""characters of a text whose words are taken"""

_WORD: Final = re.compile(r"[^\W_]{2,}")
# Words that nearly every text or name has, and that tell nothing.
_STOP: Final = frozenset(
    (
        *("da", "das", "de", "do", "dos", "em", "na", "nas", "no", "nos", "com", "para", "por"),
        *("sem", "sob", "ou", "um", "uma", "ao", "aos", "se"),
        *("ltda", "me", "epp", "mei", "eireli", "sa", "cia"),
    )
)


@lru_cache(maxsize=8192)  # the same products and names come again and again
def words(text: str) -> tuple[str, ...]:
    """The words of a text that count, each once: lower case, no accents, at most `MAX_WORD` long.

    Left out: single letters, numbers of up to two digits, and words without a meaning of their own.

    >>> words("PARAFUSO DE AÇO 10 M8")
    ('parafuso', 'aco', 'm8')
    """
    found = _WORD.findall(_plain(text[:MAX_TEXT]))
    kept = (word[:MAX_WORD] for word in found if word not in _STOP and not _is_small(word))
    return tuple(dict.fromkeys(kept))


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare.casefold()


def _is_small(word: str) -> bool:
    return len(word) < 3 and word.isdecimal()
