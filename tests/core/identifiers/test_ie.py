"""Inscrição estadual of the 27 states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml.identifiers.ie import is_valid_ie, normalize_ie
from fiscalxml.identifiers.uf import UFS

# Examples of the states' own pages (SINTEGRA), and real numbers that once tripped validators.
EXAMPLES = [
    ("AC", "0100482300112"),
    ("AL", "240000048"),
    ("AP", "030123459"),
    ("BA", "123456748"),
    ("BA", "162345651"),
    ("BA", "12345663"),
    ("BA", "61234557"),
    ("CE", "060000015"),
    ("CE", "070066515"),
    ("DF", "0730000100109"),
    ("GO", "109876547"),
    ("GO", "110944020"),
    ("GO", "110944021"),
    ("MA", "120000385"),
    ("MG", "0623079040081"),
    ("MT", "00130000019"),
    ("PA", "159999995"),
    ("PB", "060000015"),
    ("PE", "032141840"),
    ("PE", "18100100000049"),
    ("PI", "012345679"),
    ("PR", "1234567850"),
    ("RN", "200400401"),
    ("RN", "2000400400"),
    ("RO", "101625213"),
    ("RO", "00000000625213"),
    ("RR", "240066281"),
    ("RR", "240017556"),
    ("RR", "240034290"),
    ("RR", "240061536"),
    ("RS", "2243658792"),
    ("SC", "251040852"),
    ("SE", "271234563"),
    ("SP", "110042490114"),
    ("SP", "P011004243002"),
    ("TO", "29010227836"),
    ("TO", "32034106890"),
]

# One digit is checked last, over all the others: state and what the others may be (a regex).
ONE_LAST_DIGIT = [
    ("AL", "24[0-9]{6}"),
    ("AM", "[1-9][0-9]{7}"),
    ("AP", "03[2-9][0-9]{5}"),
    ("CE", "0[67][0-9]{6}"),
    ("ES", "08[0-9]{6}"),
    ("GO", "2[0-9]{7}"),
    ("MA", "12[0-9]{6}"),
    ("MS", "(28|50)[0-9]{6}"),
    ("MT", "13[0-9]{8}"),
    ("PA", "(15|7[5-9])[0-9]{6}"),
    ("PB", "16[0-9]{6}"),
    ("PI", "19[0-9]{6}"),
    ("RJ", "[1-9][0-9]{6}"),
    ("RN", "20[0-9]{6,7}"),
    ("RO", "[1-9][0-9]{12}"),
    ("RR", "24[0-9]{6}"),
    ("RS", "[1-9][0-9]{8}"),
    ("SC", "25[0-9]{6}"),
    ("SE", "27[0-9]{6}"),
    ("TO", "29[0-9]{6}"),
    ("TO", "29(01|02|03|99)[0-9]{6}"),
    ("PE", "18[0-9]{11}"),
]

# Two digits stand last: exactly one pair of the hundred is right.
TWO_LAST_DIGITS = [
    ("AC", "01[0-9]{9}"),
    ("BA", "[1-9][0-9]{6}"),
    ("DF", "0[78][0-9]{9}"),
    ("MG", "[1-9][0-9]{10}"),
    ("PE", "[1-9][0-9]{6}"),
    ("PR", "[1-9][0-9]{7}"),
]

NINE_DIGITS = [
    ("AL", "24"),
    ("AM", "04"),
    ("CE", "06"),
    ("ES", "08"),
    ("MA", "12"),
    ("MS", "28"),
    ("MS", "50"),
    ("PA", "15"),
    ("PA", "75"),
    ("PB", "16"),
    ("PI", "19"),
    ("RN", "20"),
    ("SC", "25"),
    ("SE", "27"),
    ("TO", "29"),
]


@pytest.mark.parametrize(("uf", "ie"), EXAMPLES)
def test_the_examples_of_each_state_are_valid(uf: str, ie: str) -> None:
    assert is_valid_ie(ie, uf)


# Nothing checks the last digits of SP's rural form; 11094402 of GO takes two; nine digits of RO
# are the old form, or the new one without its zeros.
MORE_THAN_ONE_LAST_DIGIT = {"P011004243002", "110944020", "110944021", "101625213"}


@pytest.mark.parametrize(
    ("uf", "ie"), [(uf, ie) for uf, ie in EXAMPLES if ie not in MORE_THAN_ONE_LAST_DIGIT]
)
def test_no_other_last_digit_is_valid(uf: str, ie: str) -> None:
    right = [digit for digit in "0123456789" if is_valid_ie(ie[:-1] + digit, uf)]
    assert right == [ie[-1]]


@pytest.mark.parametrize(("uf", "pattern"), ONE_LAST_DIGIT)
@given(data=st.data())
def test_any_number_has_one_right_last_digit(uf: str, pattern: str, data: st.DataObject) -> None:
    base = data.draw(st.from_regex(pattern, fullmatch=True))
    right = [digit for digit in "0123456789" if is_valid_ie(base + digit, uf)]
    assert len(right) == 1


@pytest.mark.parametrize(("uf", "pattern"), TWO_LAST_DIGITS)
@given(data=st.data())
def test_any_number_has_one_right_pair(uf: str, pattern: str, data: st.DataObject) -> None:
    base = data.draw(st.from_regex(pattern, fullmatch=True))
    right = [pair for pair in range(100) if is_valid_ie(f"{base}{pair:02d}", uf)]
    assert len(right) == 1


@pytest.mark.parametrize(("uf", "prefix"), NINE_DIGITS)
@given(middle=st.text("0123456789", min_size=6, max_size=6))
def test_nine_digits_end_in_ten_times_the_sum_modulo_11(uf: str, prefix: str, middle: str) -> None:
    base = prefix + middle
    total = sum((9 - index) * int(char) for index, char in enumerate(base))
    assert is_valid_ie(f"{base}{total * 10 % 11 % 10}", uf)


@given(st.text("0123456789", min_size=10, max_size=10))
def test_sao_paulo_checks_the_ninth_and_the_twelfth_digits(digits: str) -> None:
    candidates = [
        f"{digits[:8]}{first}{digits[8:]}{last}"
        for first in range(10)
        for last in range(10)
        if int(digits) > 0
    ]
    right = [ie for ie in candidates if is_valid_ie(ie, "SP")]
    assert len(right) == (1 if candidates else 0)


@pytest.mark.parametrize(
    ("uf", "ie", "why"),
    [
        ("SP", "110042490115", "wrong last digit"),
        ("SP", "110042491114", "wrong ninth digit"),
        ("SP", "P011004253002", "wrong check digit of a rural number"),
        ("SP", "1100424901140", "13 digits"),
        ("SP", "110.042.490.114", "mask"),
        ("SP", "１１００４２４９０１１４", "full-width digits"),
        ("SP", "110042490114\n", "line break"),
        ("SP", "ISENTO", "no number"),
        ("SP", "", "empty"),
        ("AC", "0200482300112", "AC begins with 01"),
        ("MS", "290000005", "MS begins with 28 or 50"),
        ("TO", "29040227836", "04 is no kind of company"),
        ("RJ", "P0110042", "P exists in SP only"),
    ],
)
def test_what_is_no_inscricao_of_the_state_is_refused(uf: str, ie: str, why: str) -> None:
    assert not is_valid_ie(ie, uf), why


@pytest.mark.parametrize("uf", sorted(UFS))
@pytest.mark.parametrize("length", [1, 2, 8, 9, 10, 11, 12, 13, 14, 15])
def test_zeros_alone_are_never_an_inscricao(uf: str, length: int) -> None:
    assert not is_valid_ie("0" * length, uf)


@pytest.mark.parametrize(
    ("base", "digit"),
    [
        ("03000001", "2"),  # 26 + 5 = 31, remainder 9
        ("03000002", "0"),  # 28 + 5 = 33, remainder 0
        ("03017001", "1"),  # 67 + 9 = 76, remainder 10
        ("03017010", "1"),  # 68 + 9 = 77, remainder 0
        ("03019023", "1"),  # 87, remainder 10: the ordinary rule, from here on
    ],
)
def test_amapa_counts_in_another_way_in_its_older_ranges(base: str, digit: str) -> None:
    right = [other for other in "0123456789" if is_valid_ie(base + other, "AP")]
    assert right == [digit]


@pytest.mark.parametrize(
    ("base", "digits"),
    [
        ("10103105", ["0", "1"]),
        ("10120003", ["0"]),
    ],
)
def test_goias_once_gave_1_to_remainder_1_in_part_of_its_range(
    base: str, digits: list[str]
) -> None:
    assert [other for other in "0123456789" if is_valid_ie(base + other, "GO")] == digits


@pytest.mark.parametrize(
    ("uf", "short", "full"),
    [
        ("MT", "130000019", "00130000019"),
        ("CE", "70066515", "070066515"),
        ("BA", "12345663", "012345663"),
    ],
)
def test_zeros_missing_on_the_left_are_supplied(uf: str, short: str, full: str) -> None:
    assert is_valid_ie(short, uf)
    assert normalize_ie(short, uf) == full


@pytest.mark.parametrize(
    ("uf", "typed", "normal"),
    [
        ("SP", "110.042.490.114", "110042490114"),
        ("SP", "p-01100424.3/002", "P011004243002"),
        ("RO", "101.62521-3", "101625213"),
        ("PE", "0321418-40", "032141840"),
        ("SP", "110.042.490.115", "110042490115"),
        ("SP", "Isento", "ISENTO"),
    ],
)
def test_typed_forms_are_normalized(uf: str, typed: str, normal: str) -> None:
    assert normalize_ie(typed, uf) == normal


def test_a_uf_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        is_valid_ie("123456789", "XX")
