"""Whose key it is."""

from __future__ import annotations

import pytest

from factory import build
from factory.documents import chave_of
from fiscalxml.identifiers.emitente import emitente_of


@pytest.mark.parametrize(
    ("chave", "emitente"),
    [
        (chave_of(build("nfe")), "12345678000195"),
        (chave_of(build("nfse")), "12345678000195"),
        ("352611" + "12ABC34501DE35" + "550010000010011123456780", "12ABC34501DE35"),
        ("352611" + "00012345678909" + "559200000010011123456780", "12345678909"),
        ("3550308" + "2" + "1" + "00012345678909" + "0" * 27, "12345678909"),
        ("352611" + "0" * 14 + "550010000010011123456780", None),
        ("x" * 44, None),
        ("", None),
        ("1" * 43, None),
    ],
)
def test_the_emitente_of_a_key(chave: str, emitente: str | None) -> None:
    assert emitente_of(chave) == emitente
