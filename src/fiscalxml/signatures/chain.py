"""The certificate chain up to ICP-Brasil, with three answers: ok, falha, indeterminada.

A path validator that answers yes or no cannot tell a forged chain from one whose authority is
newer than the bundle at hand (which ends in April 2023), and the contract wants the first to be
an error and the second a warning. Revocation needs the network: it is not checked.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import certifi_icpbr
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from fiscalxml.report import Cadeia
from fiscalxml.signatures.certificate import UNREADABLE, Titular, load_certificate

AC_DIR = "FISCALXML_AC_DIR"
"""The environment variable that names a folder of further authorities (PEM or DER)."""
_MAX_DEPTH = 6
_MAX_CACHED = 1024
_SUFFIXES = {".pem", ".crt", ".cer", ".der"}
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class VereditoCadeia:
    cadeia: Cadeia
    motivo: str | None = None
    propria: bool = False
    """the holder is its own authority, so the root is not ICP-Brasil's"""


class _Caminho(NamedTuple):
    """The authorities above a certificate, with the time in which all of them are valid."""

    veredito: VereditoCadeia
    autoridades: tuple[x509.Certificate, ...] = ()
    inicio: datetime = datetime.min.replace(tzinfo=UTC)
    fim: datetime = datetime.max.replace(tzinfo=UTC)


class Autoridades:
    """The authorities that are trusted: ICP-Brasil's, and those of the operator's folders."""

    def __init__(self, certificates: Iterable[x509.Certificate]) -> None:
        self._by_subject: dict[bytes, list[x509.Certificate]] = {}
        for certificate in certificates:
            if _is_authority(certificate):
                subject = certificate.subject.public_bytes()
                self._by_subject.setdefault(subject, []).append(certificate)
        self._paths: dict[tuple[Titular, ...], _Caminho] = {}

    def check(self, titular: Titular, sent: tuple[Titular, ...], at: datetime) -> VereditoCadeia:
        """The chain of a signer at an instant; `sent` are certificates that came with it."""
        key = (titular, *sent)
        path = self._paths.get(key)
        if path is None:
            if len(self._paths) >= _MAX_CACHED:
                self._paths.clear()
            path = self._paths[key] = self._find(titular, sent)
        if path.inicio <= at <= path.fim:
            return path.veredito
        late = next(c for c in path.autoridades if not _valid_at(c, at))
        words = f"{_common_name(late.subject)} fora da validade na data de referência"
        return VereditoCadeia("falha", words)

    def _find(self, titular: Titular, sent: tuple[Titular, ...]) -> _Caminho:
        if titular.x509 is None:
            return _Caminho(
                VereditoCadeia("indeterminada", "o certificado não segue o DER à risca")
            )
        offered = tuple(other.x509 for other in sent if other.x509 is not None)
        try:
            path, veredito = self._path(titular.x509, offered)
        except UNREADABLE:
            return _Caminho(VereditoCadeia("indeterminada", "um certificado da cadeia é ilegível"))
        if not path:
            return _Caminho(veredito)
        return _Caminho(
            veredito,
            path,
            max(certificate.not_valid_before_utc for certificate in path),
            min(certificate.not_valid_after_utc for certificate in path),
        )

    def _path(
        self, leaf: x509.Certificate, sent: tuple[x509.Certificate, ...]
    ) -> tuple[tuple[x509.Certificate, ...], VereditoCadeia]:
        """The authorities above `leaf` and the verdict on their signatures."""
        path: list[x509.Certificate] = []
        current = leaf
        while len(path) < _MAX_DEPTH:
            trusted = self._by_subject.get(current.issuer.public_bytes(), [])
            candidates = [
                authority
                for authority in (*trusted, *sent)
                if authority.subject == current.issuer and _key_matches(authority, current)
            ]
            if not candidates:
                return tuple(path), _unknown(current)
            issuer = next((c for c in candidates if _issued(c, current)), None)
            if issuer is None:
                words = (
                    f"{_common_name(current.issuer)} não assinou {_common_name(current.subject)}"
                )
                return tuple(path), VereditoCadeia("falha", words)
            path.append(issuer)
            if issuer.subject == issuer.issuer:
                return tuple(path), VereditoCadeia("ok") if issuer in trusted else _unknown(issuer)
            current = issuer
        return tuple(path), VereditoCadeia("falha", "cadeia longa demais ou circular")


@lru_cache(maxsize=8)
def autoridades(*folders: str) -> Autoridades:
    """ICP-Brasil's authorities with those of `folders` and of the environment's folder."""
    extra = [Path(folder) for folder in (*folders, os.environ.get(AC_DIR, "")) if folder]
    return Autoridades([*_icp_brasil(), *(cert for folder in extra for cert in _in_folder(folder))])


@lru_cache(maxsize=1)
def _icp_brasil() -> tuple[x509.Certificate, ...]:
    bundle = Path(certifi_icpbr.where()).read_bytes()
    return tuple(
        certificate
        for certificate in _certificates(bundle)
        if any(
            attribute.value == "ICP-Brasil"
            for attribute in certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        )
    )


def _in_folder(folder: Path) -> Iterator[x509.Certificate]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _SUFFIXES and path.is_file():
            yield from _certificates(path.read_bytes())


def _certificates(data: bytes) -> Iterator[x509.Certificate]:
    """All certificates of a PEM or DER file; one that cannot be read does not spoil the rest."""
    for block in _PEM.findall(data) or [data]:
        try:
            der = base64.b64decode(block) if block is not data else data
        except ValueError:
            continue
        if (certificate := load_certificate(der)) is not None:
            yield certificate


def _unknown(certificate: x509.Certificate) -> VereditoCadeia:
    """The verdict where a chain ends at a certificate whose issuer is not known here.

    An authority that is not known may be newer than the bundle; none of them signs documents.
    """
    issuer = _common_name(certificate.issuer)
    if certificate.issuer == certificate.subject and not _is_authority(certificate):
        return VereditoCadeia("falha", f"{issuer} assinou o próprio certificado", propria=True)
    return VereditoCadeia("indeterminada", f"autoridade {issuer} não conhecida aqui")


def _valid_at(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        extensions = certificate.extensions
        return extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False


def _key_matches(authority: x509.Certificate, issued: x509.Certificate) -> bool:
    """Whether the key identifiers agree: an authority may renew its key under the same name."""
    try:
        wanted = issued.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        offered = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return True
    return wanted.key_identifier in (None, offered.key_identifier)


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    if not _is_authority(authority):
        return False
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()
