"""No encoding hides markup, breaks the reader or turns a text into another one."""

import pytest
from judged import DRAFT, SIGNED, findings, one, outcome, refused, with_text

from factory import build

ACCENTED = build("nfe", changes={"emit/xNome": "AÇÃO & CIA – FICTÍCIA"}, sign=False)
CODED = {"402:erro", "SIG-010:aviso"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(SIGNED.decode().encode("utf-16"), id="UTF-16 with BOM"),
        pytest.param(b"\xfe\xff" + SIGNED.decode().encode("utf-16-be"), id="UTF-16 BE with BOM"),
        pytest.param(SIGNED.decode().encode("utf-16-le"), id="UTF-16 LE without BOM"),
        pytest.param(SIGNED.decode().encode("utf-16-be"), id="UTF-16 BE without BOM"),
        pytest.param(
            SIGNED.decode().replace("UTF-8", "UTF-16").encode("utf-16"), id="declared UTF-16"
        ),
        pytest.param(SIGNED.decode().encode("utf-32"), id="UTF-32 with BOM"),
        pytest.param(SIGNED.replace(b"UTF-8", b"ISO-8859-1"), id="declared ISO-8859-1"),
        pytest.param(SIGNED.replace(b"UTF-8", b"windows-1252"), id="declared Windows-1252"),
    ],
)
def test_a_note_in_another_encoding_is_read_and_refused_with_402(data: bytes) -> None:
    report = one(data)
    assert report.documento.chave == one(SIGNED).documento.chave
    assert outcome(data) == ("invalido", CODED)


@pytest.mark.parametrize(
    ("data", "codigo"),
    [
        pytest.param(SIGNED.decode().encode("utf-32-le"), "XML-013", id="UTF-32 LE, no BOM"),
        pytest.param(SIGNED.decode().encode("utf-32-be"), "XML-002", id="UTF-32 BE, no BOM"),
        pytest.param(SIGNED.decode().encode("cp500"), "XML-002", id="EBCDIC"),
        pytest.param(SIGNED.replace(b"UTF-8", b"IBM037"), "XML-023", id="declared EBCDIC"),
        pytest.param(SIGNED.replace(b"UTF-8", b"UTF-9"), "XML-023", id="unknown encoding"),
        pytest.param(SIGNED.replace(b"UTF-8", b"rot13"), "XML-023", id="a codec of Python only"),
        pytest.param(SIGNED.decode().encode("utf-16")[:-1], "XML-014", id="half a UTF-16 unit"),
        pytest.param(b"\xff\xfe\x00\xd8<\x00r\x00/\x00>\x00", "XML-014", id="UTF-16 surrogate"),
        pytest.param(
            b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r+AD4APA-r/+AD4-',
            "XML-023",
            id="UTF-7 that hides a DOCTYPE",
        ),
        pytest.param(b"+ADw-r/+AD4-", "XML-002", id="UTF-7 without declaration"),
        pytest.param(with_text(DRAFT, "xNome", b"A\x00B"), "XML-013", id="NUL in a text"),
        pytest.param(DRAFT + b"\x00\x00", "XML-016", id="NUL after the document"),
        pytest.param(with_text(DRAFT, "xNome", b"&#0;"), "XML-013", id="reference to NUL"),
        pytest.param(
            with_text(DRAFT, "xNome", b"&#xD800;"), "XML-013", id="reference to surrogate"
        ),
        pytest.param(with_text(DRAFT, "xNome", b"&#x110000;"), "XML-013", id="reference too high"),
    ],
)
def test_what_cannot_be_decoded_is_refused(data: bytes, codigo: str) -> None:
    refused(data, codigo)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"\xc0\xbcr\xc0\xbe", id="overlong <r>"),
        pytest.param(b"\xed\xa0\x80\xed\xb0\x80", id="surrogates in UTF-8"),
        pytest.param(b"\xf5\x80\x80\x80", id="above U+10FFFF"),
        pytest.param(b"AB\xc3", id="half a character"),
        pytest.param(b"A\xe7\xe3o", id="Latin-1"),
        pytest.param(b"A\x81B", id="undefined in Windows-1252"),
    ],
)
def test_bytes_that_are_not_utf_8_are_told_with_402(text: bytes) -> None:
    report = one(with_text(DRAFT, "xNome", text))
    assert report.documento.tipo == "nfe"
    (found,) = [achado for achado in report.achados if achado.codigo == "402"]
    assert found.encontrado is not None
    assert "0x" in found.encontrado


def test_latin_1_declared_utf_8_is_never_garbled() -> None:
    report = one(with_text(ACCENTED, "CRT", "não".encode()).decode().encode("windows-1252"))
    (shown,) = [a.encontrado for a in report.achados if a.caminho.endswith("/CRT")]
    assert shown == "não"
    assert "Ã£" not in report.to_json().decode()


def test_utf_8_declared_latin_1_is_told() -> None:
    data = with_text(ACCENTED, "CRT", "não".encode()).replace(b"UTF-8", b"ISO-8859-1")
    assert "402:erro" in outcome(data)[1]


def test_a_bom_does_not_hide_a_doctype() -> None:
    refused(b"\xef\xbb\xbf \n<!DOCTYPE r><r/>", "XML-005")


def test_two_boms_are_no_second_document() -> None:
    assert one(b"\xef\xbb\xbf\xef\xbb\xbf" + SIGNED).documento.tipo == "nfe"


def test_utf_8_that_declares_utf_16_is_read_and_told() -> None:
    """.NET's StringWriter writes that header whatever the bytes are."""
    report = one(SIGNED.replace(b"UTF-8", b"utf-16"))
    assert report.documento.chave == one(SIGNED).documento.chave
    assert "402:erro" in findings(report)
