"""CPF: nine digits and two check digits."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.identifiers.modulo import modulo_11, weighted_sum

_CPF: Final = re.compile(r"[0-9]{11}")
_BASE: Final = re.compile(r"[0-9]{9}")
_MASK: Final = re.compile(r"[\s.-]")
_WEIGHTS: Final = (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)


def is_valid_cpf(text: str) -> bool:
    """Whether `text` is a CPF exactly as the layouts write it: 11 digits, no mask.

    Repeated digits (11111111111) satisfy the arithmetic but are never issued.
    """
    if not _CPF.fullmatch(text) or len(set(text)) == 1:
        return False
    return cpf_check_digits(text[:9]) == text[9:]


def cpf_check_digits(base: str) -> str:
    """The two check digits of the first 9 digits. Raises ValueError on another shape."""
    if not _BASE.fullmatch(base):
        raise ValueError(f"A base do CPF tem 9 dígitos: {base!r}.")
    first = modulo_11(weighted_sum(base, _WEIGHTS[1:]))
    return first + modulo_11(weighted_sum(base + first, _WEIGHTS))


def format_cpf(cpf: str) -> str:
    """12345678909 as 123.456.789-09."""
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


def normalize_cpf(text: str) -> str:
    """What a person typed, without mask.

    Raises ValueError when that does not have 11 digits. Check digits are not verified.
    """
    cpf = _MASK.sub("", text)
    if not _CPF.fullmatch(cpf):
        raise ValueError(f"O CPF tem 11 dígitos: {text!r}.")
    return cpf
