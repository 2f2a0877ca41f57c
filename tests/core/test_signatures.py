"""The signature itself: what holds in spite of its form, and what must not hold."""

import re
from collections.abc import Callable

import pytest

from acceptance.inputs import ACENTUADO, NFE, accented, without_declaration
from factory import KINDS, XSW_VARIANTS, build, e_cnpj, xsw
from factory.odd_signatures import sign_with_xmlsec
from factory.oracles import signatures_hold
from fiscalxml import Achado, validate

_XSI = b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_CHAIN_UNKNOWN = "SIG-010"


def found(data: bytes) -> list[Achado]:
    """The findings on the signature, but for the test authority, which is not known here."""
    return [
        achado
        for achado in validate(data).achados
        if achado.camada == "assinatura" and achado.codigo != _CHAIN_UNKNOWN
    ]


def codes(data: bytes) -> list[str]:
    assert all(achado.severidade == "erro" for achado in found(data))
    return sorted({achado.codigo for achado in found(data)})


def in_proc(nota: bytes, attributes: bytes = b"") -> bytes:
    """The note under a nfeProc that declares more namespaces, without a protocol."""
    head = b'<nfeProc versao="4.00" xmlns="' + NFE.encode() + b'" ' + attributes + b">"
    return head + without_declaration(nota) + b"</nfeProc>"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_signature_of_every_kind_holds(kind: str, algorithm: str) -> None:
    data = build(kind, algorithm=algorithm)  # type: ignore[arg-type]
    assert codes(data) == []
    assert validate(data).camadas["assinatura"] == "aviso"  # the chain is unknown


@pytest.mark.parametrize("form", ["inclusive", "exclusive"])
@pytest.mark.parametrize("prefix", [None, "ds"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_signature_by_another_implementation_holds(
    algorithm: str, prefix: str | None, form: str
) -> None:
    plain = build("nfe", sign=False, changes={"dest/xNome": ACENTUADO})
    data = sign_with_xmlsec(
        plain,
        "infNFe",
        e_cnpj(),
        algorithm=algorithm,  # type: ignore[arg-type]
        prefix=prefix,
        form=form,  # type: ignore[arg-type]
    )
    assert signatures_hold(data)
    assert codes(data) == []


HOLDS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda nota: nota,
    "in an envelope": in_proc,
    "in an envelope with a namespace more": lambda nota: in_proc(nota, _XSI),
    "with character references": lambda nota: nota.replace(b"IMAGINARIA", b"IM&#65;GIN&#x41;RIA"),
    "with a text as CDATA": lambda nota: nota.replace(
        b"<xNome>COMPRADORA IMAGINARIA SA<", b"<xNome><![CDATA[COMPRADORA IMAGINARIA SA]]><"
    ),
    "with part of a text as CDATA": lambda nota: nota.replace(
        b"COMPRADORA", b"COMPR<![CDATA[AD]]>ORA"
    ),
    "with comments": lambda nota: nota.replace(b"<ide>", b"<!-- x --><ide><!-- y -->"),
    "with a comment in a text": lambda nota: nota.replace(b"COMPRADORA", b"COMPR<!-- x -->ADORA"),
    "with attributes in another order": lambda nota: re.sub(
        rb'<infNFe versao="4.00" (Id="\w+")>', rb"<infNFe  \1  versao='4.00' >", nota
    ),
    "with empty elements closed apart": lambda nota: re.sub(rb"(<\w+)/>", rb"\1 />", nota),
    "with blanks in the digest and the value": lambda nota: nota.replace(
        b"<X509Certificate>", b"<X509Certificate>\n"
    ),
    "with its namespace said again": lambda nota: nota.replace(
        b"<infNFe ", b'<infNFe xmlns="' + NFE.encode() + b'" '
    ),
    "in UTF-16": lambda nota: nota.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
}


@pytest.mark.parametrize("form", HOLDS.values(), ids=HOLDS)
def test_a_form_that_c14n_does_not_see_does_not_break_the_signature(
    form: Callable[[bytes], bytes],
) -> None:
    assert codes(form(build("nfe"))) == []


def test_crlf_between_tags_is_one_line_break_for_the_signature() -> None:
    spaced = build("nfe", sign=False).replace(b"><", b">\n<")
    nota = sign_with_xmlsec(spaced, "infNFe", e_cnpj())
    assert codes(nota.replace(b"\n", b"\r\n")) == []
    assert codes(nota.replace(b"\n", b"")) == ["297"]


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "a text": lambda nota: nota.replace(b" DE ", b" DA "),
    "a value": lambda nota: nota.replace(b"<vNF>1000.00<", b"<vNF>1000.01<"),
    "a blank": lambda nota: nota.replace(b" DE ", b" DE  "),
    "a line break": lambda nota: nota.replace(b"<ide>", b"\n<ide>"),
    "an attribute": lambda nota: nota.replace(b'nItem="1"', b'nItem="2"'),
    "an attribute more": lambda nota: nota.replace(b"<ide>", b'<ide x="1">'),
    "the order of elements": lambda nota: nota.replace(
        b"<serie>1</serie><nNF>1001</nNF>", b"<nNF>1001</nNF><serie>1</serie>"
    ),
    "an element less": lambda nota: nota.replace(b"<procEmi>0</procEmi>", b""),
    "an element more": lambda nota: nota.replace(b"<procEmi>", b"<x/><procEmi>"),
    "the name of an element": lambda nota: nota.replace(b"verProc>", b"verProx>"),
    "a namespace": lambda nota: nota.replace(b"<transp>", b'<transp xmlns="urn:x">'),
    "the character of an accent": lambda nota: nota.replace("Á".encode(), "A\u0301".encode()),
    "the digest": lambda nota: re.sub(rb"<DigestValue>.{4}", b"<DigestValue>AAAA", nota),
    "the digest, emptied": lambda nota: re.sub(rb"<DigestValue>[^<]+", b"<DigestValue>", nota),
    "the signature value": lambda nota: re.sub(
        rb"<SignatureValue>.{4}", b"<SignatureValue>AAAA", nota
    ),
    "the signature value, emptied": lambda nota: re.sub(
        rb"<SignatureValue>[^<]+", b"<SignatureValue>", nota
    ),
    "the signature value, not Base64": lambda nota: re.sub(
        rb"<SignatureValue>[^<]+", b"<SignatureValue>***", nota
    ),
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_change_after_signing_is_297(change: Callable[[bytes], bytes]) -> None:
    nota = accented()
    data = change(nota)
    assert data != nota
    assert codes(data) == ["297"]


def test_a_digest_recomputed_over_a_change_still_betrays_the_signature() -> None:
    genuine = build("nfe")
    forged = build("nfe", changes={"dest/xNome": "COMPRADORA FALSA SA"})
    value = re.search(rb"<SignatureValue>[^<]+", genuine)
    assert value is not None
    data = re.sub(rb"<SignatureValue>[^<]+", value[0], forged)
    assert codes(data) == ["297"]
    assert "SignatureValue" in (found(data)[0].explicacao or "")


def test_the_certificate_of_another_key_is_297() -> None:
    other = e_cnpj(autoridade="Outra")
    foreign = re.search(rb"<X509Certificate>[^<]+", build("nfe", leaf=other))
    assert foreign is not None
    assert codes(re.sub(rb"<X509Certificate>[^<]+", foreign[0], build("nfe"))) == ["297"]


def test_a_wrong_digest_tells_what_was_found_and_what_was_computed() -> None:
    genuine = build("nfe")
    digest = re.search(rb"<DigestValue>([^<]+)", genuine)
    assert digest is not None
    changed = re.sub(rb"<DigestValue>[^<]+", b"<DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAA=", genuine)
    difference = next(achado for achado in found(changed) if achado.esperado)
    assert difference.encontrado == "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert difference.esperado == digest[1].decode()
    assert difference.caminho.endswith("DigestValue")


_ALGORITHM = rb'(<%s Algorithm=")[^"]+'
UNUSUAL: dict[str, Callable[[bytes], bytes]] = {
    "SignatureMethod": lambda nota: re.sub(
        _ALGORITHM % b"SignatureMethod",
        rb"\1http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        nota,
    ),
    "DigestMethod": lambda nota: re.sub(
        _ALGORITHM % b"DigestMethod", rb"\1http://www.w3.org/2001/04/xmldsig-more#md5", nota
    ),
    "CanonicalizationMethod": lambda nota: re.sub(
        _ALGORITHM % b"CanonicalizationMethod", rb"\1urn:x", nota
    ),
    "an XPath transform": lambda nota: nota.replace(
        b"</Transforms>",
        b'<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/></Transforms>',
    ),
    "no transforms": lambda nota: re.sub(rb"<Transforms>.*</Transforms>", b"", nota),
    "a Reference to the whole": lambda nota: re.sub(rb'URI="[^"]+"', b'URI=""', nota),
    "no Reference": lambda nota: re.sub(rb"<Reference.*</Reference>", b"", nota),
    "two references": lambda nota: re.sub(rb"(<Reference .*</Reference>)", rb"\1\1", nota),
    "two signatures": lambda nota: re.sub(rb"(<Signature .*</Signature>)", rb"\1\1", nota),
    "no Id": lambda nota: re.sub(rb' Id="NFe\w+"', b"", nota),
    "another namespace": lambda nota: nota.replace(
        b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">', b"<Signature>"
    ),
}


@pytest.mark.parametrize("change", UNUSUAL.values(), ids=UNUSUAL)
def test_a_signature_out_of_the_standard_is_298(change: Callable[[bytes], bytes]) -> None:
    nota = build("nfe")
    assert change(nota) != nota
    assert "298" in codes(change(nota))


@pytest.mark.parametrize("protocol", [False, True])
@pytest.mark.parametrize("variant", XSW_VARIANTS)
def test_a_wrapped_signature_never_makes_a_valid_document(variant: int, protocol: bool) -> None:
    report = validate(xsw(build("nfe", protocol=protocol), variant), perfil="transmissao")
    errors = {a.codigo for a in report.achados if a.severidade == "erro"}
    assert report.veredito == "invalido"
    assert errors & {"298", "SIG-001"}


@pytest.mark.parametrize("kind", ["cte", "mdfe", "cancelamento", "inutilizacao"])
def test_wrapping_another_kind_fails_too(kind: str) -> None:
    forged = build(kind, sign=False)
    for variant in XSW_VARIANTS:
        report = validate(xsw(build(kind), variant, forged), perfil="transmissao")
        assert {"298", "SIG-001"} & {a.codigo for a in report.achados if a.severidade == "erro"}


def test_a_certificate_that_cannot_be_read_is_290() -> None:
    data = re.sub(rb"<X509Certificate>[^<]+", b"<X509Certificate>AAAA", build("nfe"))
    assert "290" in codes(data)


def test_without_a_certificate_the_signature_is_not_taken_for_good() -> None:
    assert codes(re.sub(rb"<KeyInfo>.*</KeyInfo>", b"", build("nfe"))) == ["290"]


def test_the_dps_inside_an_nfse_has_a_signature_of_its_own() -> None:
    data = build("nfse")
    assert codes(data) == []
    changed = data.replace(b"Desenvolvimento de sistema", b"Desenvolvimento de  sistema")
    assert codes(changed) == ["E0714", "E1630"]


def test_the_request_inside_an_event_of_the_nfse_has_a_signature_of_its_own() -> None:
    assert codes(build("nfse_evento")) == []
    changed = build("nfse_evento").replace(b"<cMotivo>1", b"<cMotivo>2")
    assert len(codes(changed)) == 2
