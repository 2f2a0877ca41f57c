"""Certificates inside, drawn anew for a folder of secrets that exists.

Files are replaced by others of their name: a container sees the one it began with until it starts
again. So the authority's new certificate is put beside the old ones before anybody shows what it
signed, and a container that starts again trusts both.
"""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from fiscalxml_ops.compose.authority import Autoridade

CA: Final = "ca.crt"


class Renovacao(NamedTuple):
    """Names of servers, without a suffix."""

    trocados: list[str]
    alheios: list[str]
    """signed by no authority of the folder: left as they are"""
    sem_dono: dict[str, int]
    """names of files that could not be given to the uid they had, which only root can"""


def ends(folder: Path) -> dict[str, datetime]:
    """name of each server's certificate -> its end (UTC). Raises OSError, ValueError."""
    return {
        path.stem: x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
        for path in _certificates(folder)
    }


def renew(folder: Path) -> Renovacao:
    """Of every server whose certificate an authority in `ca.crt` signed, which need not be valid
    any more. Mode and owner of each file stay. Cut off half way, it may be run again.

    Raises OSError; ValueError where `ca.crt` or a certificate cannot be read.
    """
    known = x509.load_pem_x509_certificates((folder / CA).read_bytes())
    ours: list[Path] = []
    others: list[Path] = []
    for path in _certificates(folder):
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        (ours if _signed(certificate, known) else others).append(path)
    authority = Autoridade(f"fiscalxml: servidores de dentro, {datetime.now(UTC):%Y-%m-%d}")
    left = _replace(folder / CA, authority.certificado + _valid(known))
    for path in ours:
        signed = authority.sign(path.stem)
        left |= _replace(path.with_suffix(".key"), signed.chave)
        left |= _replace(path, signed.certificado)
    return Renovacao([each.stem for each in ours], [each.stem for each in others], left)


def _certificates(folder: Path) -> list[Path]:
    """Of servers: those that have a key."""
    return sorted(
        path
        for path in folder.glob("*.crt")
        if path.name != CA and path.with_suffix(".key").exists()
    )


def _signed(certificate: x509.Certificate, authorities: list[x509.Certificate]) -> bool:
    for each in authorities:
        try:
            certificate.verify_directly_issued_by(each)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return True
    return False


def _valid(authorities: list[x509.Certificate]) -> str:
    now = datetime.now(UTC)
    return "".join(
        each.public_bytes(serialization.Encoding.PEM).decode()
        for each in authorities
        if each.not_valid_after_utc > now
    )


def _replace(path: Path, text: str) -> dict[str, int]:
    """Whole or not at all. Gives its name and the uid that it could not be given to."""
    before = path.stat()
    new = path.with_name(f".{path.name}.novo")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.chmod(stat.S_IMODE(before.st_mode))
    if os.geteuid() == 0:
        os.chown(new, before.st_uid, before.st_gid)
    new.replace(path)
    return {} if path.stat().st_uid == before.st_uid else {path.name: before.st_uid}
