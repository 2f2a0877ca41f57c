"""Files of keys: there, for this user alone, long and random enough."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from fiscalxml_server.kit.profile.faults import Falha
from fiscalxml_server.kit.settings import Settings

_BYTES: Final = 32
_DIFFERENT: Final = 12  # of 32 random bytes some 30 are
_OTHERS_READ: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def no_local_keys(settings: Settings) -> Iterator[Falha]:
    """Keys of development open everything, and nobody can revoke them."""
    if settings.api_keys_file is not None:
        yield Falha("API_KEYS_FILE", "é só para desenvolvimento; retire-a.")


def master_key(settings: Settings) -> Iterator[Falha]:
    """What wraps the data keys."""
    in_kms = settings.master_key_kms and settings.master_key_kms_mac
    if settings.master_key_file or not in_kms:
        yield from _secret("MASTER_KEY_FILE", settings.master_key_file)
    if settings.master_key_previous_file:
        yield from _secret("MASTER_KEY_PREVIOUS_FILE", settings.master_key_previous_file)
    if settings.master_key_file and settings.keys_url.startswith("file://"):
        folder = Path(settings.keys_url.removeprefix("file://"))
        if folder in settings.master_key_file.parents:
            yield Falha("MASTER_KEY_FILE", "fica junto das chaves que cifra (FISCALXML_KEYS_URL).")


def auth_secret(settings: Settings) -> Iterator[Falha]:
    """Of the Auth Service; no other key may be the same."""
    yield from _own_secret("AUTH_SECRET_FILE", settings.auth_secret_file, settings.master_key_file)


def webhooks_secret(settings: Settings) -> Iterator[Falha]:
    """Of the Webhook Service; no other key may be the same."""
    others = (settings.master_key_file, settings.auth_secret_file)
    yield from _own_secret("WEBHOOKS_SECRET_FILE", settings.webhooks_secret_file, *others)


def service_key(settings: Settings) -> Iterator[Falha]:
    """By which a service says to the Auth Service who it is."""
    path = settings.service_key_file
    if path is None:
        yield Falha("SERVICE_KEY_FILE", "falta: a chave privada (JWK, P-256) deste serviço.")
        return
    yield from _file("SERVICE_KEY_FILE", path, _OTHERS_READ)
    text = _read(path)
    if text is not None and not _is_private(_json(text)):
        yield Falha("SERVICE_KEY_FILE", "não tem uma chave privada P-256 em JWK.")


def certificate(settings: Settings) -> Iterator[Falha]:
    """By which the service answers by TLS itself, where it does."""
    path = settings.tls_key_file
    if (path is None) != (settings.tls_certificate_file is None):
        yield Falha("TLS_KEY_FILE", "vem junto com FISCALXML_TLS_CERTIFICATE_FILE, ou nenhuma.")
    elif path is not None:
        yield from _file("TLS_KEY_FILE", path, _OTHERS_READ)


def known_services(settings: Settings) -> Iterator[Falha]:
    """Who may ask the Auth Service; whoever can write the file can add himself."""
    path = settings.services_file
    if path is None:
        yield Falha("SERVICES_FILE", "falta: as chaves públicas (JWKS) dos outros serviços.")
        return
    yield from _file("SERVICES_FILE", path, _OTHERS_WRITE)
    text = _read(path)
    if text is None:
        return
    found = _json(text)
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or not keys:
        yield Falha("SERVICES_FILE", "não tem chave nenhuma; o formato é JWKS.")
    elif any(not isinstance(key, dict) or "d" in key or "k" in key for key in keys):
        yield Falha("SERVICES_FILE", "tem uma chave privada; só as públicas devem estar nele.")


def _own_secret(variavel: str, path: Path | None, *others: Path | None) -> Iterator[Falha]:
    yield from _secret(variavel, path, several=True)
    own = (_read(path) or "").split()
    if any(key in own for other in others for key in (_read(other) or "").split()):
        yield Falha(variavel, "tem uma chave de outro arquivo (a mestra, ou a de outro serviço).")


def _secret(variavel: str, path: Path | None, *, several: bool = False) -> Iterator[Falha]:
    if path is None:
        yield Falha(variavel, "falta: um arquivo com 32 bytes sorteados, em hexadecimal.")
        return
    yield from _file(variavel, path, _OTHERS_READ)
    text = _read(path)
    if text is None:
        return
    keys = [_bytes(each) for each in (text.split() if several and text else [text])]
    if any(len(key) != _BYTES for key in keys):
        yield Falha(variavel, "não tem 32 bytes em hexadecimal (64 dígitos).")
    elif any(len(set(key)) < _DIFFERENT for key in keys):
        yield Falha(variavel, "tem uma chave que não foi sorteada; gere outra.")


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _file(variavel: str, path: Path, forbidden: int) -> Iterator[Falha]:
    try:
        mode = path.stat().st_mode
    except OSError:
        yield Falha(variavel, "nomeia um arquivo que não existe.")
        return
    if not stat.S_ISREG(mode):
        yield Falha(variavel, "não nomeia um arquivo.")
    elif not os.access(path, os.R_OK):
        yield Falha(variavel, "nomeia um arquivo que este usuário não pode ler.")
    elif mode & forbidden:
        wanted = "0600" if forbidden == _OTHERS_READ else "0644"
        yield Falha(variavel, f"tem permissões abertas demais; use {wanted}.")


def _read(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text("latin-1").strip()  # whatever it is, what it should be is looked for
    except OSError:
        return None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_private(key: Any) -> bool:
    return isinstance(key, dict) and key.get("crv") == "P-256" and bool(key.get("d"))
