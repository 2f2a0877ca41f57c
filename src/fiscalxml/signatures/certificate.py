"""The signer's X.509 certificate: who it names, and what ICP-Brasil puts in it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtensionOID, NameOID, ObjectIdentifier

_CNPJ = ObjectIdentifier("2.16.76.1.3.3")
_CPF = ObjectIdentifier("2.16.76.1.3.1")
"""DOC-ICP-04: birth date (8 digits), then the CPF (11), then NIS and RG."""


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
    except (ValueError, TypeError, binascii.Error, x509.UnsupportedGeneralNameType):
        return None


def _read(certificate: x509.Certificate, key: RSAPublicKey) -> Titular:
    names = _other_names(certificate)
    cpf = names.get(_CPF, "")[8:19]
    return Titular(
        x509=certificate,
        chave=key,
        nome=_common_name(certificate.subject).partition(":")[0],
        emissor=_common_name(certificate.issuer),
        cnpj=names.get(_CNPJ) or None,
        cpf=cpf if cpf.strip("0") else None,
        inicio=certificate.not_valid_before_utc,
        fim=certificate.not_valid_after_utc,
        problema=_problem(certificate),
    )


def _other_names(certificate: x509.Certificate) -> dict[ObjectIdentifier, str]:
    try:
        san = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return {}
    return {name.type_id: _der_text(name.value) for name in san.get_values_for_type(x509.OtherName)}


def _der_text(der: bytes) -> str:
    """The text of a short DER string: OCTET STRING and PrintableString are both in use."""
    return der[2:].decode("ascii", "replace").strip()


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _problem(certificate: x509.Certificate) -> str | None:
    """MOC rule E01: version 3, not a CA, key usage of a signature."""
    if certificate.version is not x509.Version.v3:
        return "versão do certificado diferente de 3"
    extensions = certificate.extensions
    try:
        if extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return "certificado de Autoridade Certificadora, que não assina documentos"
    except x509.ExtensionNotFound:
        pass
    try:
        usage = extensions.get_extension_for_oid(ExtensionOID.KEY_USAGE).value
    except x509.ExtensionNotFound:
        return None
    assert isinstance(usage, x509.KeyUsage)  # noqa: S101 - the OID tells the class
    if not (usage.digital_signature and usage.content_commitment):
        return "uso da chave sem assinatura digital e não repúdio"
    return None
