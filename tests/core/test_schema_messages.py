"""Schema errors in Portuguese, from small schemas that provoke each kind in libxml2."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from fiscalxml.schemas.corrections import correct_pattern
from fiscalxml.schemas.datatypes import explain_datatype
from fiscalxml.schemas.fields import MAX_DESCRIPTION, field_description
from fiscalxml.schemas.messages import Traducao, merge_errors, translate_schema_error
from fiscalxml.schemas.patterns import explain_pattern
from fiscalxml.schemas.translation import Place, shown
from fiscalxml.xml.tree import MAX_SHOWN

XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LAYOUTS = Path(str(files("nfelib")))
NFE = LAYOUTS / "nfe" / "schemas" / "v4_0"

CNPJ = "[0-9A-Z]{12}[0-9]{2}"
TEXT = "[!-ÿ]{1}[ -ÿ]{0,}[!-ÿ]{1}|[!-ÿ]{1}"
VALUE = r"0|0\.[0-9]{2}|[1-9]{1}[0-9]{0,12}(\.[0-9]{2})?"
POSITIVE = r"0\.[0-9]{1}[1-9]{1}|0\.[1-9]{1}[0-9]{1}|[1-9]{1}[0-9]{0,12}(\.[0-9]{2})?"
DATE = (
    r"(((20(([02468][048])|([13579][26]))-02-29))|(20[0-9][0-9])-((((0[1-9])|(1[0-2]))-((0[1-9])|"
    r"(1\d)|(2[0-8])))|((((0[13578])|(1[02]))-31)|(((0[1,3-9])|(1[0-2]))-(29|30)))))"
)
DATE_TIME = DATE + r"T(20|21|22|23|[0-1]\d):[0-5]\d:[0-5]\d([\-,\+](0[0-9]|10|11):00|([\+](12):00))"

SCHEMA = f"""
<xs:schema xmlns:xs="{XSD}" xmlns="u" targetNamespace="u" elementFormDefault="qualified">
 <xs:simpleType name="Texto"><xs:restriction base="xs:string">
  <xs:minLength value="2"/><xs:maxLength value="5"/><xs:pattern value="{TEXT}"/>
 </xs:restriction></xs:simpleType>
 <xs:simpleType name="Cnpj"><xs:restriction base="xs:string">
  <xs:whiteSpace value="preserve"/><xs:maxLength value="14"/><xs:pattern value="{CNPJ}"/>
 </xs:restriction></xs:simpleType>
 <xs:simpleType name="Numero"><xs:restriction base="xs:decimal"><xs:totalDigits value="4"/>
  <xs:fractionDigits value="2"/><xs:minInclusive value="1"/><xs:maxInclusive value="99"/>
 </xs:restriction></xs:simpleType>
 <xs:simpleType name="Aberto"><xs:restriction base="xs:decimal">
  <xs:minExclusive value="0"/><xs:maxExclusive value="10"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="Uf"><xs:restriction base="xs:string">
  <xs:enumeration value="SP"/><xs:enumeration value="RJ"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="Fixo4"><xs:restriction base="xs:string"><xs:length value="4"/>
 </xs:restriction></xs:simpleType>
 <xs:simpleType name="Uniao"><xs:union memberTypes="Numero xs:date"/></xs:simpleType>
 <xs:simpleType name="Lista"><xs:list itemType="Uf"/></xs:simpleType>
 <xs:complexType name="Vazio"/>
 <xs:complexType name="Abstrato" abstract="true"/>
 <xs:element name="cabeca" type="xs:string" abstract="true"/>
 <xs:element name="doc"><xs:complexType>
  <xs:choice minOccurs="0" maxOccurs="unbounded">
   <xs:element name="xNome" type="Texto"/><xs:element name="CNPJ" type="Cnpj"/>
   <xs:element name="vNum" type="Numero"/><xs:element name="vAberto" type="Aberto"/>
   <xs:element name="UF" type="Uf"/><xs:element name="c4" type="Fixo4"/>
   <xs:element name="uniao" type="Uniao"/><xs:element name="lista" type="Lista"/>
   <xs:element name="vazio" type="Vazio"/><xs:element name="abs" type="Abstrato"/>
   <xs:element name="fixo" fixed="7" type="xs:int"/>
   <xs:element name="nulo" nillable="true" type="xs:int"/>
   <xs:element name="inteiro" type="xs:int"/><xs:element name="cert" type="xs:base64Binary"/>
   <xs:element name="nome" type="xs:QName"/><xs:element name="id" type="xs:ID"/>
   <xs:element name="grupo"><xs:complexType><xs:sequence>
     <xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/>
     <xs:element name="c" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
     <xs:unique name="u"><xs:selector xpath="."/><xs:field xpath="@x"/></xs:unique></xs:element>
   <xs:element name="i"><xs:complexType>
     <xs:attribute name="k"/><xs:attribute name="f"/></xs:complexType></xs:element>
   <xs:any namespace="##other" processContents="strict"/>
  </xs:choice>
  <xs:attribute name="versao" use="required"><xs:simpleType><xs:restriction base="xs:string">
   <xs:pattern value="4\\.00"/></xs:restriction></xs:simpleType></xs:attribute>
  <xs:attribute name="fixado" fixed="1"/>
  <xs:anyAttribute namespace="##other" processContents="strict"/>
 </xs:complexType>
 <xs:key name="chave"><xs:selector xpath="u:i" xmlns:u="u"/><xs:field xpath="@k"/></xs:key>
 <xs:keyref name="ref" refer="u:chave" xmlns:u="u">
  <xs:selector xpath="u:i"/><xs:field xpath="@f"/></xs:keyref>
 </xs:element>
</xs:schema>"""


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(SCHEMA))


def findings(schema: etree.XMLSchema, xml: str) -> list[Traducao]:
    schema.validate(etree.fromstring(xml))
    return [found for _, found in merge_errors(schema.error_log)]


def doc(body: str, attributes: str = "") -> str:
    return f'<doc xmlns="u" xmlns:xsi="{XSI}" versao="4.00" {attributes}>{body}</doc>'


ONE_FAULT = [
    ("<grupo><b/></grupo>", "XSD-001", "b"),
    ("<zz/>", "XSD-001", "zz"),
    ("<grupo><a/></grupo>", "XSD-002", "grupo"),
    ('<z xmlns="o"/>', "XSD-004", "z"),
    ("<fixo>8</fixo>", "XSD-007", "fixo"),
    ("<CNPJ>12</CNPJ>", "XSD-010", "CNPJ"),
    ("<CNPJ>12.345.678/0001-95</CNPJ>", "XSD-010", "CNPJ"),
    ("<xNome></xNome>", "XSD-010", "xNome"),
    ("<UF>XX</UF>", "XSD-011", "UF"),
    ("<c4>abc</c4>", "XSD-012", "c4"),
    ("<xNome>a</xNome>", "XSD-013", "xNome"),
    ("<xNome>abcdef</xNome>", "XSD-014", "xNome"),
    ("<vNum>0</vNum>", "XSD-015", "vNum"),
    ("<vAberto>0</vAberto>", "XSD-015", "vAberto"),
    ("<vNum>100</vNum>", "XSD-016", "vNum"),
    ("<vAberto>10</vAberto>", "XSD-016", "vAberto"),
    ("<vNum>12.345</vNum>", "XSD-017", "vNum"),
    ("<vNum>1.234</vNum>", "XSD-018", "vNum"),
    ("<vNum>1,5</vNum>", "XSD-020", "vNum"),
    ("<inteiro/>", "XSD-020", "inteiro"),
    ("<cert>A</cert>", "XSD-020", "cert"),
    ("<id>1a</id>", "XSD-020", "id"),
    ("<uniao>x</uniao>", "XSD-022", "uniao"),
    ("texto solto", "XSD-030", "doc"),
    ("<inteiro><a/></inteiro>", "XSD-031", "inteiro"),
    ("<vazio>x</vazio>", "XSD-032", "vazio"),
    ("<vazio><a/></vazio>", "XSD-032", "vazio"),
    ('<inteiro xsi:nil="true"/>', "XSD-033", "inteiro"),
    ('<nulo xsi:nil="true">5</nulo>', "XSD-033", "nulo"),
    ('<i k="1"/><i k="1"/>', "XSD-040", "i"),
    ("<i/>", "XSD-041", "i"),
    ('<i k="1" f="2"/>', "XSD-042", "i"),
    ('<inteiro xsi:type="q">1</inteiro>', "XSD-050", "@type"),
    ("<abs/>", "XSD-051", "abs"),
    ("<nome>p:a</nome>", "XSD-052", "nome"),
]


@pytest.mark.parametrize(("body", "codigo", "campo"), ONE_FAULT)
def test_one_fault_gives_one_finding(
    schema: etree.XMLSchema, body: str, codigo: str, campo: str
) -> None:
    found = findings(schema, doc(body))
    assert [(f.codigo, f.campo) for f in found] == [(codigo, campo)]
    assert "não atende ao leiaute" not in found[0].mensagem


@pytest.mark.parametrize(
    ("xml", "codigo", "campo"),
    [
        ('<outro xmlns="u"/>', "XSD-003", "outro"),
        ("<doc/>", "XSD-003", "doc"),
        ('<doc xmlns="u"/>', "XSD-005", "@versao"),
        ('<doc xmlns="u" versao="4.00" mais="1"/>', "XSD-006", "@mais"),
        ('<doc xmlns="u" versao="4.00" xmlns:o="o" o:x="1"/>', "XSD-006", "@x"),
        ('<doc xmlns="u" versao="4.00" fixado="2"/>', "XSD-007", "@fixado"),
        ('<doc xmlns="u" versao="3.10"/>', "XSD-010", "@versao"),
    ],
)
def test_roots_and_attributes_have_their_codes(
    schema: etree.XMLSchema, xml: str, codigo: str, campo: str
) -> None:
    assert [(f.codigo, f.campo) for f in findings(schema, xml)] == [(codigo, campo)]


# Texts of libxml2 2.14 that these schemas do not provoke: (number, text, code).
RARE = [
    (1829, "Element 'a': [facet 'unknown'] The value is not facet-valid.", "XSD-019"),
    (1825, "Element 'a': 'x' is not a valid value of the list type '{u}L'.", "XSD-021"),
    (1824, "Element 'a': The character content is not a valid value of the local atomic type.",
     "XSD-020"),
    (1858, "Element 'a': The initial value '1' does not match the fixed value constraint '2'.",
     "XSD-007"),
    (1860, "Element 'a': The element cannot be 'nilled' because there is a fixed value constraint "
     "defined for it.", "XSD-033"),
    (1857, "Element 'a': The content must not contain element nodes since there is a fixed value "
     "constraint.", "XSD-031"),
    (1877, "Element 'a': More than one match found for key-sequence ['1', '2'] of keyref '{u}k'.",
     "XSD-042"),
    (1877, "Element 'a': The XPath '@x' of a field of unique identity-constraint 'k' evaluates to "
     "a node-set with more than one member.", "XSD-043"),
    (1877, "Element 'a', attribute 'n': Warning: No precomputed value available, the value was "
     "either invalid or something strange happened.", "XSD-044"),
    (1846, "Element 'a': The element declaration is abstract.", "XSD-051"),
    (1824, "Element 'a': The value 'p:x' of simple type 'xs:QName' has no corresponding namespace "
     "declaration in scope.", "XSD-052"),
    (1824, "Element 'a': Duplicate value 'x' of simple type 'xs:ID'.", "XSD-053"),
    (1824, "Element 'a': The value '1' of simple type 'xs:ID' is not a valid 'xs:NCName'.",
     "XSD-020"),
    (1872, "The document has no document element.", "XSD-060"),
    (1818, "Internal error: xmlSchemaValidateElem, calling something.", "XSD-999"),
    (9999, "Element 'a': A sentence of another libxml2.", "XSD-999"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "message", "codigo"), RARE)
def test_rare_texts_have_their_codes(number: int, message: str, codigo: str) -> None:
    assert translate_schema_error(number, message).codigo == codigo


def test_an_unknown_text_is_told_in_portuguese_and_keeps_the_field() -> None:
    found = translate_schema_error(9999, "Element '{u}CFOP': A sentence of another libxml2.")
    assert found.campo == "CFOP"
    assert found.mensagem == "O conteúdo de CFOP não atende ao leiaute."
    assert "sentence" not in f"{found}"


def test_the_number_still_tells_the_kind_of_an_unknown_text() -> None:
    found = translate_schema_error(1839, "Element 'CFOP': [facet 'pattern'] Something else.")
    assert found.codigo == "XSD-010"


def test_an_element_out_of_order_is_told_what_comes_before(schema: etree.XMLSchema) -> None:
    (found,) = findings(schema, doc("<grupo><b/></grupo>"))
    assert found.mensagem == (
        "Campo b fora de ordem ou não previsto neste ponto: o leiaute espera a."
    )
    assert found.esperado == "a"
    assert found.correcao is not None
    assert found.correcao.startswith("Informe a antes de b;")


def test_an_element_of_another_namespace_is_told_the_right_one(schema: etree.XMLSchema) -> None:
    (found,) = findings(schema, doc('<grupo><a xmlns="x"/></grupo>'))
    assert found.mensagem == "a está no namespace (xmlns) errado."
    assert (found.encontrado, found.esperado) == ("x", "u")


def test_a_missing_signature_asks_for_signing() -> None:
    found = translate_schema_error(
        1871,
        "Element '{n}NFe': Missing child element(s). "
        "Expected is ( {http://www.w3.org/2000/09/xmldsig#}Signature ).",
    )
    assert found.mensagem == "Grupo NFe incompleto: falta Signature."
    assert found.correcao == "Assine o documento antes de transmitir."


def test_optional_fields_before_the_mandatory_one_are_not_called_missing() -> None:
    found = translate_schema_error(
        1871,
        "Element '{n}emit': Missing child element(s). Expected is one of ( {n}IEST, {n}CRT ).",
    )
    assert found.mensagem == (
        "Grupo emit incompleto: depois do último campo, o leiaute espera IEST ou CRT."
    )


def test_ten_expected_elements_may_be_more_because_libxml2_lists_ten() -> None:
    names = ", ".join(f"{{n}}f{i}" for i in range(10))
    found = translate_schema_error(
        1871, f"Element 'x': This element is not expected. Expected is one of ( {names} )."
    )
    assert found.esperado is not None
    assert found.esperado.endswith("f9 ou outro campo do grupo")


def test_an_empty_field_is_asked_to_be_removed(schema: etree.XMLSchema) -> None:
    (found,) = findings(schema, doc("<xNome/>"))
    assert found.mensagem == "xNome está vazio."
    assert found.encontrado == "(vazio)"
    assert found.correcao is not None
    assert found.correcao.startswith("Remova a tag vazia xNome")


def test_facets_of_one_value_join_their_expectations(schema: etree.XMLSchema) -> None:
    (found,) = findings(schema, doc("<xNome> abcdefgh </xNome>"))
    assert found.encontrado == "␣abcdefgh␣"
    assert found.esperado == f"{explain_pattern(TEXT)}; no máximo 5 caracteres"


def test_faults_of_different_fields_stay_apart(schema: etree.XMLSchema) -> None:
    found = findings(schema, doc("<UF>X</UF><UF>Y</UF><CNPJ>1</CNPJ>"))
    assert [f.encontrado for f in found] == ["X", "Y", "1"]


def test_an_echo_alone_is_still_reported() -> None:
    class Entry:
        type, line, path = 1877, 1, None
        message = RARE[8][1]

    assert [found.codigo for _, found in merge_errors([Entry()])] == ["XSD-044"]


@pytest.mark.parametrize(
    "value",
    [
        "it's",
        "' is not accepted",
        "x' is not accepted by the pattern 'y",
        "a\nb\tc\n",
        "100%s%d%n",
        "{x} ( y ). Expected is ( z ).",
        "ação é “x”",
    ],
)
def test_any_value_survives_the_parse(schema: etree.XMLSchema, value: str) -> None:
    root = etree.fromstring(doc("<CNPJ/>"))
    root[0].text = value
    schema.validate(root)
    ((_, found),) = merge_errors(schema.error_log)
    assert found.codigo == "XSD-010"
    assert found.encontrado == shown(value)
    assert found.esperado is not None
    assert explain_pattern(CNPJ) in found.esperado


@pytest.mark.parametrize("length", [5_000, 200_000])
def test_a_huge_value_is_cut_for_the_report(schema: etree.XMLSchema, length: int) -> None:
    (found,) = findings(schema, doc(f"<CNPJ>{'é' * length}</CNPJ>"))
    assert found.codigo == "XSD-010"
    assert found.encontrado == "é" * (MAX_SHOWN - 1) + "…"


def test_a_huge_value_that_imitates_the_messages_is_only_cut(schema: etree.XMLSchema) -> None:
    imitation = "' is not accepted by the pattern '" * 3_000
    (found,) = findings(schema, doc(f"<CNPJ>{imitation}</CNPJ>"))
    assert found.codigo == "XSD-010"
    assert found.encontrado == shown(imitation)


def test_border_blanks_are_visible() -> None:
    assert shown("  A B\n") == "␣␣A B↵"
    assert shown("   ") == "␣␣␣"


CORRECTIONS = [
    (CNPJ, "12.345.678/0001-95", "“12345678000195”: sem pontuação"),
    (CNPJ, "12abc34501de35", "“12ABC34501DE35”: com letras maiúsculas"),
    (CNPJ, "12.abc.345/01de-35", "“12ABC34501DE35”: sem pontuação e com letras maiúsculas"),
    (CNPJ, " 12345678000195", "“12345678000195”: sem espaços"),
    (VALUE, "1.234,56", "“1234.56”: com ponto como separador decimal"),
    (VALUE, "10,5", "“10.50”: com ponto decimal e 2 casas"),
    (VALUE, "10.5", "“10.50”: com ponto decimal e 2 casas"),
    (VALUE, "10.5000", "“10.50”: com ponto decimal e 2 casas"),
    (VALUE, "10.567", "Arredonde vProd para no máximo 2 casas decimais"),
    (VALUE, "12345678901234.00", "no máximo 13 dígitos antes do ponto"),
    (POSITIVE, "0.00", "Omita vProd quando for zero"),
    ("[1-9]{1}[0-9]{0,8}", "000123", "“123”: sem zeros à esquerda"),
    (DATE, "31/12/2025", "“2025-12-31”: no formato AAAA-MM-DD"),
    (DATE, "2025-12-31T10:00:00-03:00", "“2025-12-31”: somente com a data"),
    (DATE_TIME, "2025-12-31T10:00:00", "“2025-12-31T10:00:00-03:00”: com o fuso horário"),
    (DATE_TIME, "2025-12-31T10:00:00Z", "“2025-12-31T10:00:00+00:00”"),
    (DATE_TIME, "2025-12-31T10:00:00.123-03:00", "“2025-12-31T10:00:00-03:00”: sem frações"),
    (TEXT, "Papel “A4”", "“Papel \"A4\"”: com aspas, hífens e reticências simples"),
    (TEXT, "nota ☃", "“☃” (U+2603)"),
    (TEXT, "linha 1\nlinha 2", "“linha 1 linha 2”: sem quebras de linha"),
    (TEXT, "", "Remova a tag vazia vProd"),
    ("[0-9]{2}", "xyz", "o leiaute pede 2 dígitos, sem pontuação; o valor informado tem 3"),
    (TEXT, "x" * 200 + " ", "Retire os espaços e as quebras de linha do início e do fim"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "value", "expected"), CORRECTIONS)
def test_corrections_say_what_to_write(pattern: str, value: str, expected: str) -> None:
    assert expected in correct_pattern(Place("vProd"), value, pattern)


@pytest.mark.parametrize("pattern", ["[0-9]{1,15}", "0|[1-9]{1}[0-9]{0,5}"])
def test_a_decimal_point_is_never_taken_for_a_mask(pattern: str) -> None:
    assert "1050" not in correct_pattern(Place("qVol"), "10.50", pattern)


def test_a_wrong_layout_version_is_told_so() -> None:
    hint = correct_pattern(Place("infNFe", attribute="versao"), "3.10", r"4\.00")
    assert hint == "Gere o documento no leiaute 4.00; o arquivo informa a versão 3.10."


def test_an_option_written_differently_is_suggested(schema: etree.XMLSchema) -> None:
    (found,) = findings(schema, doc("<UF>sp</UF>"))
    assert found.esperado == "um destes valores: SP, RJ"
    assert found.correcao == "Informe UF exatamente como “SP”."


PATTERNS = [
    ("[0-9]{14}", "14 dígitos, sem pontuação"),
    (CNPJ, "CNPJ sem pontuação: 12 letras maiúsculas ou dígitos e 2 dígitos verificadores"),
    (VALUE, "valor com até 13 dígitos inteiros e 2 casas decimais, ponto como separador"),
    (POSITIVE, "valor com até 13 dígitos inteiros e 2 casas decimais, ponto como separador, "
     "maior que zero"),
    (DATE, "data no formato AAAA-MM-DD"),
    (DATE_TIME, "data e hora com fuso horário, no formato AAAA-MM-DDThh:mm:ss-03:00"),
    ("[0-9]{2,14}|ISENTO", "de 2 a 14 dígitos ou ISENTO"),
    ("ID[0-9]{52}", "ID seguido de 52 dígitos"),
    ("[1-9]{1}[0-9]{0,8}", "número maior que zero, de até 9 dígitos, sem zeros à esquerda"),
    ("0|[1-9]{1}[0-9]{0,2}", "número de até 3 dígitos, sem zeros à esquerda"),
    ("([!-ÿ]{0}|[!-ÿ]{5,20})?", "vazio ou de 5 a 20 caracteres sem espaço"),
    ("(x+y)*[^z]", "formato (x+y)*[^z]"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "explained"), PATTERNS)
def test_patterns_are_explained(pattern: str, explained: str) -> None:
    assert explain_pattern(pattern) == explained


def test_every_pattern_of_the_official_layouts_is_explained() -> None:
    pattern = re.compile(r'<xsd?:pattern\s+value="([^"]*)"')
    texts = {path.read_text("utf-8", "replace") for path in LAYOUTS.rglob("*.xsd")}
    found = {match.replace("&amp;", "&") for text in texts for match in pattern.findall(text)}
    assert len(found) > 200
    assert [p for p in found if explain_pattern(p).startswith("formato ")] == []


@pytest.mark.parametrize(
    ("name", "explained"),
    [
        ("xs:date", "data no formato AAAA-MM-DD"),
        ("{u}TDec_1302", "valor com até 13 dígitos inteiros e 2 casas decimais, "
         "ponto como separador"),
        ("{u}TDec_0302a04Opc", "valor com até 3 dígitos inteiros e 2 a 4 casas decimais, "
         "ponto como separador"),
        ("{u}Outro", None),
    ],
)  # fmt: skip
def test_simple_types_are_explained_by_name(name: str, explained: str | None) -> None:
    assert explain_datatype(name) == explained


@pytest.mark.parametrize(
    ("campo", "pai", "description"),
    [
        ("CNPJ", "emit", "Número do CNPJ do emitente"),
        ("CNPJ", "transporta", "CNPJ do transportador"),
        ("vProd", "ICMSTot", "Valor Total dos produtos e serviços"),
        ("@versao", "infNFe", "Versão do leiaute (v4.00)"),
        ("emit", None, "Identificação do emitente"),
        ("xLgr", "enderEmit", "Logradouro"),
        ("naoExiste", None, None),
    ],
)
def test_fields_are_described_by_the_official_schema(
    campo: str, pai: str | None, description: str | None
) -> None:
    assert field_description(NFE, campo, pai) == description


def test_descriptions_are_short_and_on_one_line() -> None:
    text = field_description(NFE, "indPres", "ide")
    assert text is not None
    assert len(text) <= MAX_DESCRIPTION
    assert "\n" not in text
