"""CPF."""

from __future__ import annotations

import brutils.cpf  # type: ignore[import-untyped]
import pytest
import stdnum.br.cpf
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml.identifiers.cpf import cpf_check_digits, format_cpf, is_valid_cpf, normalize_cpf

BASES = st.text("0123456789", min_size=9, max_size=9).filter(lambda base: len(set(base)) > 1)


@pytest.mark.parametrize("cpf", ["12345678909", "52998224725", "00000000191"])
def test_a_right_cpf_is_valid(cpf: str) -> None:
    assert is_valid_cpf(cpf)


@pytest.mark.parametrize("digit", "0123456789")
def test_repeated_digits_are_refused(digit: str) -> None:
    assert not is_valid_cpf(digit * 11)


@pytest.mark.parametrize(
    "cpf",
    [
        "",
        "12345678900",
        "1234567890",
        "012345678909",
        "123.456.789-09",
        "１２３４５６７８９０９",
        "12345678909\n",
    ],
)
def test_what_is_not_exactly_a_cpf_is_refused(cpf: str) -> None:
    assert not is_valid_cpf(cpf)


@given(BASES, st.integers(0, 99))
def test_only_the_computed_digits_are_valid_as_the_oracles_say(base: str, pair: int) -> None:
    right = base + cpf_check_digits(base)
    assert is_valid_cpf(right)
    cpf = f"{base}{pair:02d}"
    assert is_valid_cpf(cpf) == (cpf == right)
    assert is_valid_cpf(cpf) == stdnum.br.cpf.is_valid(cpf) == brutils.cpf.is_valid(cpf)


def test_the_check_digits_of_another_shape_are_an_error() -> None:
    with pytest.raises(ValueError, match="9 dígitos"):
        cpf_check_digits("12345678A")


@pytest.mark.parametrize("typed", ["123.456.789-09", " 12345678909 ", "123 456 789 09"])
def test_typed_forms_are_normalized(typed: str) -> None:
    assert normalize_cpf(typed) == "12345678909"


@pytest.mark.parametrize("typed", ["", "123", "123.456.789-0X"])
def test_what_has_no_form_of_cpf_is_not_normalized(typed: str) -> None:
    with pytest.raises(ValueError, match="CPF tem 11 dígitos"):
        normalize_cpf(typed)


def test_the_mask_is_the_usual_one() -> None:
    assert format_cpf("12345678909") == "123.456.789-09"
