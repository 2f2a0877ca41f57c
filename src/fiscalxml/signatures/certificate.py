"""The signer's X.509 certificate: who it names, and what ICP-Brasil puts in it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

# OIDs of DOC-ICP-04 in DER: 2.16.76.1.3.3 is the CNPJ; 2.16.76.1.3.1 the birth date (8 digits),
# then the CPF (11), NIS and RG.
_CNPJ = bytes.fromhex("0605604c010303")
_CPF = bytes.fromhex("0605604c010301")


@dataclass(frozen=True, slots=True)
class Titular:
    """A certificate that could be read."""

    x509: x509.Certificate
    chave: RSAPublicKey
    nome: str
    emissor: str
    cnpj: str | None
    cpf: str | None
    inicio: datetime
    fim: datetime
    problema: str | None
    """why it may not sign a fiscal document, in words"""


@lru_cache(maxsize=1024)
def read_certificate(text: str) -> Titular | None:
    """The certificate in the Base64 text of an `X509Certificate`; None when it is not one."""
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(text))
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            return None
        return _read(certificate, key)
    except (ValueError, UnsupportedAlgorithm):
        return None


def _read(certificate: x509.Certificate, key: RSAPublicKey) -> Titular:
    cpf = (_other_name(certificate, _CPF) or "")[8:19]
    return Titular(
        x509=certificate,
        chave=key,
        nome=_common_name(certificate.subject).partition(":")[0],
        emissor=_common_name(certificate.issuer),
        cnpj=_other_name(certificate, _CNPJ),
        cpf=cpf if cpf.strip("0") else None,
        inicio=certificate.not_valid_before_utc,
        fim=certificate.not_valid_after_utc,
        problema=_problem(certificate),
    )


def _other_name(certificate: x509.Certificate, oid: bytes) -> str | None:
    """The text of an `otherName` of the subject's alternative names.

    Read from the DER itself: ICP-Brasil certificates in use break DER in other extensions
    (`cA FALSE` written out), for which a strict parser refuses them all. After the OID comes
    [0] EXPLICIT and a short string; OCTET STRING and PrintableString are both in use.
    """
    der = certificate.tbs_certificate_bytes
    start = der.find(oid)
    if start < 0:
        return None
    start += len(oid)
    length = der[start + 3] if start + 3 < len(der) else 0
    return der[start + 4 : start + 4 + length].decode("ascii", "replace").strip() or None


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _problem(certificate: x509.Certificate) -> str | None:
    """MOC rule E01: version 3, not a CA, key usage of a signature."""
    if certificate.version is not x509.Version.v3:
        return "versão do certificado diferente de 3"
    try:
        extensions = certificate.extensions
    except ValueError:
        return None  # not strict DER: what it says of itself cannot be told
    for extension in extensions:
        match extension.value:
            case x509.BasicConstraints(ca=True):
                return "certificado de Autoridade Certificadora, que não assina documentos"
            case x509.KeyUsage() as usage if not (
                usage.digital_signature and usage.content_commitment
            ):
                return "uso da chave sem assinatura digital e não repúdio"
    return None
