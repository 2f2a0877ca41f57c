"""The test authority: a root, an AC and certificates in the shape of ICP-Brasil's.

Its private keys are part of this package, so that the same seed gives the same bytes anywhere, and
so anyone can sign in its name. It is for tests and sandboxes: it is trusted only where `--ac` names
the folder that `write_authorities` makes.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

# DOC-ICP-04: data of the holder, carried in the SAN as OtherName.
_OID_CPF: Final = "2.16.76.1.3.1"
_OID_CNPJ: Final = "2.16.76.1.3.3"
_PRINTABLE_STRING: Final = 0x13

_INICIO_AC: Final = datetime(2020, 1, 1, tzinfo=UTC)
_FIM_AC: Final = datetime(2060, 1, 1, tzinfo=UTC)
_KEYS: Final = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\n", re.DOTALL)


class Credencial(NamedTuple):
    """Who signs: the certificate as base64 DER, and its key."""

    certificado: str
    chave: RSAPrivateKey


@lru_cache(maxsize=4096)
def credencial(titular: str, ano: int) -> Credencial:
    """Of a CNPJ (14 characters, letters too) or CPF, valid from the year before to the year after.

    The same arguments give the same bytes.
    """
    if len(titular) == 14:
        oid, dados = _OID_CNPJ, titular
    else:  # birth date (8), CPF (11), NIS (11), RG (15), its issuer and state
        oid, dados = _OID_CPF, f"01011980{titular}{'0' * 26}SSPSP"
    value = dados.encode("ascii")
    san = x509.OtherName(ObjectIdentifier(oid), bytes([_PRINTABLE_STRING, len(value)]) + value)
    chave = _keys().titular
    certificate = (
        _builder(
            _name(f"TITULAR SINTETICO:{titular}"),
            _ac().subject,
            chave,
            datetime(ano - 1, 1, 1, tzinfo=UTC),
            datetime(ano + 2, 1, 1, tzinfo=UTC),
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([san]), critical=False)
        .sign(_keys().autoridade, SHA256())
    )
    der = certificate.public_bytes(Encoding.DER)
    return Credencial(base64.b64encode(der).decode(), chave)


# Medida: dados-de-teste
def write_authorities(folder: Path) -> None:
    """The certificates of the root and of the AC, as `fiscalxml validate --ac` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, certificate in (("raiz.pem", _root()), ("ac.pem", _ac())):
        (folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))


class _Keys(NamedTuple):
    raiz: RSAPrivateKey
    autoridade: RSAPrivateKey
    titular: RSAPrivateKey


@cache
def _keys() -> _Keys:
    text = (files(__package__) / "chaves_publicas.pem").read_bytes()
    return _Keys(*map(_load, _KEYS.findall(text)))


def _load(pem: bytes) -> RSAPrivateKey:
    key = load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("chaves_publicas.pem has RSA keys only")
    return key


@cache
def _root() -> x509.Certificate:
    key = _keys().raiz
    name = _name("AC Raiz Sintetica v1")
    builder = _builder(name, name, key, _INICIO_AC, _FIM_AC)
    return _authority(builder, 1).sign(key, SHA256())


@cache
def _ac() -> x509.Certificate:
    builder = _builder(
        _name("AC Sintetica v1"), _root().subject, _keys().autoridade, _INICIO_AC, _FIM_AC
    )
    return _authority(builder, 0).sign(_keys().raiz, SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, inicio: datetime, fim: datetime
) -> x509.CertificateBuilder:
    seed = f"{subject.rfc4514_string()} {inicio} {fim}"
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(int.from_bytes(sha256(seed.encode()).digest()[:12]) + 1)
        .not_valid_before(inicio)
        .not_valid_after(fim)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _authority(builder: x509.CertificateBuilder, below: int) -> x509.CertificateBuilder:
    return builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=below), critical=True
    ).add_extension(_usage(authority=True), critical=True)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "DOCUMENTOS SINTETICOS SEM VALOR FISCAL"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
