"""Certificates that no authority of ICP-Brasil would issue, in DER."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from factory.authority import Credential

PublicKey = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey
)
OID_P256 = bytes.fromhex("2a8648ce3d030107")
OID_RSA = bytes.fromhex("2a864886f70d010101")
VERSION_3 = bytes.fromhex("a003020102")
OID_BASIC_CONSTRAINTS, OID_SAN = bytes.fromhex("0603551d13"), bytes.fromhex("0603551d11")
COMMON_NAME = b"\x0c\x08FICTICIO"


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(
    public: PublicKey | None = None, extensions: Sequence[x509.ExtensionType] = ()
) -> x509.Certificate:
    """Self-signed, for FICTICIO; by default of an RSA key and without extensions."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "FICTICIO")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public or rsa_key().public_key())
        .serial_number(5)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(rsa_key(), SHA256())


def der(public: PublicKey | None = None, extensions: Sequence[x509.ExtensionType] = ()) -> bytes:
    return certificate(public, extensions).public_bytes(Encoding.DER)


def authority_as_signer() -> Credential:
    """A CA's own certificate and key."""
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    return Credential(certificate(extensions=[constraints]), rsa_key())


def base64(data: bytes) -> bytes:
    return b64encode(data)


def changed(old: bytes, new: bytes, data: bytes | None = None) -> bytes:
    """The DER of a certificate with some bytes replaced by as many others."""
    whole = data or der()
    assert old in whole
    assert len(old) == len(new)
    return whole.replace(old, new)


def unknown_extension(oid: str, value: bytes) -> bytes:
    return der(extensions=[x509.UnrecognizedExtension(ObjectIdentifier(oid), value)])


def repeated_extension() -> bytes:
    """Two subject alternative names: the second was a BasicConstraints."""
    san = x509.SubjectAlternativeName([x509.RFC822Name("a@b.example")])
    both = der(extensions=[san, x509.BasicConstraints(ca=False, path_length=None)])
    return changed(OID_BASIC_CONSTRAINTS, OID_SAN, both)
