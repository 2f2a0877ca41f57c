"""The forms of inscrição estadual, as a table: length, prefix and check digits per state.

Source: "Roteiro de crítica da inscrição estadual" of each state at sintegra.gov.br. Where states
have since opened new ranges, the comment on the row says which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from fiscalxml.identifiers.modulo import modulo_11, weighted_sum

Weights = Sequence[int]


class Dv(NamedTuple):
    """One check digit: where it stands, what weighs on the digits from the left, and the rule.

    A weight of 0 leaves a digit out; digits past the last weight do not count.
    """

    position: int
    weights: Weights
    rule: Callable[[int], str] = modulo_11
    total: Callable[[str, Weights], int] = weighted_sum

    def holds(self, number: str) -> bool:
        """Whether the digit at `position` is the one that the others call for."""
        return number[self.position] == self.rule(
            self.total(number[: len(self.weights)], self.weights)
        )


class Formato:
    """One form of inscrição: its length, how it starts (a regex) and its check digits.

    `faixa`, where given, limits the number before its last digit.
    """

    def __init__(self, tamanho: int, prefixo: str, *dvs: Dv, faixa: range | None = None) -> None:
        self.tamanho = tamanho
        self._pattern = re.compile(rf"(?:{prefixo})[0-9]*")
        self._dvs = dvs
        self._faixa = faixa

    def accepts(self, number: str) -> bool:
        """Whether `number` has this form, zeros on the left included."""
        return (
            len(number) == self.tamanho
            and self._pattern.fullmatch(number) is not None
            and number.strip("0") != ""
            and (self._faixa is None or int(number[:-1]) in self._faixa)
            and all(dv.holds(number) for dv in self._dvs)
        )


def _modulo_11_minus_10(total: int) -> str:
    """11 minus the remainder, of which only the last digit counts (RO, PE)."""
    return str((11 - total % 11) % 10)


def _modulo_11_rest(total: int) -> str:
    """The last digit of the remainder (SP)."""
    return str(total % 11 % 10)


def _modulo_10(total: int) -> str:
    return str(-total % 10)


def _modulo_9_rest(total: int) -> str:
    return str(total % 9)


def _modulo_11_go(total: int) -> str:
    """The former exception of GO: remainder 1 gives 1 in part of the range."""
    return "1" if total % 11 == 1 else modulo_11(total)


def _sum_of_digits(text: str, weights: Weights) -> int:
    """Sum of the digits of each product (MG)."""
    products = (int(char) * weight for char, weight in zip(text, weights, strict=True))
    return sum(sum(divmod(product, 10)) for product in products)


_9_A_2: Final = (9, 8, 7, 6, 5, 4, 3, 2)
_4_A_2: Final = (4, 3, 2, *_9_A_2)
_5_A_2: Final = (5, 4, 3, 2, *_9_A_2)

_NOVE_DIGITOS: Final = Dv(8, _9_A_2)
_TREZE_DIGITOS: Final = (Dv(11, _4_A_2), Dv(12, _5_A_2))


def _dv_ap(added: int, for_11: str) -> Dv:
    """AP's older ranges add a constant to the sum, and an 11 gives their own digit."""

    def rule(total: int) -> str:
        digit = 11 - (total + added) % 11
        return {10: "0", 11: for_11}.get(digit, str(digit))

    return Dv(8, _9_A_2, rule)


def _bahia(segundo: str, rule: Callable[[int], str]) -> Formato:
    """The last digit comes first, and the one before it counts the last (9 digits; once 8)."""
    return Formato(
        9,
        f"[0-9]{segundo}",
        Dv(8, (8, 7, 6, 5, 4, 3, 2), rule),
        Dv(7, (9, 8, 7, 6, 5, 4, 3, 0, 2), rule),
    )


_SP_PRIMEIRO: Final = (1, 3, 4, 5, 6, 7, 8, 10)

FORMATOS: Final[dict[str, tuple[Formato, ...]]] = {
    "AC": (Formato(13, "01", *_TREZE_DIGITOS),),
    "AL": (Formato(9, "24", _NOVE_DIGITOS),),
    "AM": (Formato(9, "", _NOVE_DIGITOS),),
    "AP": (
        Formato(9, "03", _dv_ap(5, "0"), faixa=range(3000001, 3017001)),
        Formato(9, "03", _dv_ap(9, "1"), faixa=range(3017001, 3019023)),
        Formato(9, "03", _NOVE_DIGITOS, faixa=range(3019023, 4000000)),
    ),
    "BA": (_bahia("[0-58]", _modulo_10), _bahia("[679]", modulo_11)),
    # Once always 06.
    "CE": (Formato(9, "", _NOVE_DIGITOS),),
    # Once always 07; 08 since 2020, and 09 is next.
    "DF": (Formato(13, "0[7-9]", *_TREZE_DIGITOS),),
    "ES": (Formato(9, "", _NOVE_DIGITOS),),
    # The exceptions are gone from SINTEGRA's page, but numbers given under them remain.
    "GO": (
        Formato(9, "1[015]|2[0-9]", _NOVE_DIGITOS),
        Formato(9, "10", Dv(8, _9_A_2, _modulo_11_go), faixa=range(10103105, 10119998)),
        Formato(9, "11094402[01]"),
    ),
    "MA": (Formato(9, "12", _NOVE_DIGITOS),),
    "MG": (
        Formato(
            13,
            "",
            # A zero that the rule inserts after the third digit only shifts the weights.
            Dv(11, (1, 2, 1, 1, 2, 1, 2, 1, 2, 1, 2), _modulo_10, _sum_of_digits),
            Dv(12, (3, 2, 11, 10, *_9_A_2)),
        ),
    ),
    "MS": (Formato(9, "28|50", _NOVE_DIGITOS),),
    "MT": (Formato(11, "", Dv(10, (3, 2, *_9_A_2))),),
    "PA": (Formato(9, "15|7[5-9]", _NOVE_DIGITOS),),
    "PB": (Formato(9, "", _NOVE_DIGITOS),),
    "PE": (
        Formato(9, "", Dv(7, (8, 7, 6, 5, 4, 3, 2)), _NOVE_DIGITOS),
        Formato(14, "", Dv(13, (5, 4, 3, 2, 1, *_9_A_2), _modulo_11_minus_10)),
    ),
    "PI": (Formato(9, "", _NOVE_DIGITOS),),
    "PR": (Formato(10, "", Dv(8, (3, 2, 7, 6, 5, 4, 3, 2)), Dv(9, (4, 3, 2, 7, 6, 5, 4, 3, 2))),),
    "RJ": (Formato(8, "", Dv(7, (2, 7, 6, 5, 4, 3, 2))),),
    "RN": (Formato(9, "20", _NOVE_DIGITOS), Formato(10, "20", Dv(9, (10, *_9_A_2)))),
    "RO": (
        Formato(14, "", Dv(13, (6, 5, 4, 3, 2, *_9_A_2), _modulo_11_minus_10)),
        # Until 31/07/2000, after three digits of município that do not count.
        Formato(9, "", Dv(8, (0, 0, 0, 6, 5, 4, 3, 2), _modulo_11_minus_10)),
    ),
    "RR": (Formato(9, "24", Dv(8, (1, 2, 3, 4, 5, 6, 7, 8), _modulo_9_rest)),),
    "RS": (Formato(10, "", Dv(9, (2, *_9_A_2))),),
    "SC": (Formato(9, "", _NOVE_DIGITOS),),
    "SE": (Formato(9, "", _NOVE_DIGITOS),),
    "SP": (
        Formato(
            12,
            "",
            Dv(8, _SP_PRIMEIRO, _modulo_11_rest),
            Dv(11, (3, 2, 10, *_9_A_2), _modulo_11_rest),
        ),
        # Produtor rural: the P weighs nothing and the last three digits are not checked.
        Formato(13, "P0", Dv(9, (0, *_SP_PRIMEIRO), _modulo_11_rest)),
    ),
    "TO": (
        Formato(9, "", _NOVE_DIGITOS),
        # Until 2002: the third and fourth digits are the kind of company and do not count.
        Formato(11, "[0-9]{2}(?:0[123]|99)", Dv(10, (9, 8, 0, 0, 7, 6, 5, 4, 3, 2))),
    ),
}
"""UF -> its forms, the current one first."""
