"""The resumo: the same shape for every kind, every text the XML's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest
from lxml import etree

import fiscalxml
from corpus.manifest import needs_corpus, rows
from factory import build
from factory.kinds import KINDS
from fiscalxml import (
    Resumo,
    ResumoImpossivel,
    SemResumo,
    VariosDocumentos,
    summarize,
    summarize_all,
)
from fiscalxml.summarize import tags_all

OWN = {
    *("tipo", "parece", "ambiente", "situacao", "operacao", "emissao", "raiz", "chave", "evento"),
    "papel",
}
"""what the resumo says in its own words (or, as a date, with its offset)"""


def texts_of(data: bytes) -> set[str]:
    """Every text and attribute of a document."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, recover=True))
    found: set[str] = set()
    for node in root.iter("{*}*"):
        found |= {"".join(node.itertext()), node.text or "", *map(str, node.attrib.values())}
    return found


def said(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of all that a resumo says, but for what it says in its own words."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in OWN:
                yield from said(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from said(inner, name)
    elif isinstance(value, str):
        yield name, value


def strangers(resumo: Resumo, texts: set[str]) -> list[tuple[str, str]]:
    """What a resumo says that does not stand in the XML as it is."""
    fields = msgspec.to_builtins(resumo)
    told = [pair for pair in said(fields) if pair[1] not in texts]
    told += [pair for pair in said({"x": fields.get("evento", {})}) if pair[1] not in texts]
    # What repeats may be joined, by lines or by blanks.
    return [
        (name, text)
        for name, text in told
        if not set(text.split("\n")) <= texts and not set(text.split()) <= texts
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", [False, True])
def test_every_kind_has_a_resumo_whose_texts_are_those_of_the_xml(
    kind: str, protocol: bool
) -> None:
    if protocol and not KINDS[kind].proc:
        pytest.skip("no protocol")
    data = build(kind, protocol=protocol)
    resumo = summarize(data)
    assert strangers(resumo, texts_of(data)) == []
    assert resumo.documento.tipo != "desconhecido"


@needs_corpus
def test_the_corpus_has_resumos_whose_texts_are_those_of_the_xml() -> None:
    for row in rows():
        wrapped = b"docZip" in row.data or b"&lt;" in row.data or b"CDATA" in row.data
        texts = set() if wrapped else _texts_or_none(row.data)
        for resumo in summarize_all(row.data):
            if isinstance(resumo, Resumo) and texts:
                assert strangers(resumo, texts) == [], row.file


def _texts_or_none(data: bytes) -> set[str]:
    try:
        return texts_of(data)
    except etree.XMLSyntaxError:
        return set()


class TestNfe:
    def test_totals_and_taxes_are_under_their_own_names(self) -> None:
        resumo = summarize(build("nfe", itens=3))
        assert resumo.totais["documento"] == "3000.00"
        assert resumo.impostos["pis"].valor == "40.59"
        assert resumo.impostos["cofins"].valor == "186.96"
        assert resumo.impostos["icms"].base == "3000.00"
        assert resumo.impostos["ibs_uf"].valor == "2.22"
        assert resumo.impostos["cbs"].valor == "20.10"
        assert [item.numero for item in resumo.itens] == ["1", "2", "3"]
        taxes = resumo.itens[0].impostos
        assert taxes is not None
        assert (taxes["pis"].valor, taxes["cofins"].valor) == ("13.53", "62.32")
        assert (taxes["cbs"].base, taxes["cbs"].aliquota) == ("744.15", "0.9000")

    def test_the_protocol_tells_the_situation(self) -> None:
        assert summarize(build("nfe")).situacao == "sem_protocolo"
        assert summarize(build("nfe", protocol=True)).situacao == "autorizado"
        assert summarize(build("nfe", protocol={"cStat": "302"})).situacao == "denegado"
        assert summarize(build("nfe", protocol={"cStat": "101"})).situacao == "cancelado"
        assert summarize(build("nfe", protocol={"cStat": "539"})).situacao == "rejeitado"

    def test_an_amount_is_never_rounded(self) -> None:
        changes = {"det[1]/prod/vUnCom": "333.3333333333"}
        assert summarize(build("nfe", changes=changes)).itens[0].valor_unitario == "333.3333333333"

    def test_old_layouts_are_read_too(self) -> None:
        resumo = summarize(build("nfe", changes={"@versao": "3.10"}))
        assert resumo.documento.versao == "3.10"
        assert resumo.totais["documento"] == "1000.00"


class TestEvents:
    def test_a_cancelamento_tells_what_it_cancels_and_why(self) -> None:
        evento = summarize(build("cancelamento")).evento
        assert evento is not None
        assert evento.tipo == "110111"
        assert evento.descricao == "Cancelamento"
        assert re.fullmatch(r"[0-9]{44}", evento.chave or "")
        assert evento.justificativa
        assert evento.protocolo_documento

    def test_a_cce_tells_the_correction(self) -> None:
        evento = summarize(build("cce")).evento
        assert evento is not None
        assert evento.correcao

    @pytest.mark.parametrize("kind", ["cte_cancelamento", "mdfe_encerramento", "nfse_cancelamento"])
    def test_events_of_other_families_have_the_same_shape(self, kind: str) -> None:
        evento = summarize(build(kind)).evento
        assert evento is not None
        assert evento.tipo or kind == "nfse_cancelamento"
        assert evento.chave


class TestWhatHasNone:
    def test_garbage_says_why(self) -> None:
        with pytest.raises(ResumoImpossivel) as caught:
            summarize(b"lixo")
        assert caught.value.achado.codigo == "XML-002"

    def test_a_service_message_has_no_resumo(self) -> None:
        message = b'<consStatServ xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"/>'
        (without,) = summarize_all(message)
        assert isinstance(without, SemResumo)
        assert "mensagem de serviço" in without.erro.mensagem

    def test_several_documents_are_told_apart(self) -> None:
        note = build("nfe").partition(b"?>")[2]
        lote = (
            b'<enviNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"><idLote>1</idLote>'
            + note
            + note
            + b"</enviNFe>"
        )
        assert [resumo.indice for resumo in summarize_all(lote)] == [0, 1]
        with pytest.raises(VariosDocumentos):
            summarize(lote)


def test_the_layouts_own_tags_keep_groups_lists_and_attributes() -> None:
    (tags,) = tags_all(build("nfe", itens=2, protocol=True))
    assert isinstance(tags, dict)
    inf = tags["infNFe"]
    assert isinstance(inf, dict)
    assert inf["@versao"] == "4.00"
    assert [det["@nItem"] for det in inf["det"]] == ["1", "2"]
    assert inf["total"]["ICMSTot"]["vNF"] == "2000.00"
    protocolo = tags["infProt"]
    assert isinstance(protocolo, dict)
    assert protocolo["cStat"] == "100"


def test_the_package_offers_both_doors() -> None:
    assert fiscalxml.summarize is summarize
    assert fiscalxml.summarize_all is summarize_all
