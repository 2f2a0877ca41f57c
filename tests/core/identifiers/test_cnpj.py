"""CNPJ, numeric and alphanumeric."""

from __future__ import annotations

import brutils.cnpj  # type: ignore[import-untyped]
import pytest
import stdnum.br.cnpj
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml.identifiers.cnpj import (
    cnpj_check_digits,
    cnpj_root,
    format_cnpj,
    is_valid_cnpj,
    normalize_cnpj,
)

# 12ABC34501DE35 is the example of the Receita Federal's own manual.
VALID = ["12ABC34501DE35", "00000000000191", "33000167000101", "11222333000181"]

BASES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=12, max_size=12).filter(
    lambda base: base != "0" * 12
)


@pytest.mark.parametrize("cnpj", VALID)
def test_a_right_cnpj_is_valid(cnpj: str) -> None:
    assert is_valid_cnpj(cnpj)


@pytest.mark.parametrize(
    ("cnpj", "why"),
    [
        ("11222333000182", "wrong digit"),
        ("00000000000000", "all zeros"),
        ("", "empty"),
        ("1122233300018", "13 characters"),
        ("112223330001811", "15 characters"),
        ("11222333000181\n", "line break"),
        ("11.222.333/0001-81", "mask"),
        ("12abc34501de35", "lower case"),
        ("12ABC34501DE3A", "letter among the check digits"),
        ("１１２２２３３３０００１８１", "full-width digits"),
        ("١١٢٢٢٣٣٣٠٠٠١٨١", "Arabic digits"),
    ],
)
def test_what_is_not_exactly_a_cnpj_is_refused(cnpj: str, why: str) -> None:
    assert not is_valid_cnpj(cnpj), why


@given(BASES)
def test_a_cnpj_with_computed_digits_is_valid_to_us_and_to_the_oracles(base: str) -> None:
    cnpj = base + cnpj_check_digits(base)
    assert is_valid_cnpj(cnpj)
    assert stdnum.br.cnpj.is_valid(cnpj)
    assert brutils.cnpj.is_valid(cnpj)


@given(BASES, st.integers(0, 99))
def test_only_one_pair_of_digits_is_valid(base: str, pair: int) -> None:
    cnpj = f"{base}{pair:02d}"
    assert is_valid_cnpj(cnpj) == (cnpj[12:] == cnpj_check_digits(base))
    assert is_valid_cnpj(cnpj) == stdnum.br.cnpj.is_valid(cnpj)


def test_the_check_digits_of_another_shape_are_an_error() -> None:
    with pytest.raises(ValueError, match="12 caracteres"):
        cnpj_check_digits("123")


def test_the_root_is_shared_by_all_establishments() -> None:
    assert cnpj_root("12ABC34501DE35") == "12ABC345"


def test_the_mask_is_the_usual_one() -> None:
    assert format_cnpj("12ABC34501DE35") == "12.ABC.345/01DE-35"


@pytest.mark.parametrize(
    "typed", ["12.ABC.345/01DE-35", " 12abc34501de35\n", "12 ABC 345 01DE 35", "12ABC34501DE35"]
)
def test_typed_forms_are_normalized(typed: str) -> None:
    assert normalize_cnpj(typed) == "12ABC34501DE35"


@pytest.mark.parametrize(
    "typed", ["", "123", "12.ABC.345/01DE-3A", "１１２２２３３３０００１８１", "ı2ABC34501DE35"]
)
def test_what_has_no_form_of_cnpj_is_not_normalized(typed: str) -> None:
    with pytest.raises(ValueError, match="CNPJ tem 14 caracteres"):
        normalize_cnpj(typed)


@given(BASES)
def test_normalizing_undoes_the_mask(base: str) -> None:
    cnpj = base + cnpj_check_digits(base)
    assert normalize_cnpj(format_cnpj(cnpj)) == cnpj
