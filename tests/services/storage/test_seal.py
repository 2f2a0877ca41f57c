"""A sealed copy opens to the same bytes, and to nothing else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml_server.kit.storage.data_key import DataKey
from fiscalxml_server.kit.storage.errors import CopiaAdulterada
from fiscalxml_server.kit.storage.packs import Pacote
from fiscalxml_server.kit.storage.seal import key_number, seal, unseal

SECRET = bytes(range(32))
KEY = DataKey(UUID(int=1), 7, SECRET)
ANY_BYTES = st.binary(max_size=5000) | st.binary(max_size=50).map(lambda data: data * 200)


def open_as_stored(sealed: bytes) -> bytes:
    assert key_number(sealed) == 7
    return unseal(sealed, KEY)


@given(ANY_BYTES)
def test_any_bytes_come_back(data: bytes) -> None:
    sealed = seal(data, KEY)
    assert unseal(sealed, KEY) == data
    assert unseal(memoryview(sealed), KEY) == data
    assert key_number(sealed) == 7


@given(ANY_BYTES, st.data())
def test_any_flipped_bit_is_refused(data: bytes, draw: st.DataObject) -> None:
    sealed = bytearray(seal(data, KEY))
    position = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= 1 << draw.draw(st.integers(0, 7))
    with pytest.raises(CopiaAdulterada):
        unseal(bytes(sealed), KEY)


@given(st.binary(max_size=300))
def test_every_truncation_and_any_longer_copy_is_refused(data: bytes) -> None:
    sealed = seal(data, KEY)
    for damaged in (*(sealed[:end] for end in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(CopiaAdulterada):
            open_as_stored(damaged)


@pytest.mark.parametrize(
    "other",
    [
        DataKey(UUID(int=1), 7, os.urandom(32)),
        DataKey(UUID(int=2), 7, SECRET),
    ],
    ids=["another secret", "the same secret for another organisation"],
)
def test_another_key_does_not_open_it(other: DataKey) -> None:
    with pytest.raises(CopiaAdulterada):
        unseal(seal(b"nota", KEY), other)


def test_text_is_compressed_and_what_does_not_shrink_is_not() -> None:
    assert len(seal(b"<det/>" * 1000, KEY)) < 100
    noise = os.urandom(1000)
    assert len(seal(noise, KEY)) == len(noise) + 34


@given(st.lists(ANY_BYTES, max_size=20))
def test_each_copy_of_a_pack_opens_at_its_place(documentos: list[bytes]) -> None:
    pacote = Pacote(KEY)
    places = [pacote.add(documento) for documento in documentos]
    content = pacote.to_bytes()
    assert len(content) == pacote.tamanho
    for documento, (start, length) in zip(documentos, places, strict=True):
        assert unseal(content[start : start + length], KEY) == documento


def test_many_threads_seal_and_open_at_once() -> None:
    def round_trip(number: int) -> bool:
        data = str(number).encode() * 5000
        return unseal(seal(data, KEY), KEY) == data

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(round_trip, range(400)))


def test_a_key_shows_its_secret_nowhere() -> None:
    key = DataKey(uuid4(), 1, SECRET)
    assert SECRET.hex() not in repr(key)
    assert repr(SECRET) not in repr(key)
