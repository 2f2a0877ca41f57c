"""The signer's X.509 certificate: who it names, and what ICP-Brasil puts in it."""

from __future__ import annotations

import base64
import warnings
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.utils import CryptographyDeprecationWarning

from fiscalxml.report import Certificado
from fiscalxml.signatures.der import read_fields, text_after

# OIDs of DOC-ICP-04 in DER: 2.16.76.1.3.3 is the CNPJ; 2.16.76.1.3.1 the birth date (8 digits),
# then the CPF (11), NIS and RG. Their value is wrapped in [0] EXPLICIT.
_CNPJ = bytes.fromhex("0605604c010303")
_CPF = bytes.fromhex("0605604c010301")
_EXPLICIT = 2
_MAX_TEXT = 16_384  # Base64; an e-CNPJ has about 2,700 characters

# Some authorities of ICP-Brasil have a negative serial number. (Once, here: to change the filters
# around each load would not be safe between threads.)
warnings.filterwarnings("ignore", "Parsed a serial number", category=CryptographyDeprecationWarning)

UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What `cryptography` raises on a certificate that breaks its own rules, sooner or later."""


@dataclass(frozen=True, slots=True, eq=False)
class Titular:
    """A certificate that could be read."""

    x509: x509.Certificate | None
    """None when it is not strict DER: it can be read, but its chain cannot be checked"""
    chave: RSAPublicKey
    certificado: Certificado
    """what a report says of it, but for the chain"""
    inicio: datetime
    fim: datetime
    problema: str | None
    """why it may not sign a fiscal document, in words"""


def read_certificate(text: str) -> Titular | None:
    """The certificate in the Base64 text of an `X509Certificate`; None when it is not one."""
    return parse_certificate(text) if len(text) <= _MAX_TEXT else None


@lru_cache(maxsize=1024)
def parse_certificate(text: str) -> Titular | None:
    """The same for a text of any length, kept for the next document of the same signer."""
    try:
        der = base64.b64decode("".join(text.split()))
        campos = read_fields(der)
        key = load_der_public_key(campos.chave)
    except UNREADABLE:
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    cpf = (text_after(der, _CPF, skip=_EXPLICIT) or "")[8:19]
    certificate = load_certificate(der)
    return Titular(
        x509=certificate,
        chave=key,
        certificado=Certificado(
            titular=campos.titular.partition(":")[0],
            cnpj=text_after(der, _CNPJ, skip=_EXPLICIT),
            cpf=cpf if cpf.strip("0") else None,
            emissor=campos.emissor,
            inicio=campos.inicio.isoformat(),
            fim=campos.fim.isoformat(),
        ),
        inicio=campos.inicio,
        fim=campos.fim,
        problema=None if certificate is None else _problem(certificate),
    )


def load_certificate(der: bytes) -> x509.Certificate | None:
    """A certificate in strict DER, or None."""
    try:
        return x509.load_der_x509_certificate(der)
    except UNREADABLE:
        return None


def _problem(certificate: x509.Certificate) -> str | None:
    """MOC rule E01: version 3, not a CA, key usage of a signature."""
    try:
        if certificate.version is not x509.Version.v3:
            return "versão do certificado diferente de 3"
        extensions = certificate.extensions
    except UNREADABLE:
        return None  # what it says of itself cannot be told
    for extension in extensions:
        match extension.value:
            case x509.BasicConstraints(ca=True):
                return "certificado de Autoridade Certificadora, que não assina documentos"
            case x509.KeyUsage() as usage if not (
                usage.digital_signature and usage.content_commitment
            ):
                return "uso da chave sem assinatura digital e não repúdio"
    return None
