"""The folder of `--data`: what is where, its version, its lock, its keys."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from fiscalxml_server.kit.auth import ChaveLocal, impressao, new_key
from fiscalxml_server.kit.service_identity import new_service_key
from fiscalxml_server.stack.refusal import Recusado

LAYOUT: Final = "1"
"""of the folder; another one cannot be read by this version"""
_PATIENCE: Final = 15.0
"""seconds that a run waits for what is left of one that was killed"""


class Pasta:
    """Names in the folder. Nothing is read or written before `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.postgres = self.path / "postgres"
        self.valkey = self.path / "valkey"
        self.objetos = self.path / "objetos"
        self.chaves = self.path / "chaves"
        """wrapped data keys"""
        self.auditoria = self.path / "auditoria"
        """signed checkpoints of the audit log"""
        self.mestra = self.path / "mestra.key"
        """wraps them: 32 bytes in hexadecimal"""
        self.segredo_auth = self.path / "auth.key"
        """of the Auth Service, which has it alone: 32 bytes in hexadecimal"""
        self.segredo_webhooks = self.path / "webhooks.key"
        """the same of the Webhook Service"""
        self.servicos = self.path / "servicos.json"
        """public keys of the services that may ask the Auth Service"""
        self.chave_api = self.path / "servico-api.jwk"
        """the private one of the API"""
        self.chave_webhooks = self.path / "servico-webhooks.jwk"
        """and of the Webhook Service"""
        self.chave_dev = self.path / "chave-dev.txt"
        self.chaves_api = self.path / "chaves-api.jsonl"
        self.logs = self.path / "logs"
        self.metricas = self.path / "metricas"
        self.amostra = self.path / "amostra"
        self._versao = self.path / "versao"
        self._owner = self.path / "processo"
        """the run's process id; locked by that process alone"""
        self._lock = self.path / "trava"
        """locked until the last process of the run has ended"""

    def open(self) -> int:
        """Make what is missing and lock the folder.

        Returns the descriptor that holds the lock: until it and all that inherit it are closed.
        Raises Recusado, OSError.
        """
        self._check_layout()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._acquire()
        self._versao.write_text(f"{LAYOUT}\n")
        for folder in (self.objetos, self.chaves, self.auditoria, self.logs, self.metricas):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not self.mestra.exists():
            self._check_no_wrapped_keys()
            write_secret(self.mestra, secrets.token_hex(32))
        for segredo in (self.segredo_auth, self.segredo_webhooks):
            if not segredo.exists():
                write_secret(segredo, secrets.token_hex(32))
        self._complete_service_keys()
        if not self.chave_dev.exists():
            self._new_dev_key()
        return lock

    def dev_key(self) -> str:
        """The development key."""
        return self.chave_dev.read_text().strip()

    def _check_layout(self) -> None:
        if self._versao.exists():
            found = self._versao.read_text().strip()
            if found != LAYOUT:
                raise Recusado(
                    f"A pasta {self.path} é da versão {found[:20]!r} do formato de dados, e este "
                    f"programa usa a versão {LAYOUT}. Use outra pasta (--data) ou o programa que a "
                    "criou."
                )
        elif self.path.is_dir() and set(self.path.iterdir()) - {self._owner, self._lock}:
            raise Recusado(
                f"A pasta {self.path} já tem outros arquivos e não é de dados do fiscalxml. "
                "Escolha uma pasta vazia ou nova (--data)."
            )
        elif self.path.exists() and not self.path.is_dir():
            raise Recusado(f"{self.path} não é uma pasta. Escolha outra (--data).")

    def _check_no_wrapped_keys(self) -> None:
        """A new master key would make what is kept unreadable for ever."""
        if any(self.chaves.iterdir()):
            raise Recusado(
                f"Falta {self.mestra}, sem a qual os documentos guardados não podem ser lidos. "
                "Restaure esse arquivo de uma cópia, ou comece em outra pasta (--data)."
            )

    def _acquire(self) -> int:
        owner = _open_lock(self._owner)
        if not _locked(owner):
            pid = os.pread(owner, 20, 0).decode().strip()
            raise Recusado(
                f"A pasta {self.path} já está em uso (processo {pid}). Pare a outra execução ou "
                "escolha outra pasta (--data)."
            )
        os.ftruncate(owner, 0)
        os.pwrite(owner, f"{os.getpid()}\n".encode(), 0)
        lock = _open_lock(self._lock)
        deadline = time.monotonic() + _PATIENCE
        while not _locked(lock):  # a run was killed: its guardian is ending its processes
            if time.monotonic() > deadline:
                raise Recusado(
                    f"Processos de uma execução anterior ainda usam a pasta {self.path}. Espere "
                    "que terminem, ou escolha outra pasta (--data)."
                )
            time.sleep(0.1)
        return lock

    def _complete_service_keys(self) -> None:
        """Of each service: in a folder of before one of them, the others keep theirs."""
        known = _known_services(self.servicos)
        missing = False
        for nome, path in (("api", self.chave_api), ("webhooks", self.chave_webhooks)):
            if path.exists() and any(each.get("kid") == nome for each in known):
                continue
            private, public = new_service_key(nome)
            write_secret(path, msgspec.json.encode(private).decode())
            known = [*(each for each in known if each.get("kid") != nome), public]
            missing = True
        if missing:
            write_secret(self.servicos, msgspec.json.encode({"keys": known}).decode())

    def _new_dev_key(self) -> None:
        """A key of the organisation that the file already has, or of a new one."""
        known = self.chaves_api.read_bytes().splitlines() if self.chaves_api.exists() else []
        organizacao = _organisation(known) or uuid4()
        key = new_key()
        line = msgspec.json.encode(ChaveLocal(impressao(key), organizacao, "desenvolvimento"))
        write_secret(self.chaves_api, b"\n".join([*known, line]).decode())
        write_secret(self.chave_dev, key)


def write_secret(path: Path, text: str) -> None:
    """A line for this user alone, whole or not at all, on the disk before anything relies on it."""
    new = path.with_name(f".{path.name}.novo")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _known_services(path: Path) -> list[dict[str, Any]]:
    """Their public keys."""
    if not path.exists():
        return []
    found: list[dict[str, Any]] = msgspec.json.decode(path.read_bytes())["keys"]
    return found


def _organisation(lines: list[bytes]) -> UUID | None:
    for line in lines:
        if line.strip():
            return msgspec.json.decode(line, type=ChaveLocal).organizacao
    return None


def _open_lock(path: Path) -> int:
    """Open as long as this process lives, or something that inherits it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
