"""Inscrição estadual: form and check digits in the 27 states (SINTEGRA's published rules)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fiscalxml.identifiers.ie_formatos import FORMATOS

_MASK: Final = re.compile(r"[\s./-]")


@lru_cache(maxsize=4096)
def is_valid_ie(text: str, uf: str) -> bool:
    """Whether `text`, without mask, is an inscrição of the state `uf` ('SP').

    Zeros missing on the left are supplied first, as SEFAZ does. 'ISENTO' is not a number. Raises
    KeyError for a UF that does not exist.
    """
    return _complete(text, uf) is not None


def normalize_ie(text: str, uf: str) -> str:
    """What a person typed, without mask and with all the zeros of the state's form.

    What is no inscrição of that state comes back without its mask only.
    """
    bare = _MASK.sub("", text)
    number = bare.upper() if bare.isascii() else bare
    return _complete(number, uf) or number


def _complete(text: str, uf: str) -> str | None:
    """The inscrição as given or with the zeros of the current form; None if it is neither."""
    formatos = FORMATOS[uf]
    for number in (text, text.zfill(formatos[0].tamanho)):
        if any(formato.accepts(number) for formato in formatos):
            return number
    return None
