"""Well-formedness errors in Portuguese: each case is real XML that lxml refuses."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from fiscalxml.xml.messages import ErroXml, looks_cut, translate_xml_error


def refused(data: bytes) -> ErroXml:
    with pytest.raises(etree.XMLSyntaxError) as caught:
        etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    error = caught.value
    return translate_xml_error(error.code, error.msg or "", cortado=looks_cut(data))


CASES = {
    "empty": (b"", "XML-003"),
    "plain text": (b"ola", "XML-003"),
    "JSON": (b'{"NFe": 1}', "XML-003"),
    "declaration alone": (b'<?xml version="1.0"?>', "XML-003"),
    "declaration without version": (b'<?xml encoding="UTF-8"?><a/>', "XML-003"),
    "declaration with open quotes": (b'<?xml version="1.0" encoding="UTF-8><a/>', "XML-003"),
    "double hyphen in a comment": (b"<a><!-- x -- y --></a>", "XML-003"),
    "name with two colons": (b'<a:b:c xmlns:a="u"/>', "XML-003"),
    "closing tag with a space": (b"<a></ a>", "XML-003"),
    "empty namespace of a prefix": (b'<a xmlns:x=""/>', "XML-003"),
    "cut between tags": (b"<NFe><infNFe>", "XML-004"),
    "cut in a text": (b"<NFe><xNome>EMPRE", "XML-004"),
    "cut in a closing tag": (b"<NFe><xNome>A</xNo", "XML-004"),
    "cut in an opening tag": (b"<NFe><infN", "XML-004"),
    "cut in an attribute": (b'<NFe><infNFe Id="NFe35', "XML-004"),
    "cut in a reference": (b"<NFe>A &am", "XML-004"),
    "cut in a character": ("<NFe>SÃ".encode()[:-1], "XML-004"),
    "cut in a comment": (b"<NFe><!-- x", "XML-004"),
    "cut in a CDATA": (b"<NFe><![CDATA[ x", "XML-004"),
    "cut in the declaration": (b'<?xml version="1.0"', "XML-004"),
    "too deep": (b"<a>" * 300 + b"</a>" * 300, "XML-010"),
    "huge text": (b"<a>" + b"x" * 10_000_001 + b"</a>", "XML-012"),
    "huge name": (b"<" + b"a" * 60_000 + b"/>", "XML-012"),
    "zero byte": (b"<a>x\x00y</a>", "XML-013"),
    "control character": (b"<a>x\x01y</a>", "XML-013"),
    "control character in an attribute": (b'<a b="\x02"/>', "XML-013"),
    "control character in a CDATA": (b"<a><![CDATA[\x01]]></a>", "XML-013"),
    "reference to a forbidden character": (b"<a>&#1;</a>", "XML-013"),
    "Latin-1 bytes in UTF-8": ("<a>AÇÃO</a>".encode("latin-1"), "XML-014"),
    "unknown encoding": (b'<?xml version="1.0" encoding="FOO"?><a/>', "XML-014"),
    "HTML entity": (b"<a>&nbsp;</a>", "XML-015"),
    "entity loop": (
        b'<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a>&x;</a>',
        "XML-015",
    ),
    "two roots": (b"<NFe/><NFe/>", "XML-016"),
    "text after the end": (b"<NFe/>abc", "XML-016"),
    "tags that do not match": (b"<a>\n<b>1</c>\n</a>", "XML-017"),
    "repeated attribute": (b'<a b="1" b="2"/>', "XML-018"),
    "attribute repeated through prefixes": (
        b'<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>',
        "XML-018",
    ),
    "attribute without quotes": (b"<a b=1/>", "XML-018"),
    "attribute without value": (b"<a b/>", "XML-018"),
    "attributes without a space": (b'<a b="1"c="2"/>', "XML-018"),
    "prefix of an element": (b"<soap:Envelope/>", "XML-019"),
    "prefix of an attribute": (b'<a xsi:type="x"/>', "XML-019"),
    "blank before the declaration": (b'\n<?xml version="1.0"?><a/>', "XML-020"),
    "two declarations": (b'<?xml version="1.0"?><?xml version="1.0"?><a/>', "XML-020"),
    "loose ampersand": (b"<a>A & B</a>", "XML-021"),
    "loose ampersand glued to a name": (b"<a>A&B C</a>", "XML-021"),
    "loose less-than": (b"<a>1 < 2</a>", "XML-021"),
    "less-than in an attribute": (b'<a b="1<2"/>', "XML-021"),
    "loose end of CDATA": (b"<a>]]></a>", "XML-021"),
}


@pytest.mark.parametrize(("data", "codigo"), CASES.values(), ids=CASES.keys())
def test_each_fault_has_its_code(data: bytes, codigo: str) -> None:
    assert refused(data).codigo == codigo


@pytest.mark.parametrize("data", [data for data, _ in CASES.values()], ids=CASES.keys())
def test_no_english_of_the_parser_shows(data: bytes) -> None:
    erro = refused(data)
    english = re.compile(
        r"\b(expected|premature|tag mismatch|not|defined|invalid|line|element|value|end|found)\b",
        re.IGNORECASE,
    )
    assert not english.search(f"{erro.mensagem} {erro.correcao}")


def test_swapped_tags_are_named_with_the_line_that_opened() -> None:
    erro = refused(b"<NFe>\n<emit>\n</dest>\n</NFe>")
    assert erro.mensagem == "A tag emit, aberta na linha 2, foi fechada como dest."
    assert "</emit>" in erro.correcao


def test_tags_that_differ_only_in_prefix_are_told_so() -> None:
    erro = translate_xml_error(76, "Opening and ending tag mismatch: infNFe line 3 and infNFe")
    assert "não combina" in erro.mensagem
    assert "prefixo" in erro.correcao


def test_a_cut_names_the_tag_left_open() -> None:
    assert "a tag infNFe, aberta na linha 1" in refused(b"<NFe><infNFe>").mensagem


def test_the_missing_entity_and_prefix_are_named() -> None:
    assert "&nbsp;" in refused(b"<a>&nbsp;</a>").mensagem
    assert "xmlns:soap" in refused(b"<soap:Envelope/>").correcao


def test_the_repeated_attribute_is_named() -> None:
    assert "O atributo versao " in refused(b'<a versao="1" versao="2"/>').mensagem


def test_an_error_in_a_whole_document_is_no_cut() -> None:
    message = "expected '>', line 1, column 7"
    assert translate_xml_error(73, message).codigo == "XML-003"
    assert translate_xml_error(73, message, cortado=True).codigo == "XML-004"


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        (b"<NFe/>", False),
        (b"<NFe/>\r\n \n", False),
        ("<NFe/>".encode("utf-16"), False),
        (b"<NFe><xNome>A", True),
        (b"", True),
    ],
)
def test_a_document_that_does_not_end_after_a_tag_looks_cut(data: bytes, cut: bool) -> None:
    assert looks_cut(data) is cut


def test_an_error_that_the_table_does_not_know_is_general() -> None:
    assert translate_xml_error(99_999, "Some new sentence").codigo == "XML-003"
