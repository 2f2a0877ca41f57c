"""What is not printed, and the words that say why; hostile input among it."""

from __future__ import annotations

import random
import re

import pytest

from danfe.printed import Printer
from factory import KINDS, build, envi_nfe, xsw
from fiscalxml.danfe import (
    AnexoInvalido,
    DanfeImpossivel,
    DocumentoIlegivel,
    ForaDoLeiaute,
    NaoCabe,
    Pedido,
    SemDocumentoAuxiliar,
    VariosDocumentos,
    chaves_canceladas,
    pedido,
    pedidos,
    render,
)

PRINTED = {"nfe", "nfce", "nfce_contingencia", "cte", "mdfe", "nfse", "cce"}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_an_auxiliary_document_or_says_why_not(kind: str) -> None:
    (wanted,) = pedidos(build(kind))
    assert isinstance(wanted, Pedido if kind in PRINTED else SemDocumentoAuxiliar)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("cteos", "DACTE OS"),
        ("cancelamento", "só a carta de correção"),
        ("dps", "NFS-e que resulta dela"),
        ("inutilizacao", "inutilização"),
    ],
)
def test_what_has_none_is_told_in_words_of_its_own(kind: str, words: str) -> None:
    with pytest.raises(SemDocumentoAuxiliar, match=words):
        render(build(kind))


def test_a_denied_note_has_no_danfe() -> None:
    with pytest.raises(SemDocumentoAuxiliar, match=r"Uso denegado pela SEFAZ \(cStat 302\)"):
        render(build("nfe", protocol={"cStat": "302"}))


def test_several_documents_are_to_be_asked_for_one_by_one() -> None:
    lote = envi_nfe([build("nfe"), build("nfe", changes={"ide/nNF": "1002"})])
    with pytest.raises(VariosDocumentos):
        render(lote)
    assert len(list(pedidos(lote))) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "XML-001"),
        (build("nfe")[:900], "XML-004"),
        (build("nfe").replace(b"NOTEBOOK FICTICIO", b"x" * 20_000_000), "XML-007"),
        (random.Random(7).randbytes(5000), "XML-002"),  # noqa: S311
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + build("nfe")[38:], "XML-005"),
    ],
    ids=["nothing", "truncated", "20 MB", "random bytes", "doctype"],
)
def test_what_cannot_be_read_says_what_is_wrong_with_it(data: bytes, code: str) -> None:
    with pytest.raises(DocumentoIlegivel, match=code) as refused:
        render(data)
    assert refused.value.achado.codigo == code


@pytest.mark.parametrize(
    "changes",
    [
        {"det[1]/prod/vProd": "mil reais"},
        {"total/ICMSTot/vNF": "NaN"},
        {"total/ICMSTot/vNF": "1e3"},
        {"ide/nNF": "-1"},
        {"transp/modFrete": "7"},
        {"ide/dhEmi": "ontem"},
    ],
)
def test_absurd_values_are_refused_by_their_layout(changes: dict[str, str]) -> None:
    with pytest.raises(ForaDoLeiaute, match=r"não segue o leiaute: XSD-\d{3}"):
        render(build("nfe", changes=changes, keep_id=True))


@pytest.mark.parametrize("group", ["ide/natOp", "emit", "total", "transp", "det[1]/prod"])
def test_missing_groups_are_refused_by_their_layout(group: str) -> None:
    with pytest.raises(ForaDoLeiaute):
        render(build("nfe", remove=[group], keep_id=True, sign=False))


def test_an_old_layout_is_printed_only_where_sefaz_accepted_it() -> None:
    with pytest.raises(ForaDoLeiaute, match=r"leiaute 3\.10"):
        render(build("nfe", changes={"@versao": "3.10"}))
    assert pedido(build("nfe", changes={"@versao": "3.10"}, protocol=True)).auxiliar == "danfe"


@pytest.mark.parametrize("variant", range(1, 9))
def test_nothing_but_what_was_judged_reaches_the_page(variant: int) -> None:
    for wanted in pedidos(xsw(build("nfe"), variant)):
        if isinstance(wanted, Pedido):
            assert len(re.findall("<infNFe ", wanted.xml)) == 1
            assert "protNFe" not in wanted.xml


def test_a_protocol_hidden_in_the_document_is_not_found() -> None:
    hidden = (
        b"<Object><protNFe><infProt><nProt>135999999999999</nProt></infProt></protNFe></Object>"
    )
    nota = build("nfe").replace(b"</Signature>", hidden + b"</Signature>")
    for wanted in pedidos(nota):
        assert isinstance(wanted, DanfeImpossivel) or "135999999999999" not in wanted.xml


def test_more_than_a_page_can_hold_is_refused_rather_than_lost(printer: Printer) -> None:
    place = (
        "<CNPJ>11222333000181</CNPJ><xNome>ARMAZEM</xNome><xLgr>RUA</xLgr><nro>1</nro>"
        "<xBairro>CENTRO</xBairro><cMun>3509502</cMun><xMun>CAMPINAS</xMun><UF>SP</UF>"
    )
    dups = "".join(
        f"<dup><nDup>{number:03}</nDup><dVenc>2026-12-10</dVenc><vDup>1.00</vDup></dup>"
        for number in range(1, 121)
    )
    after = {
        "dest": f"<retirada>{place}</retirada><entrega>{place}</entrega>",
        "transp": f"<cobr>{dups}</cobr>",
    }
    text = f"<infAdic><infCpl>{'Texto ' * 300}</infCpl></infAdic>"
    landscape = {"ide/tpImp": "2"}
    nota = build("nfe", protocol=True, changes=landscape, after={**after, "pag": text})
    with pytest.raises(NaoCabe, match="mais texto do que cabe"):
        printer(nota)


@pytest.mark.parametrize(
    ("logo", "words"),
    [
        (b"<svg/>", "PNG ou JPEG"),
        (PNG + b"x" * (1 << 20), "1 MB"),
        (PNG + b"not an image", "não pôde ser lida"),
    ],
)
def test_a_logo_that_is_none_is_refused(printer: Printer, logo: bytes, words: str) -> None:
    with pytest.raises(AnexoInvalido, match=words):
        printer(build("nfe", protocol=True), logo=logo)


def test_the_note_of_a_letter_must_be_the_one_it_corrects() -> None:
    other = build("nfe", changes={"ide/nNF": "77"})
    with pytest.raises(AnexoInvalido, match="não é a NF-e que a carta"):
        render(build("cce", protocol=True), nota=other)
    with pytest.raises(AnexoInvalido, match="Só a impressão de uma carta"):
        render(build("nfe"), nota=other)


def test_registered_events_of_cancellation_tell_what_they_cancel() -> None:
    chave = "35261112345678000195550010000010011417293560"
    assert list(chaves_canceladas(build("cancelamento", protocol=True))) == [chave]
    assert list(chaves_canceladas(build("cancelamento"))) == []
    assert list(chaves_canceladas(build("cancelamento", protocol={"cStat": "573"}))) == []
    assert list(chaves_canceladas(build("cce", protocol=True))) == []
    (wanted,) = pedidos(build("nfe", protocol=True), cancelados={chave})
    assert isinstance(wanted, Pedido)
    assert wanted.cancelado
