"""A signature that does not protect what the report reads never passes."""

import re

import pytest
from judged import SIGNED, findings, insert, one, outcome

from factory import XSW_VARIANTS, build, e_cnpj, envi_nfe, soap, xsw
from fiscalxml import Report
from fuzz.invariants import reports_of

OTHER = build("nfe", changes={"ide/nNF": "77"})
SIGNATURE = SIGNED[SIGNED.index(b"<Signature") : SIGNED.index(b"</NFe>")]
OTHERS_SIGNATURE = OTHER[OTHER.index(b"<Signature") : OTHER.index(b"</NFe>")]
REFERENCE = SIGNED[SIGNED.index(b"<Reference") : SIGNED.index(b"</SignedInfo>")]


def refuses_signature(report: Report) -> bool:
    """The contract's answer: 298, 297 or a SIG- finding, as an error."""
    return report.veredito == "invalido" and any(
        achado.severidade == "erro"
        and achado.camada == "assinatura"
        and (achado.codigo in {"297", "298"} or achado.codigo.startswith("SIG-"))
        for achado in report.achados
    )


@pytest.mark.parametrize("variant", XSW_VARIANTS)
@pytest.mark.parametrize("protocol", [False, True], ids=["bare", "nfeProc"])
def test_a_wrapped_signature_is_refused(variant: int, protocol: bool) -> None:
    assert refuses_signature(one(xsw(build("nfe", protocol=protocol), variant)))


@pytest.mark.parametrize("variant", XSW_VARIANTS)
def test_a_wrapped_signature_is_refused_in_every_container(variant: int) -> None:
    attack = xsw(SIGNED, variant)
    honest, wrapped = reports_of(envi_nfe([OTHER, attack]))
    assert not refuses_signature(honest)
    assert refuses_signature(wrapped)
    assert refuses_signature(one(soap(attack)))


def test_the_signature_of_another_document_is_refused() -> None:
    assert refuses_signature(one(SIGNED.replace(SIGNATURE, OTHERS_SIGNATURE)))


def test_the_signature_of_another_document_with_our_id_is_refused() -> None:
    ours, theirs = (re.search(rb'URI="([^"]+)"', s) for s in (SIGNATURE, OTHERS_SIGNATURE))
    assert ours is not None
    assert theirs is not None
    pasted = OTHERS_SIGNATURE.replace(theirs[1], ours[1])
    assert "297:erro" in outcome(SIGNED.replace(SIGNATURE, pasted))[1]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(insert(SIGNED, b"</NFe>", SIGNATURE), id="the same twice"),
        pytest.param(insert(SIGNED, b"</NFe>", OTHERS_SIGNATURE), id="another's after ours"),
        pytest.param(insert(SIGNED, b"<Signature", OTHERS_SIGNATURE), id="another's before ours"),
    ],
)
def test_several_signatures_are_refused(data: bytes) -> None:
    assert "298:erro" in outcome(data)[1]


@pytest.mark.parametrize("uri", [b"", b"#", b"#x", b"file:///etc/passwd", b"#xpointer(/)"])
def test_a_reference_to_anything_else_is_refused(uri: bytes) -> None:
    data = re.sub(rb'URI="[^"]*"', b'URI="' + uri + b'"', SIGNED)
    assert "298:erro" in outcome(data)[1]


def test_an_id_that_two_elements_bear_is_refused() -> None:
    id_ = re.search(rb' Id="[^"]+"', SIGNED)
    assert id_ is not None
    twice = SIGNED.replace(b"<ide>", b"<ide" + id_[0] + b">")
    assert "298:erro" in outcome(twice)[1]


@pytest.mark.parametrize(
    "algorithm",
    [
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "",
    ],
)
def test_a_transform_outside_the_standard_is_refused(algorithm: str) -> None:
    transform = f'<Transform Algorithm="{algorithm}"><XPath>//x</XPath></Transform>'
    assert "298:erro" in outcome(insert(SIGNED, b"<Transform ", transform.encode()))[1]


@pytest.mark.parametrize(
    ("method", "algorithm"),
    [
        ("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        ("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#dsa-sha1"),
        ("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
        ("DigestMethod", "http://www.w3.org/2001/04/xmldsig-more#md5"),
        ("CanonicalizationMethod", "http://www.w3.org/2010/xml-c14n2"),
        ("CanonicalizationMethod", ""),
    ],
)
def test_an_algorithm_outside_the_standard_is_refused(method: str, algorithm: str) -> None:
    pattern = rf'<{method} Algorithm="[^"]*"'.encode()
    data = re.sub(pattern, f'<{method} Algorithm="{algorithm}"'.encode(), SIGNED)
    assert "298:erro" in outcome(data)[1]


def test_a_thousand_transforms_are_one_fault_counted() -> None:
    report = one(insert(SIGNED, b"<Transform ", b'<Transform Algorithm="u"/>' * 1000))
    assert "298:erro" in findings(report)
    assert len(report.achados) < 100


def test_ten_thousand_references_are_refused() -> None:
    report = one(insert(SIGNED, b"</SignedInfo>", REFERENCE * 10_000))
    assert "298:erro" in findings(report)
    assert len(report.achados) < 100


@pytest.mark.parametrize(
    "place", [b"<SignedInfo", b"<Transforms>", b"<DigestValue>", b"<KeyInfo>", b"<X509Certificate>"]
)
@pytest.mark.parametrize("content", [b"<!-- c -->", b"<?p i?>", b"<x/>", "<𐀀/>".encode()])
def test_what_stands_between_the_parts_of_a_signature_does_no_harm(
    place: bytes, content: bytes
) -> None:
    assert one(insert(SIGNED, place, content)).documento.tipo == "nfe"
    inside = SIGNED.index(b">", SIGNED.index(place)) + 1
    assert one(SIGNED[:inside] + content + SIGNED[inside:]).documento.tipo == "nfe"


@pytest.mark.parametrize(
    "part",
    [
        "SignedInfo", "CanonicalizationMethod", "SignatureMethod", "Reference", "Transforms",
        "DigestMethod", "DigestValue", "SignatureValue", "KeyInfo", "X509Data", "X509Certificate",
    ],
)  # fmt: skip
def test_a_signature_without_one_of_its_parts_is_refused(part: str) -> None:
    without = re.sub(rf"<{part}(?: [^>]*/>|[ >].*</{part}>)".encode(), b"", SIGNED)
    assert without != SIGNED
    report = one(without)
    assert report.veredito == "invalido"
    assert report.camadas["assinatura"] == "falha"


def test_a_value_signed_with_another_key_is_refused() -> None:
    forged = build("nfe", leaf=e_cnpj(autoridade="Outra"))
    value = re.search(rb"<SignatureValue>.*</SignatureValue>", forged)
    assert value is not None
    data = re.sub(rb"<SignatureValue>.*</SignatureValue>", value[0], SIGNED)
    assert "297:erro" in outcome(data)[1]


@pytest.mark.parametrize("value", [b"", b"AA", b"=", "ç".encode(), b"A" * 100_000, b"&#10;"])
@pytest.mark.parametrize("part", ["SignatureValue", "DigestValue"])
def test_a_value_that_is_no_base64_is_refused(part: str, value: bytes) -> None:
    opening = f"<{part}>".encode()
    data = re.sub(opening + rb"[^<]*", opening + value, SIGNED)
    assert "297:erro" in outcome(data)[1]
