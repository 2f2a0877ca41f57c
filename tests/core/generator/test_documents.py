"""What `generate` draws is valid by every layer, signed, marked, and follows from the seed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.oracles import signatures_hold
from fiscalxml import Report, validate
from fiscalxml.generator import TIPOS, Faixa, Lote, Pedido, TipoGerado, generate, write_authorities

Judge = Callable[[bytes], Report]
RELATORIO = {"cancelamento": "evento", "cce": "evento"}


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    folder = tmp_path_factory.mktemp("ac")
    write_authorities(folder)

    def report(xml: bytes) -> Report:
        return validate(xml, ac=[str(folder)])

    return report


@pytest.mark.parametrize("protocolo", [False, True], ids=["transmissão", "autorizado"])
@pytest.mark.parametrize("tipo", TIPOS)
def test_every_kind_is_valid_and_has_no_finding(
    judge: Judge, tipo: TipoGerado, protocolo: bool
) -> None:
    pedido = Pedido(quantidade=40, semente=11, tipos={tipo: 1}, protocolo=protocolo)
    for documento in generate(pedido):
        report = judge(documento.xml)
        assert report.documento.tipo == RELATORIO.get(tipo, tipo)
        assert [a.mensagem for a in report.achados] == []
        assert report.veredito == "valido"
        assert report.certificado is not None
        assert report.certificado.cadeia == "ok"


@settings(max_examples=60, deadline=None)
@given(semente=st.integers(), indice=st.integers(0, 10**7))
def test_any_document_of_any_seed_is_valid(judge: Judge, semente: int, indice: int) -> None:
    documento = Lote(Pedido(quantidade=10**7 + 1, semente=semente)).draw(indice)
    assert [a.mensagem for a in judge(documento.xml).achados] == []


@pytest.mark.parametrize("ano", [2024, 2025, 2026, 2027])
def test_valid_by_the_rules_of_its_own_day(judge: Judge, ano: int) -> None:
    em = datetime(ano, 6, 15, 12, tzinfo=UTC)
    for documento in generate(Pedido(quantidade=30, em=em)):
        assert judge(documento.xml).veredito == "valido"


def test_a_note_may_have_990_items(judge: Judge) -> None:
    pedido = Pedido(quantidade=1, tipos={"nfe": 1}, itens=[Faixa(990, 990)])
    (documento,) = generate(pedido)
    assert documento.xml.count(b"<det ") == 990
    assert judge(documento.xml).veredito == "valido"


def test_sizes_follow_the_mix() -> None:
    pedido = Pedido(quantidade=60, tipos={"nfe": 1}, itens=[Faixa(2, 2, 2), Faixa(5, 7, 1)])
    counts = [documento.xml.count(b"<det ") for documento in generate(pedido)]
    assert set(counts) == {2, 5, 6, 7}
    assert counts.count(2) > 30


@pytest.mark.parametrize("tipo", TIPOS)
def test_an_independent_verifier_accepts_the_signature(tipo: TipoGerado) -> None:
    (documento,) = generate(Pedido(quantidade=1, tipos={tipo: 1}))
    assert signatures_hold(documento.xml)


def test_the_seed_alone_decides_the_bytes() -> None:
    pedido = Pedido(quantidade=80, semente=5)
    drawn = list(generate(pedido))
    assert list(generate(pedido)) == drawn
    assert [Lote(pedido).draw(indice) for indice in reversed(range(80))] == drawn[::-1]
    assert {d.xml for d in generate(Pedido(quantidade=80, semente=6))}.isdisjoint(
        d.xml for d in drawn
    )


def test_all_is_of_homologacao_and_says_that_it_is_synthetic() -> None:
    for documento in generate(Pedido(quantidade=100)):
        assert set(re.findall(rb"<tpAmb>(\d)</tpAmb>", documento.xml)) == {b"2"}
        assert re.search(rb"(?i)sint(e|\xc3\xa9)tico", documento.xml)


def test_an_event_is_about_the_note_before_it_and_no_two_about_one() -> None:
    drawn = list(generate(Pedido(quantidade=400)))
    events = [d.chave for d in drawn if d.tipo in RELATORIO]
    assert len(set(events)) == len(events)
    about_the_note_before = [
        (nota, evento)
        for nota, evento in pairwise(drawn)
        if evento.tipo in RELATORIO
        # An NFC-e has no carta de correção.
        and nota.tipo in (("nfe",) if evento.tipo == "cce" else ("nfe", "nfce"))
    ]
    assert about_the_note_before
    assert all(nota.chave == evento.chave for nota, evento in about_the_note_before)


def test_cnpjs_have_letters_as_often_as_asked() -> None:
    for share, expected in ((0.0, False), (1.0, True)):
        pedido = Pedido(quantidade=10, tipos={"nfe": 1}, alfanumericos=share)
        emitters = [documento.chave[6:20] for documento in generate(pedido)]
        assert [not cnpj.isdecimal() for cnpj in emitters] == [expected] * 10


def test_without_its_authority_the_chain_is_unknown() -> None:
    (documento,) = generate(Pedido(quantidade=1, tipos={"nfe": 1}))
    report = validate(documento.xml)
    assert report.certificado is not None
    assert report.certificado.cadeia == "indeterminada"


def test_files_are_named_in_order_by_kind() -> None:
    names = [documento.nome for documento in generate(Pedido(quantidade=3, tipos={"cte": 1}))]
    assert names == ["000001-cte.xml", "000002-cte.xml", "000003-cte.xml"]
