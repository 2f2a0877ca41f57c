"""Bytes that hold no whole document get one finding that says what they are."""

from gzip import compress
from io import BytesIO
from zipfile import ZipFile

import pytest
from judged import AUTHORISED, SIGNED, findings, one, refused

BODY = SIGNED[SIGNED.index(b"?>") + 2 :]


def _zip() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("nota.xml", SIGNED)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "codigo"),
    [
        pytest.param(b"", "XML-001", id="empty"),
        pytest.param(b" \r\n\t ", "XML-001", id="blanks"),
        pytest.param(b"\xef\xbb\xbf", "XML-001", id="BOM"),
        pytest.param(b"\xef\xbb\xbf \n", "XML-001", id="BOM and blanks"),
        pytest.param(b"\xff\xfe", "XML-001", id="UTF-16 BOM"),
        pytest.param(b"\x00" * 100, "XML-001", id="zeros of a damaged disk"),
        pytest.param(_zip(), "XML-002", id="ZIP"),
        pytest.param(compress(SIGNED), "XML-002", id="gzip"),
        pytest.param(b"%PDF-1.7\n<< /Type /Catalog >>", "XML-002", id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n<svg/>", "XML-002", id="PNG"),
        pytest.param(b'{"nota": "<NFe/>"}', "XML-002", id="JSON"),
        pytest.param(b"[1, 2]", "XML-002", id="JSON list"),
        pytest.param(b"Segue a nota em anexo.", "XML-002", id="plain text"),
        pytest.param(b"nota: <NFe/>", "XML-002", id="text before the root"),
        pytest.param(b"<html><body>Erro 500</body></html>", "XML-022", id="HTML"),
        pytest.param(b"<HTML><BODY>ERRO</BODY></HTML>", "XML-022", id="HTML in upper case"),
        pytest.param(b"<!DOCTYPE html><html></html>", "XML-022", id="HTML with doctype"),
        pytest.param(b"\n<!doctype HTML>\n<p>Erro", "XML-022", id="unclosed HTML"),
        pytest.param(b"<", "XML-004", id="one character"),
        pytest.param(b"<?xml version='1.0'?>", "XML-003", id="declaration alone"),
        pytest.param(SIGNED + BODY, "XML-016", id="two roots"),
        pytest.param(SIGNED + SIGNED, "XML-020", id="two files joined"),
        pytest.param(SIGNED + b"\nfim", "XML-016", id="text after the root"),
        pytest.param(SIGNED + b"]]>", "XML-016", id="markup after the root"),
        pytest.param(b"<r><a></r>", "XML-017", id="tags that cross"),
        pytest.param(b"<r>&nbsp;</r>", "XML-015", id="undefined entity"),
        pytest.param(b"<r a='1' a='2'/>", "XML-018", id="repeated attribute"),
        pytest.param(b"<p:r/>", "XML-019", id="prefix without declaration"),
    ],
)
def test_what_is_no_document_is_told_in_one_finding(data: bytes, codigo: str) -> None:
    refused(data, codigo)


CUTS = [
    *(len(AUTHORISED) * tenth // 10 for tenth in range(1, 10)),
    *range(len(AUTHORISED) - 200, len(AUTHORISED)),
]


def test_a_document_cut_anywhere_is_told_to_be_cut() -> None:
    for size in CUTS:
        report = one(AUTHORISED[:size])
        assert (report.documento.tipo, report.veredito) == ("desconhecido", "invalido"), size
        assert findings(report) == {"XML-004:erro"}, size
        assert report.achados[0].linha == 1


def test_a_cut_document_says_what_it_seems_to_be() -> None:
    assert one(AUTHORISED[:2000]).documento.parece == "NF-e (nfeProc)"
