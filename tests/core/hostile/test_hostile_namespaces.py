"""Prefixes, namespaces and names that make an element look like another."""

import pytest
from judged import DRAFT, SIGNED, findings, insert, one, outcome

from factory import build, soap

NFE = "http://www.portalfiscal.inf.br/nfe"


def test_a_prefixed_note_is_refused_with_404() -> None:
    prefixed = DRAFT.decode().replace("xmlns=", "xmlns:n=")
    for sign in ("</", "<"):
        prefixed = prefixed.replace(sign, f"{sign}n:").replace(f"{sign}n:/", "</")
    assert "404:erro" in outcome(prefixed.replace("<n:?xml", "<?xml").encode())[1]


def test_children_without_the_namespace_are_refused() -> None:
    report = one(DRAFT.replace(b"<ide>", b'<ide xmlns="">'))
    assert "XSD-001:erro" in findings(report)
    assert any("namespace" in achado.mensagem for achado in report.achados)


@pytest.mark.parametrize(
    "namespace", ["urn:x", f"{NFE}/", NFE.upper(), NFE.replace("http:", "https:")]
)
def test_a_namespace_that_is_almost_right_is_no_note(namespace: str) -> None:
    report = one(DRAFT.replace(NFE.encode(), namespace.encode()))
    assert report.veredito != "valido"
    assert report.documento.tipo == "desconhecido"


def test_the_namespace_declared_again_is_the_same_note() -> None:
    declared = DRAFT.replace(b"<ide>", f'<ide xmlns="{NFE}">'.encode())
    assert outcome(declared) == outcome(DRAFT)


def test_a_fiscal_prefix_bound_elsewhere_makes_no_note() -> None:
    data = f'<nfe:NFe xmlns:nfe="urn:x" xmlns="{NFE}"><infNFe Id="NFe1"/></nfe:NFe>'.encode()
    assert one(data).veredito != "valido"


def test_two_prefixes_of_one_namespace_are_refused_with_404() -> None:
    data = DRAFT.replace(b"<NFe ", f'<NFe xmlns:a="{NFE}" xmlns:b="{NFE}" '.encode())
    data = data.replace(b"<ide>", b"<a:ide>").replace(b"</ide>", b"</a:ide>")
    assert "404:erro" in outcome(data)[1]


@pytest.mark.parametrize("name", ["NFe", "infNFe"])
def test_a_namespace_that_the_manual_does_not_know_is_advised_against_with_587(name: str) -> None:
    xsi = b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    data = build("nfe").replace(f"<{name} ".encode(), f"<{name} ".encode() + xsi)
    (achado,) = [achado for achado in one(data).achados if achado.codigo == "587"]
    assert (achado.severidade, achado.facultativa, achado.linha) == ("aviso", True, 1)
    assert achado.caminho == ("NFe" if name == "NFe" else "NFe/infNFe")
    assert achado.encontrado == "http://www.w3.org/2001/XMLSchema-instance"


def test_the_namespaces_of_an_envelope_are_not_the_documents() -> None:
    assert "587:aviso" not in findings(one(soap(build("nfe", protocol=True))))


@pytest.mark.parametrize("name", ["𐀀", "ç", "é:x", "a·b", "_", "x" * 40_000])
def test_a_name_of_any_letters_is_only_an_unknown_field(name: str) -> None:
    element = f"<{name}/>".replace("é:x", 'é:x xmlns:é="u"').encode()
    for note in (DRAFT, SIGNED):
        assert "XSD-001:erro" in outcome(insert(note, b"<ide>", element))[1]


@pytest.mark.parametrize("name", ["𐀀", "ç"])
def test_a_name_of_any_letters_in_a_document_with_prefixes_is_only_an_unknown_field(
    name: str,
) -> None:
    note = SIGNED.replace(b"<NFe ", b'<NFe xmlns:p="u:p" ')
    assert "XSD-001:erro" in outcome(insert(note, b"<ide>", f"<{name}/>".encode()))[1]


@pytest.mark.parametrize("name", ["𐀀", "ç", "NFe:x"])
def test_a_root_of_any_letters_is_only_unknown(name: str) -> None:
    assert one(f'<{name} xmlns:NFe="u"/>'.encode()).documento.tipo == "desconhecido"


@pytest.mark.parametrize("uri", ["relativa", "../x", "#x", "?x", "file:///etc/passwd", "x" * 500])
def test_a_namespace_without_a_canonical_form_gets_a_report(uri: str) -> None:
    assert one(f'<r xmlns="{uri}"><a xmlns:p="{uri}x" p:b="1"/></r>'.encode()).achados
    report = one(SIGNED.replace(b"<NFe ", f'<NFe xmlns:q="{uri}" '.encode()))
    assert report.documento.tipo == "nfe"


@pytest.mark.parametrize("attribute", ["xsi:type='q:x'", "xsi:type='TNFe'", "xsi:nil='true'"])
def test_the_attributes_of_xml_schema_do_not_change_the_schema(attribute: str) -> None:
    declared = f"xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' {attribute}"
    report = one(DRAFT.replace(b"<ide>", f"<ide {declared}>".encode()))
    assert report.veredito == "invalido"
    assert report.camadas["schema"] == "falha"


def test_a_note_inside_another_field_is_no_second_document() -> None:
    inner = DRAFT[DRAFT.index(b"?>") + 2 :]
    assert one(insert(DRAFT, b"</infNFe>", inner)).veredito == "invalido"
