"""Whatever stands in X509Certificate, there is a report, and no such signer is accepted."""

from base64 import b64decode

import hostile_certificates as hostile
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from judged import SIGNED, findings, insert, one

from factory import build

OPENING, CLOSING = b"<X509Certificate>", b"</X509Certificate>"
START, END = SIGNED.index(OPENING) + len(OPENING), SIGNED.index(CLOSING)
GENUINE = SIGNED[START:END]
X_400_NAME = b"\x30\x04\xa3\x02\x05\x00"


def with_certificate(text: bytes) -> bytes:
    return SIGNED[:START] + text + SIGNED[END:]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"AAAA", id="garbage"),
        pytest.param(b"A" * 500_000, id="huge"),
        pytest.param("çç".encode(), id="not ASCII"),
        pytest.param(b"-----BEGIN CERTIFICATE-----", id="PEM"),
        pytest.param(GENUINE[: len(GENUINE) // 2], id="half"),
    ],
)
def test_what_is_no_certificate_is_told(text: bytes) -> None:
    assert "290:erro" in findings(one(with_certificate(text)))


@pytest.mark.parametrize(
    "der",
    [
        pytest.param(hostile.der(ec.generate_private_key(ec.SECP256R1()).public_key()), id="EC"),
        pytest.param(hostile.der(dsa.generate_private_key(2048).public_key()), id="DSA"),
        pytest.param(hostile.der(ed25519.Ed25519PrivateKey.generate().public_key()), id="Ed25519"),
        pytest.param(
            hostile.changed(
                hostile.OID_P256,
                hostile.OID_P256[:-1] + b"\x7f",
                hostile.der(ec.generate_private_key(ec.SECP256R1()).public_key()),
            ),
            id="unknown curve",
        ),
        pytest.param(
            hostile.changed(hostile.OID_RSA, hostile.OID_RSA[:-1] + b"\x7f"), id="unknown key"
        ),
        pytest.param(
            hostile.changed(hostile.VERSION_3, hostile.VERSION_3[:-1] + b"\x07"), id="version 8"
        ),
        pytest.param(hostile.repeated_extension(), id="repeated extension"),
        pytest.param(hostile.unknown_extension("2.5.29.17", X_400_NAME), id="X.400 name"),
        pytest.param(hostile.unknown_extension("2.5.29.17", b"\x04\x00"), id="garbled names"),
        pytest.param(hostile.unknown_extension("2.5.29.15", b"\x04\x00"), id="garbled key usage"),
        pytest.param(hostile.unknown_extension("2.5.29.35", b"\x04\x00"), id="garbled authority"),
        pytest.param(
            hostile.changed(hostile.COMMON_NAME, b"\x0c\x08FICT\xffCIO"), id="name not UTF-8"
        ),
        pytest.param(
            hostile.changed(hostile.COMMON_NAME, b"\x14\x08FICT\xcdCIO"), id="name in Teletex"
        ),
        pytest.param(
            hostile.changed(hostile.COMMON_NAME, b"\x1e\x08\xd8\x00\xd8\x00\x00A\x00B"),
            id="name with surrogates",
        ),
        pytest.param(
            hostile.changed(hostile.COMMON_NAME, b"\x03\x08\x00ICTICIO"), id="name of bits"
        ),
        pytest.param(hostile.changed(b"300101000000Z", b"309999999999Z"), id="impossible date"),
        pytest.param(hostile.changed(b"\x02\x01\x05", b"\x02\x01\x85"), id="negative serial"),
        pytest.param(hostile.der() + b"\x00\x00", id="bytes after the end"),
    ],
)  # fmt: skip
def test_a_certificate_out_of_the_ordinary_is_refused(der: bytes) -> None:
    report = one(with_certificate(hostile.base64(der)))
    assert report.documento.tipo == "nfe"
    assert report.veredito == "invalido"
    assert report.camadas["assinatura"] == "falha"


def test_an_authority_may_not_sign_documents() -> None:
    assert "290:erro" in findings(one(build("nfe", leaf=hostile.authority_as_signer())))


def test_a_certificate_with_any_byte_changed_is_never_vouched_for() -> None:
    der = b64decode(GENUINE)
    for at in range(0, len(der), 5):
        flipped = der[:at] + bytes([der[at] ^ 0x81]) + der[at + 1 :]
        report = one(with_certificate(hostile.base64(flipped)))
        cadeia = None if report.certificado is None else report.certificado.cadeia
        assert report.veredito == "invalido" or cadeia == "indeterminada", at


def test_a_thousand_certificates_get_a_report_of_few_findings() -> None:
    report = one(insert(SIGNED, OPENING, (OPENING + GENUINE + CLOSING) * 1000))
    assert report.veredito == "invalido"
    assert len(report.achados) < 100


def test_a_thousand_certificates_that_are_garbage_get_a_report_of_few_findings() -> None:
    report = one(insert(SIGNED, OPENING, (OPENING + b"AA" + CLOSING) * 1000))
    assert "290:erro" in findings(report)
    assert len(report.achados) < 100
