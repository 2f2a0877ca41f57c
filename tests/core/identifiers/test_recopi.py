"""RECOPI."""

from __future__ import annotations

import pytest

from fiscalxml.identifiers.recopi import is_valid_recopi, recopi_check_digits

PUBLICADO = "20131106114609734393"
"""the manual's own example"""


def test_a_published_number_is_valid() -> None:
    assert is_valid_recopi(PUBLICADO)
    assert recopi_check_digits(PUBLICADO[:18]) == PUBLICADO[18:]


@pytest.mark.parametrize(
    ("recopi", "why"),
    [
        ("20131106114609734394", "wrong second digit"),
        ("20131106114609734383", "wrong first digit"),
        ("2013110611460973439", "19 digits"),
        ("00000000000000000000", "zeros, which are no day"),
        ("20131306114609734393", "month 13"),
        ("20121106114609734324", "before there was a RECOPI"),
        ("", "empty"),
        ("2013110611460973439A", "a letter"),
    ],
)
def test_a_wrong_number_is_not(recopi: str, why: str) -> None:
    assert not is_valid_recopi(recopi), why
