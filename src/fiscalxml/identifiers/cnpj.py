"""CNPJ: numeric, or alphanumeric as issued since July 2026 (IN RFB 2.229/2024)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fiscalxml.identifiers.modulo import modulo_11, weighted_sum, weights_2_to_9

_CNPJ: Final = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_BASE: Final = re.compile(r"[0-9A-Z]{12}")
_MASK: Final = re.compile(r"[\s./-]")
_ZEROS: Final = "0" * 14


@lru_cache(maxsize=4096)  # the companies in a folder are few
def is_valid_cnpj(text: str) -> bool:
    """Whether `text` is a CNPJ exactly as the layouts write it: 14 characters, no mask."""
    if not _CNPJ.fullmatch(text) or text == _ZEROS:
        return False
    return cnpj_check_digits(text[:12]) == text[12:]


def cnpj_check_digits(base: str) -> str:
    """The two check digits of the first 12 characters. Raises ValueError on another shape."""
    if not _BASE.fullmatch(base):
        raise ValueError(f"A base do CNPJ tem 12 caracteres entre 0-9 e A-Z: {base!r}.")
    first = modulo_11(weighted_sum(base, weights_2_to_9(12)))
    return first + modulo_11(weighted_sum(base + first, weights_2_to_9(13)))


def cnpj_root(cnpj: str) -> str:
    """The first 8 characters, which all establishments of a company share."""
    return cnpj[:8]


def format_cnpj(cnpj: str) -> str:
    """12ABC34501DE35 as 12.ABC.345/01DE-35."""
    return f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"


def normalize_cnpj(text: str) -> str:
    """What a person typed, without mask and in upper case.

    Raises ValueError when that does not have the form of a CNPJ. Check digits are not verified.
    """
    # Upper-casing before this check would turn letters such as 'ı' into ASCII ones.
    bare = _MASK.sub("", text)
    cnpj = bare.upper() if bare.isascii() else bare
    if not _CNPJ.fullmatch(cnpj):
        raise ValueError(
            f"O CNPJ tem 14 caracteres (12 entre 0-9 e A-Z e 2 dígitos finais): {text!r}."
        )
    return cnpj
