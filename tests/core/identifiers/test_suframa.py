"""Inscrição na SUFRAMA."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml.identifiers.suframa import is_valid_suframa, suframa_check_digit

BASES = st.text("0123456789", min_size=7, max_size=8).filter(lambda base: base.strip("0") != "")


@pytest.mark.parametrize(
    "suframa",
    # Public examples of other projects' tests and pages; and one without its zero on the left.
    ["210140267", "143456784", "148451780", "088451780", "88451780"],
)
def test_a_right_inscricao_is_valid(suframa: str) -> None:
    assert is_valid_suframa(suframa)


@pytest.mark.parametrize(
    ("suframa", "why"),
    [
        ("210140268", "wrong digit"),
        ("", "empty"),
        ("00000000", "zeros"),
        ("000000000", "zeros"),
        ("1434567", "7 digits"),
        ("0210140267", "10 digits"),
        ("21.0140.267", "mask"),
        ("２１０１４０２６７", "full-width digits"),
        ("210140267\n", "line break"),
    ],
)
def test_what_is_no_inscricao_is_refused(suframa: str, why: str) -> None:
    assert not is_valid_suframa(suframa), why


@given(BASES, st.sampled_from("0123456789"))
def test_only_the_computed_digit_is_valid(base: str, digit: str) -> None:
    assert is_valid_suframa(base + digit) == (digit == suframa_check_digit(base))


@given(BASES)
def test_the_digit_makes_the_weighted_sum_a_multiple_of_11(base: str) -> None:
    """Or leaves what no digit can mend: the remainders of 0 and 1 share the digit 0."""
    suframa = base + suframa_check_digit(base)
    total = sum(int(digit) * weight for weight, digit in enumerate(reversed(suframa), 1))
    assert total % 11 in ((0, 1) if suframa.endswith("0") else (0,))


@given(BASES, st.integers(0, 6), st.integers(1, 9))
def test_one_digit_changed_is_found(base: str, place: int, step: int) -> None:
    """Except that the remainders of 0 and 1 share the digit 0."""
    other = base[:place] + str((int(base[place]) + step) % 10) + base[place + 1 :]
    digit = suframa_check_digit(base)
    assert digit == "0" or other == base or suframa_check_digit(other) != digit


@pytest.mark.parametrize("base", ["", "123456", "123456789", "1234567a"])
def test_the_check_digit_of_another_shape_is_an_error(base: str) -> None:
    with pytest.raises(ValueError, match="SUFRAMA"):
        suframa_check_digit(base)
