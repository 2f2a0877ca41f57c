"""GTIN."""

from __future__ import annotations

import biip.gtin
import pytest
import stdnum.ean
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml.identifiers.gtin import gtin_check_digit, is_valid_gtin

BASES = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length).filter(
        lambda base: base.strip("0") != ""
    )
)


@pytest.mark.parametrize(
    "gtin", ["96385074", "036000291452", "7891000315507", "4006381333931", "17891000315504"]
)
def test_a_right_gtin_is_valid(gtin: str) -> None:
    assert is_valid_gtin(gtin)


@pytest.mark.parametrize(
    ("gtin", "why"),
    [
        ("7891000315508", "wrong digit"),
        ("", "empty"),
        ("SEM GTIN", "the layout's literal"),
        ("00000000", "zeros"),
        ("0000000000000", "zeros, which biip takes for a GTIN-8"),
        ("789100031", "9 digits"),
        ("78910003155", "11 digits"),
        ("017891000315504", "15 digits"),
        ("７８９１０００３１５５０７", "full-width digits"),
        ("7891000315507\n", "line break"),
    ],
)
def test_what_is_not_a_gtin_is_refused(gtin: str, why: str) -> None:
    assert not is_valid_gtin(gtin), why


@given(BASES, st.sampled_from("0123456789"))
def test_only_the_computed_digit_is_valid_as_stdnum_says(base: str, digit: str) -> None:
    assert is_valid_gtin(base + digit) == (digit == gtin_check_digit(base))
    assert is_valid_gtin(base + digit) == stdnum.ean.is_valid(base + digit)


@given(BASES)
def test_biip_accepts_the_same_digit(base: str) -> None:
    gtin = base + gtin_check_digit(base)
    assert biip.gtin.Gtin.parse(gtin).check_digit == int(gtin[-1])


def test_the_check_digit_of_another_shape_is_an_error() -> None:
    with pytest.raises(ValueError, match="base do GTIN"):
        gtin_check_digit("12345678")
