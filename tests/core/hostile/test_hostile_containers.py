"""Containers inside containers, packed bombs and floods of tiny documents."""

from base64 import b64encode
from gzip import compress
from xml.sax.saxutils import escape

import pytest
from judged import SIGNED, findings, one

from factory import build, dist_dfe, envi_nfe, soap
from fuzz.invariants import reports_of

NFE = "http://www.portalfiscal.inf.br/nfe"


def with_doc_zip(text: str) -> bytes:
    """A distribution answer with this text as its docZip."""
    return (
        f'<retDistDFeInt xmlns="{NFE}" versao="1.01"><loteDistDFeInt>'
        f"<docZip>{text}</docZip></loteDistDFeInt></retDistDFeInt>"
    ).encode()


def packed(data: bytes) -> str:
    return b64encode(compress(data)).decode()


@pytest.mark.parametrize(
    ("text", "codigo"),
    [
        pytest.param("A", "XML-031", id="one character"),
        pytest.param("não é Base64", "XML-031", id="not Base64"),
        pytest.param("AAAA", "XML-031", id="not gzip"),
        pytest.param(b64encode(SIGNED).decode(), "XML-031", id="not compressed"),
        pytest.param(packed(SIGNED)[:2000], "XML-004", id="truncated gzip"),
        pytest.param(packed(b""), "XML-031", id="empty gzip"),
        pytest.param(packed(SIGNED[:1000]), "XML-004", id="truncated document"),
        pytest.param(packed(b"\x00" * 64_000_000), "XML-007", id="gzip bomb"),
    ],
)
def test_a_doc_zip_that_holds_no_document_is_told(text: str, codigo: str) -> None:
    report = one(with_doc_zip(text))
    assert report.veredito == "invalido"
    assert findings(report) == {f"{codigo}:erro"}


def test_a_damaged_doc_zip_does_not_hide_its_neighbours() -> None:
    data = dist_dfe([SIGNED, SIGNED]).replace(b"<docZip ", b"<docZip>AA</docZip><docZip ", 1)
    damaged, first, second = reports_of(data)
    assert findings(damaged) == {"XML-031:erro"}
    assert first.documento.tipo == second.documento.tipo == "nfe"


def test_distribution_answers_nested_fifty_deep_are_cut_off() -> None:
    data = SIGNED
    for _ in range(50):
        data = with_doc_zip(packed(data))
    assert findings(one(data)) == {"XML-032:erro"}


def test_escaped_documents_nested_fifty_deep_are_cut_off() -> None:
    text = build("nfe").decode().partition("?>")[2]
    for _ in range(50):
        text = f'<s:E xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{escape(text)}</s:E>'
    assert findings(one(text.encode())) == {"XML-032:erro"}


def test_soap_envelopes_nested_fifty_deep_hold_no_document() -> None:
    data = SIGNED
    for _ in range(50):
        data = soap(data)
    assert one(data).documento.tipo in ("mensagem", "desconhecido")


def test_one_escaped_document_inside_another_is_found() -> None:
    text = build("nfe").decode().partition("?>")[2]
    assert one(f"<a>{escape(f'<b>{escape(text)}</b>')}</a>".encode()).documento.tipo == "nfe"


def test_a_note_twice_in_a_lote_is_judged_twice_alike() -> None:
    first, second = reports_of(envi_nfe([SIGNED, SIGNED]))
    assert findings(first) == findings(second)
