"""Of any XSD: what its tables accept is valid, and what they do not know they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from fiscalxml.schemas import acceptance, loader
from fiscalxml.schemas.acceptance import Acceptance

pytestmark = pytest.mark.skipif(acceptance.native is None, reason="built without a compiler")

OPEN = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" '
    'elementFormDefault="qualified">'
)
VALUE = '<xs:element name="r" type="V"/><xs:simpleType name="V"><xs:restriction base="xs:{}">{}'


def schema_of(content: str, head: str = OPEN) -> bytes:
    return f"{head}{content}</xs:schema>".encode()


def restricted(base: str, *facets: tuple[str, str]) -> str:
    inner = "".join(f'<xs:{name} value="{value}"/>' for name, value in facets)
    return VALUE.format(base, inner) + "</xs:restriction></xs:simpleType>"


def element(content: str, attributes: str = "") -> str:
    inner = f"<xs:complexType>{content}{attributes}</xs:complexType>"
    return f'<xs:element name="r">{inner}</xs:element>'


def sequence(content: str, occurs: str = "") -> str:
    return f"<xs:sequence {occurs}>{content}</xs:sequence>"


A = '<xs:element name="a" type="xs:string"/>'
DOCUMENT = '<r xmlns="urn:t">{}</r>'


def tables_of(*texts: bytes) -> Acceptance | None:
    return acceptance.acceptance([etree.fromstring(text) for text in texts], "r")


def is_valid(schema: bytes, document: str) -> bool:
    return etree.XMLSchema(etree.fromstring(schema)).validate(etree.fromstring(document))


def accepted(schema: bytes, document: str) -> bool:
    tables = tables_of(schema)
    return tables is not None and tables.accepts(document.encode())


@pytest.mark.parametrize(
    ("content", "document"),
    [
        (restricted("string", ("minLength", "2"), ("maxLength", "3")), DOCUMENT.format("é&amp;x")),
        (restricted("string", ("length", "2")), DOCUMENT.format("  ")),
        (restricted("string", ("pattern", "a+"), ("pattern", "b")), DOCUMENT.format("b")),
        (
            restricted("string", ("enumeration", "a b"), ("enumeration", "c")),
            DOCUMENT.format("a b"),
        ),
        (restricted("token"), DOCUMENT.format("a b")),
        (restricted("date"), DOCUMENT.format("2026-02-28")),
        (restricted("anyURI"), DOCUMENT.format("http://www.w3.org/2000/09/xmldsig#sha1")),
        (restricted("base64Binary"), DOCUMENT.format("QUJD")),
        (element(sequence(A)), DOCUMENT.format("<a/>")),
        (element(sequence(A, 'minOccurs="0"')), DOCUMENT.format("")),
        (element(sequence(A, 'maxOccurs="2"')), DOCUMENT.format("<a/><a>x</a>")),
        (element(sequence(A.replace("/>", ' maxOccurs="20"/>'))), DOCUMENT.format("<a/>" * 20)),
        (element("", '<xs:attribute name="x" type="xs:ID"/>'), '<r xmlns="urn:t" x="i"/>'),
        (element(""), DOCUMENT.format("")),
    ],
)
def test_what_is_plainly_valid_is_accepted(content: str, document: str) -> None:
    assert is_valid(schema_of(content), document)
    assert accepted(schema_of(content), document)


@pytest.mark.parametrize(
    ("content", "document"),
    [
        (restricted("string", ("maxLength", "3")), DOCUMENT.format("abcd")),
        (restricted("string", ("maxLength", "2"), ("pattern", ".*")), DOCUMENT.format("ééé")),
        (restricted("token", ("minLength", "2")), DOCUMENT.format("x&#xD;")),
        (restricted("token", ("pattern", "[^ ]+")), DOCUMENT.format("x&#13;y")),
        (restricted("token", ("minLength", "3")), DOCUMENT.format("x  ")),
        (restricted("base64Binary", ("enumeration", "AAAA")), DOCUMENT.format("BBBB")),
        (restricted("base64Binary", ("pattern", "A+")), DOCUMENT.format("BBBB")),
        (restricted("base64Binary", ("maxLength", "2")), DOCUMENT.format("BBBB")),
        (restricted("date"), DOCUMENT.format("2026-02-30")),
        (restricted("integer", ("maxInclusive", "9")), DOCUMENT.format("10")),
        (element(sequence(A)), DOCUMENT.format("")),
        (element(sequence(A)), DOCUMENT.format("<a/><a/>")),
        (element(sequence(A)), DOCUMENT.format('<a xmlns="urn:z"/>')),
        (element(sequence(A)), DOCUMENT.format('<a xmlns="">x</a>')),
        (element(sequence(A.replace("/>", ' maxOccurs="20"/>'))), DOCUMENT.format("<a/>" * 21)),
        (element(sequence(A.replace("/>", ' form="unqualified"/>'))), DOCUMENT.format("<a/>")),
        (element(sequence("")), DOCUMENT.format(" ")),
        (element('<xs:choice minOccurs="0"/>'), DOCUMENT.format(" ")),
        (element(""), DOCUMENT.format(" ")),
        (element("", '<xs:attribute name="x" use="prohibited"/>'), '<r xmlns="urn:t" x="1"/>'),
        (
            element("", '<xs:attribute name="x" type="xs:base64Binary" fixed="AAAA"/>'),
            '<r xmlns="urn:t" x="BBBB"/>',
        ),
        (
            element("", '<xs:attribute name="x" type="xs:string" form="qualified"/>'),
            '<r xmlns="urn:t" x="1"/>',
        ),
    ],
)
def test_what_is_invalid_is_not_accepted(content: str, document: str) -> None:
    assert not is_valid(schema_of(content), document)
    assert not accepted(schema_of(content), document)


@pytest.mark.parametrize(
    "head",
    [
        OPEN.replace(' elementFormDefault="qualified"', ""),
        OPEN.replace('"qualified">', '"qualified" attributeFormDefault="qualified">'),
        OPEN.replace(' targetNamespace="urn:t"', "").replace(' xmlns="urn:t"', ""),
    ],
)
def test_a_schema_with_other_forms_has_no_tables(head: str) -> None:
    assert tables_of(schema_of(element(sequence(A)), head)) is None


def test_a_schema_that_is_too_large_for_tables_has_none() -> None:
    texts = [("enumeration", f"{number:03}{'x' * 20}") for number in range(400)]
    assert not accepted(schema_of(restricted("string", *texts)), DOCUMENT.format("000" + "x" * 20))


class TestFiles:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "r.xsd"

    def written(self, file: Path, content: str) -> loader.Validator:
        file.write_bytes(schema_of(content + element(sequence(A))))
        return loader.compile_xsd(file, "r")

    def test_an_import_that_says_no_place_is_passed_over(self, file: Path) -> None:
        validator = self.written(file, '<xs:import namespace="urn:x"/>')
        validator.prepare()
        assert validator.accepts(DOCUMENT.format("<a/>").encode())

    def test_an_import_that_is_not_there_leaves_all_to_libxml2(self, file: Path) -> None:
        location = 'schemaLocation="fehlt.xsd"'
        validator = self.written(file, f'<xs:import namespace="urn:x" {location}/>')
        validator.prepare()
        assert not validator.accepts(DOCUMENT.format("<a/>").encode())

    def test_an_import_of_several_files_leaves_all_to_libxml2(self, file: Path) -> None:
        head = OPEN.replace('"urn:t"', '"urn:x"')
        (file.parent / "x.xsd").write_bytes(schema_of('<xs:include schemaLocation="y.xsd"/>', head))
        (file.parent / "y.xsd").write_bytes(schema_of("", head))
        location = 'schemaLocation="x.xsd"'
        validator = self.written(file, f'<xs:import namespace="urn:x" {location}/>')
        validator.prepare()
        assert not validator.accepts(DOCUMENT.format("<a/>").encode())

    def test_both_judges_read_the_files_as_they_were(self, file: Path) -> None:
        validator = self.written(file, "")
        file.write_bytes(schema_of(element(sequence(A.replace('"a"', '"b"')))))
        validator.prepare()
        assert validator.accepts(DOCUMENT.format("<a/>").encode())
        assert not validator.accepts(DOCUMENT.format("<b/>").encode())
        file.unlink()

    def test_tables_are_made_for_who_has_many_documents(self, file: Path) -> None:
        validator = self.written(file, "")
        document = DOCUMENT.format("<a/>").encode()
        answers = [validator.accepts(document) for _ in range(loader._WORTH_WHILE)]
        assert answers == [False] * (loader._WORTH_WHILE - 1) + [True]
