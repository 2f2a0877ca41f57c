"""The certificate chain up to ICP-Brasil, with three answers: ok, falha, indeterminada.

A path validator that answers yes or no cannot tell a forged chain from one whose authority is
newer than the bundle at hand (which ends in April 2023), and the contract wants the first to be
an error and the second a warning. Revocation needs the network: it is not checked.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import certifi_icpbr
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from fiscalxml.report import Cadeia

AC_DIR = "FISCALXML_AC_DIR"
"""The environment variable that names a folder of further authorities (PEM or DER)."""
_MAX_DEPTH = 6
_MAX_CACHED = 4096
_SUFFIXES = {".pem", ".crt", ".cer", ".der"}
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Veredito:
    cadeia: Cadeia
    motivo: str | None = None


class Autoridades:
    """The authorities that are trusted: ICP-Brasil's, and those of the operator's folders."""

    def __init__(self, certificates: Iterable[x509.Certificate]) -> None:
        self._by_subject: dict[bytes, list[x509.Certificate]] = {}
        for certificate in certificates:
            if _is_authority(certificate):
                subject = certificate.subject.public_bytes()
                self._by_subject.setdefault(subject, []).append(certificate)
        self._paths: dict[x509.Certificate, tuple[tuple[x509.Certificate, ...], Veredito]] = {}

    def check(
        self, leaf: x509.Certificate, sent: tuple[x509.Certificate, ...], at: datetime
    ) -> Veredito:
        """The chain of `leaf` at an instant; `sent` are certificates that came with it."""
        if leaf not in self._paths:
            if len(self._paths) >= _MAX_CACHED:
                self._paths.clear()
            self._paths[leaf] = self._path(leaf, sent)
        path, veredito = self._paths[leaf]
        for certificate in path:
            if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
                words = (
                    f"{_common_name(certificate.subject)} fora da validade na data de referência"
                )
                return Veredito("falha", words)
        return veredito

    def _path(
        self, leaf: x509.Certificate, sent: tuple[x509.Certificate, ...]
    ) -> tuple[tuple[x509.Certificate, ...], Veredito]:
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
                words = f"autoridade {_common_name(current.issuer)} não conhecida aqui"
                return tuple(path), Veredito("indeterminada", words)
            issuer = next((c for c in candidates if _issued(c, current)), None)
            if issuer is None:
                words = (
                    f"{_common_name(current.issuer)} não assinou {_common_name(current.subject)}"
                )
                return tuple(path), Veredito("falha", words)
            path.append(issuer)
            if issuer.subject == issuer.issuer:
                if issuer in trusted:
                    return tuple(path), Veredito("ok")
                words = f"raiz {_common_name(issuer.subject)} não conhecida aqui"
                return tuple(path), Veredito("indeterminada", words)
            current = issuer
        return tuple(path), Veredito("falha", "cadeia longa demais ou circular")


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
    blocks = _PEM.findall(data) or [data]
    for block in blocks:
        load = (
            x509.load_pem_x509_certificate if block is not data else x509.load_der_x509_certificate
        )
        with warnings.catch_warnings():
            # Some authorities of ICP-Brasil have a negative serial number.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            try:
                yield load(block)
            except ValueError:
                continue


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        extensions = certificate.extensions
        return extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _key_matches(authority: x509.Certificate, issued: x509.Certificate) -> bool:
    """Whether the key identifiers agree: an authority may renew its key under the same name."""
    try:
        wanted = issued.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        offered = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except (x509.ExtensionNotFound, ValueError):
        return True
    return wanted.key_identifier in (None, offered.key_identifier)


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    if not _is_authority(authority):
        return False
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()
