"""Processing says what validation and summary say, and keeps what a store needs besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from corpus.manifest import needs_corpus, rows
from factory import build, dist_dfe, envi_nfe, soap
from factory.kinds import KINDS
from fiscalxml import Limits, Resumo, SemResumo, summarize_all, validate, validate_all
from fiscalxml.documents.facts import BRASILIA
from fiscalxml.process import Processado, process_all

NOTA, OUTRA = build("nfe", protocol=True), build("nfe", changes={"ide/nNF": "1002"})
WHEN = datetime(2026, 11, 20, tzinfo=BRASILIA)
MENSAGEM = b'<consSitNFe xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"/>'


def only(data: bytes) -> Processado:
    (processado,) = process_all(data)
    return processado


def assert_agrees(data: bytes) -> None:
    """Report and resumo are those of the two other doors."""
    processados = list(process_all(data, em=WHEN))
    resumos = [None if isinstance(r, SemResumo) else r for r in summarize_all(data)]
    assert [p.report for p in processados] == list(validate_all(data, em=WHEN))
    assert [p.resumo for p in processados] == resumos


@pytest.mark.parametrize("protocol", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gets_the_report_and_the_resumo_of_the_other_doors(
    kind: str, protocol: bool
) -> None:
    if protocol and not KINDS[kind].proc:
        pytest.skip("no protocol")
    assert_agrees(build(kind, protocol=protocol))


@needs_corpus
def test_every_file_of_the_corpus_gets_them_too() -> None:
    for row in rows():
        assert_agrees(row.data)


def test_a_document_that_is_the_input_has_no_bytes_of_its_own() -> None:
    assert only(NOTA).conteudo is None
    assert only(b"\xef\xbb\xbf\r\n" + NOTA).conteudo is None
    assert only(NOTA.decode().replace("UTF-8", "UTF-16").encode("utf-16")).conteudo is None


@pytest.mark.parametrize(
    "container",
    [
        lambda documents: envi_nfe(documents),
        lambda documents: soap(envi_nfe(documents)),
        lambda documents: dist_dfe(documents),
        lambda documents: dist_dfe([soap(envi_nfe(documents))]),
    ],
    ids=["enviNFe", "enviNFe in SOAP", "docZip", "enviNFe in docZip"],
)
def test_each_document_of_a_container_is_the_same_document_by_itself(
    container: Callable[[Sequence[bytes]], bytes],
) -> None:
    found = list(process_all(container([OUTRA, build("nfe")])))
    assert len(found) == 2
    for processado in found:
        assert processado.conteudo is not None
        alone = validate(processado.conteudo)
        assert alone.documento == processado.report.documento
        assert (alone.camadas, alone.veredito) == (
            processado.report.camadas,
            processado.report.veredito,
        )


def test_a_document_in_a_container_keeps_its_protocol() -> None:
    (processado,) = process_all(soap(NOTA))
    assert processado.conteudo is not None
    assert processado.report.veredito == validate(processado.conteudo).veredito == "valido"
    assert validate(processado.conteudo).perfil == "autorizado"


def test_the_payload_of_a_doczip_is_kept_byte_by_byte() -> None:
    payload = b"\xef\xbb\xbf" + NOTA
    assert [p.conteudo for p in process_all(dist_dfe([payload, OUTRA]))] == [payload, OUTRA]


def test_a_document_without_canonical_form_is_kept_too() -> None:
    odd = b'<NFe xmlns="http://www.portalfiscal.inf.br/nfe"><infNFe a="relative"/></NFe>'
    odd = odd.replace(b"<infNFe", b'<infNFe xmlns:r="relative" r:x="1"')
    (processado,) = process_all(envi_nfe([odd]))
    assert processado.report.documento.conteudo_sha256 is None
    assert processado.conteudo is not None
    assert b"relative" in processado.conteudo


def test_a_message_has_an_identity_and_no_resumo() -> None:
    processado = only(MENSAGEM)
    assert processado.resumo is None
    assert processado.identidade is not None


@pytest.mark.parametrize(
    "data",
    [b"", b"<a/>", b"<!DOCTYPE html><html></html>", NOTA[:900], b"<CFe><infCFe/></CFe>"],
    ids=["nothing", "other XML", "HTML", "truncated", "CF-e SAT"],
)
def test_what_is_no_fiscal_document_has_a_report_only(data: bytes) -> None:
    assert only(data)[1:] == (None, None, None, None)


def test_items_are_counted() -> None:
    assert only(build("nfe", itens=3)).itens == 3
    assert only(build("cancelamento")).itens is None


def test_options_are_those_of_validation() -> None:
    (processado,) = process_all(NOTA, arquivo="lote.zip!1.xml", limits=Limits(max_bytes=100))
    assert processado.report.arquivo == "lote.zip!1.xml"
    assert processado.report.achados[0].codigo == "XML-007"
    with pytest.raises(ValueError, match="perfil desconhecido"):
        list(process_all(NOTA, perfil="outro"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="uf desconhecido: 'XX'"):
        list(process_all(NOTA, uf="XX"))  # type: ignore[arg-type]


def test_the_resumo_of_each_document_has_its_position() -> None:
    found = list(process_all(envi_nfe([NOTA, OUTRA])))
    assert [p.report.indice for p in found] == [0, 1]
    assert [p.resumo.indice for p in found if isinstance(p.resumo, Resumo)] == [0, 1]
