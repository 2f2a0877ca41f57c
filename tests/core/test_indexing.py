"""What a document is found by: terms, taxes, names; bounded, whatever it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.documents import build
from fiscalxml.indexing import (
    MAX_NAME,
    MAX_TERMS,
    MAX_WORD,
    Indice,
    Parte,
    index_of,
    pieces,
    words,
)
from fiscalxml.process import process_all


def indexed(data: bytes) -> Indice:
    (found,) = process_all(data)
    return index_of(found.report, found.resumo)


def test_a_note_is_found_by_its_items_its_parties_and_its_findings() -> None:
    indice = indexed(build("nfe"))
    assert set(indice.termos) == {
        *("codigo:SIG-010", "cfop:5102", "cfop:51", "ncm:84713012", "ncm:8471", "ncm:84"),
        *("cst:icms:00", "cst:pis:01", "cst:cofins:01", "cst:ibs:000", "cclasstrib:000001"),
        *("p:empresa", "p:ficticia", "p:compradora", "p:imaginaria", "p:notebook", "p:ficticio"),
    }
    assert indice.partes == (
        Parte("12345678000195", "EMPRESA FICTICIA LTDA", "SP"),
        Parte("11222333000181", "COMPRADORA IMAGINARIA SA", "SP"),
    )


def test_taxes_are_exact_centavos_and_those_that_are_not_there_are_left_out() -> None:
    tributos = indexed(build("nfe")).tributos
    assert tributos == {
        "icms": 18000,
        "icms_st": 0,
        "ipi": 0,
        "pis": 1353,
        "cofins": 6232,
        "ibs": 74,
        "cbs": 670,
    }
    assert indexed(build("nfse")).tributos == {"iss": 2000, "ibs": 98, "cbs": 882}
    assert indexed(build("mdfe")).tributos == {}


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("cte", {"cfop:5353", "cst:icms:00", "cst:ibs:000", "p:frete"}),
        ("nf3e", {"cfop:5253", "p:energia"}),
        ("nfcom", {"cfop:5303", "p:internet"}),
        ("nfse", {"cclasstrib:000001", "p:sistema"}),
        ("mdfe", {"ncm:84713012"}),
    ],
)
def test_kinds_without_products_are_found_by_what_they_have(kind: str, terms: set[str]) -> None:
    assert terms <= set(indexed(build(kind)).termos)


def test_what_stands_for_a_name_in_a_test_document_is_no_name() -> None:
    nota = build("nfe", ambiente=2)
    assert "HOMOLOGACAO" in nota.decode()
    assert [parte.nome for parte in indexed(nota).partes] == ["EMPRESA FICTICIA LTDA"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PARAFUSO DE AÇO 10 M8", ("parafuso", "aco", "m8")),
        ("Pão-de-açúcar, café & chá", ("pao", "acucar", "cafe", "cha")),
        ("caixa c/ 12 un. 500ml 1000", ("caixa", "un", "500ml", "1000")),
        ("ＦＵＬＬ ½ ﬁta", ("full", "fita")),
        ("x" * 100, ("x" * MAX_WORD,)),
        ("do da 1 2 a", ()),
        ("", ()),
    ],
)
def test_words_are_plain_and_those_that_tell_nothing_are_left_out(
    text: str, found: tuple[str, ...]
) -> None:
    assert words(text) == found


@given(st.text())
def test_words_of_any_text_are_bounded_and_have_no_blank(text: str) -> None:
    for word in pieces(text):
        assert 2 <= len(word) <= MAX_WORD
        assert " " not in word
        assert "\0" not in word
        assert word.isalnum()
        assert words(word) in ((word,), ())


def test_a_document_of_a_thousand_words_has_no_more_terms_than_others_may() -> None:
    many = " ".join(f"palavra{number}" for number in range(1000))
    indice = indexed(build("nfe", changes={"det[1]/prod/xProd": many, "emit/xNome": many}))
    assert len(indice.termos) < MAX_TERMS
    assert len(indice.partes[0].nome) == MAX_NAME


def test_codes_that_are_none_make_no_terms() -> None:
    changes = {"det[1]/prod/CFOP": "51 02", "det[1]/prod/NCM": "x' OR 1=1"}
    terms = indexed(build("nfe", changes=changes)).termos
    assert not [term for term in terms if term.startswith(("cfop:", "ncm:"))]


def test_a_message_is_found_by_its_findings_alone() -> None:
    data = b'<consSitNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"/>'
    indice = indexed(data)
    assert indice.termos
    assert all(term.startswith("codigo:") for term in indice.termos)
    assert (indice.tributos, indice.partes) == ({}, ())
