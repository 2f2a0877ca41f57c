"""The certificate that Cloudflare shows our load balancer, and the authority that it trusts for it.

An authority of its own each time, whose key lives as long as the call: nothing else is ever signed
with it. To change them, the new authority is put beside the old one in the trust store, the new
certificate is sent to Cloudflare, and then the old one is taken out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS: Final = 397
"""Cloudflare tells of the end 30 and 14 days before (notifications.py)"""
_BITS: Final = 2048
"""RSA, as in Cloudflare's own instructions; enough for a year, and the load balancer's least"""
_EARLIER: Final = timedelta(hours=1)  # clocks differ


class Par(NamedTuple):
    """PEM, all."""

    autoridade: str
    """for the trust store"""
    certificado: str
    chave: str
    """PKCS #8; for Cloudflare, and for nobody else"""


def new_pair(zona: str) -> Par:
    """For one zone."""
    key, own = (rsa.generate_private_key(65537, _BITS) for _ in range(2))
    issuer = _name(f"fiscalxml: autoridade da origem de {zona}, {datetime.now(UTC):%Y-%m-%d}")
    authority = (
        _begin(issuer, issuer, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = (
        _begin(_name(zona), issuer, own.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return Par(
        _pem(authority),
        _pem(certificate),
        own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    )


def _begin(name: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
