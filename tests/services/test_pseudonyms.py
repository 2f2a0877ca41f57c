"""What stands for a CPF: the same for the same key, and nothing without it."""

from __future__ import annotations

import pytest

import seeds
from factory.documents import build
from fiscalxml_server.kit.pseudonyms import BYTES, Pseudonimos

_CPF = seeds.CPF
_ONE, _OTHER = Pseudonimos(b"1" * 32), Pseudonimos(b"2" * 32)


def test_a_pseudonym_is_of_one_key() -> None:
    assert len(_ONE.of(_CPF)) == BYTES
    assert _ONE.of(_CPF) == Pseudonimos(b"1" * 32).of(_CPF)
    assert _ONE.of(_CPF) != _OTHER.of(_CPF)
    assert _CPF.encode() not in _ONE.of(_CPF)


@pytest.mark.parametrize(
    "xml",
    [
        "<dest><CPF>52998224725</CPF></dest>",
        "<n:dest xmlns:n='x'><n:CPF>52998224725</n:CPF></n:dest>",
        "<a><CPF\n>\n 52998224725 \n</CPF></a>",
        "<a><CPFTransp>52998224725</CPFTransp></a>",
        "<a><CNPJ>11222333000181</CNPJ><CPF>52998224725</CPF><CPF>52998224725</CPF></a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_cpf_is_found_wherever_it_stands_as_one(xml: str, encoding: str) -> None:
    assert _ONE.in_xml(xml.encode(encoding)) == (_ONE.of(_CPF),)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\0",
        b"\0\0\0\0",
        b"CPF",
        b"<CPF>5299822472</CPF>",
        b"<CPF>529982247255</CPF>",
        b"\xff",
    ],
)
def test_what_is_no_cpf_stands_for_nobody(xml: bytes) -> None:
    assert _ONE.in_xml(xml) == ()


def test_the_driver_of_a_manifest_is_found() -> None:
    assert _ONE.in_xml(build("mdfe")) == (_ONE.of("12345678909"),)
    assert _ONE.in_xml(build("nfe")) == ()
