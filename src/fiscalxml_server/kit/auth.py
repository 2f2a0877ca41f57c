"""Who asks: every request has a verified subject with its organisation and scopes.

A `Verificador` turns a credential into a `Sujeito`, or refuses it; that of the services is
`kit.verifying`. For development on one machine, credentials may be the keys of a file.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec

from fiscalxml_server.kit.rbac import DELEGAVEIS, INTEIROS, Escopo


class Sujeito(msgspec.Struct, frozen=True):
    """A verified caller, in one organisation."""

    organizacao: UUID
    """whose data is seen; a key of tests has one apart (`teste`)"""
    credencial: str
    """names the key, session or machine, never holds its secret"""
    escopos: frozenset[Escopo]
    ator: str = "chave:local"
    """who is written into the audit log: `pessoa:<id>`, `chave:<id>`, `maquina:<id>`"""
    empresas: frozenset[str] | None = None
    """CNPJs and CPFs whose documents are seen; None for all of the organisation's"""
    teste: bool = False
    """of a key of tests: its organisation is a sandbox"""
    sem_segundo_fator: bool = False
    """of a person whose organisation demands what the session has not shown: it has no scope"""

    def has(self, escopo: Escopo) -> bool:
        """Whether an operation that asks for it is open to this caller."""
        return escopo in self.escopos and (self.empresas is None or escopo not in INTEIROS)

    @property
    def limite(self) -> list[str] | None:
        """`empresas` as they are kept with what was asked for."""
        return None if self.empresas is None else sorted(self.empresas)


class Verificador(Protocol):
    """Turns a credential into the subject it stands for."""

    async def verify(self, credencial: str) -> Sujeito | None:
        """None when the credential is unknown, malformed, expired or revoked."""


class ChaveLocal(msgspec.Struct, frozen=True):
    """A line of the file: SHA-256 of a key, whose it is and what it may do."""

    impressao: str
    organizacao: UUID
    nome: str
    escopos: frozenset[Escopo] = DELEGAVEIS
    empresas: frozenset[str] | None = None


class ChavesLocais:
    """The keys of a file, read once; for development and tests on one machine."""

    def __init__(self, chaves: Iterable[ChaveLocal]) -> None:
        self._by_impressao = {
            chave.impressao: Sujeito(
                chave.organizacao, chave.nome, chave.escopos, empresas=chave.empresas
            )
            for chave in chaves
        }

    @classmethod
    def read(cls, path: Path) -> ChavesLocais:
        """Raises OSError, or `msgspec.ValidationError` where a line has another shape."""
        lines = path.read_bytes().splitlines()
        return cls(msgspec.json.decode(line, type=ChaveLocal) for line in lines if line.strip())

    async def verify(self, credencial: str) -> Sujeito | None:
        return self._by_impressao.get(impressao(credencial))


def new_key() -> str:
    """A key with 160 random bits, recognisable as one of development."""
    return f"fx_dev_{secrets.token_hex(20)}"


def impressao(chave: str) -> str:
    """What is kept of a key. A key is random, so a fast hash is enough."""
    return hashlib.sha256(chave.encode()).hexdigest()
