"""API keys by their shape: what `parse` takes and what it refuses, without asking anybody."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml_server.kit.api_keys import ALPHABET, PATTERN, new_key, parse, prefix

KNOWN = "fx_live_00000000_00000000000000000000000vJ9J8"
"""written down once: the shape of keys that users have must never change"""

keys = st.builds(lambda teste: new_key(teste=teste), st.booleans())


@given(st.booleans())
def test_a_new_key_says_what_it_is_and_what_it_is_looked_up_by(teste: bool) -> None:
    key = new_key(teste=teste)
    partes = parse(key)
    assert partes is not None
    assert partes.teste is teste
    assert key.startswith(f"{prefix(partes.consulta, teste=teste)}_")
    assert len(key) == 45


def test_the_shape_of_keys_that_are_out_there_stays() -> None:
    partes = parse(KNOWN)
    assert partes is not None
    assert (partes.consulta, partes.teste) == ("00000000", False)


def test_a_key_has_at_least_128_random_bits_besides_what_it_is_looked_up_by() -> None:
    secret = new_key(teste=False).rpartition("_")[2][:-6]
    assert len(secret) * math.log2(len(ALPHABET)) >= 128
    drawn = {letter for _ in range(200) for letter in new_key(teste=False)[17:39]}
    assert drawn == set(ALPHABET)


def test_no_two_are_alike() -> None:
    assert len({new_key(teste=True)[:16] for _ in range(2_000)}) == 2_000


@given(keys, st.data())
def test_one_wrong_character_is_always_found(key: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(key) - 1))
    wrong = data.draw(st.characters().filter(lambda letter: letter != key[place]))
    assert parse(key[:place] + wrong + key[place + 1 :]) is None


@given(keys, st.integers(8, 43))
def test_two_characters_in_the_wrong_order_are_found(key: str, place: int) -> None:
    swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    assert (parse(swapped) is None) == (swapped != key)


@given(st.text())
def test_any_other_text_is_no_key(text: str) -> None:
    assert parse(text) is None
    assert parse(f"fx_live_{text}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fx_live_",
        f"{KNOWN}\n",
        f" {KNOWN}",
        f"{KNOWN}{KNOWN}",
        f"{KNOWN}\0",
        KNOWN.replace("live", "test"),
        KNOWN.replace("live", "LIVE"),
        KNOWN.replace("0", "٠"),
        KNOWN.replace("0", "\uff10"),
        KNOWN.replace("0", "\udc80"),
        "fx_live_" + "0" * 1_000_000,
    ],
)
def test_what_only_looks_like_one_is_refused(text: str) -> None:
    assert parse(text) is None


@given(keys, st.sampled_from([" ", "\n", '"', "=", "/", "\t", ""]))
def test_a_scanner_finds_each_key_in_a_file(key: str, around: str) -> None:
    assert re.findall(PATTERN, f"API_KEY={around}{key}{around}\nfx_live_curta") == [key]
