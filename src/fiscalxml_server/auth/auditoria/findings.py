"""What verifying finds, and the verification of one chain, entry by entry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from fiscalxml_server.kit.audit import Acao, link, micros

NOTHING: Final = hashlib.sha256(b"").digest()
"""what an entry without details has in their place"""
MOST: Final = 50
"""findings that are told of one chain"""
_UNTIL: Final = "ate:"


@dataclass
class Resultado:
    """What was looked at, and what was found. `avisos` are no proof of anything wrong."""

    cadeias: int = 0
    registros: int = 0
    pontos: int = 0
    sem_ponto: int = 0
    """entries that no checkpoint has seen yet"""
    achados: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)


class Entrada(NamedTuple):
    """An entry as it is kept."""

    numero: int
    quando: datetime
    micros: int
    ator: str
    acao: str
    alvo: str
    detalhes: bytes | None
    impressao: bytes
    elo: bytes


class Apagamento(NamedTuple):
    """An entry that says that details were erased: of whom, or before when."""

    numero: int
    alvo: str

    def explains(self, entrada: Entrada) -> bool:
        """Whether the details of an entry may be missing by it."""
        if entrada.numero >= self.numero:
            return False
        if self.alvo.startswith(_UNTIL):
            return entrada.quando < datetime.fromisoformat(self.alvo.removeprefix(_UNTIL))
        return self.alvo in (entrada.ator, entrada.alvo)


def erasure_of(numero: int, acao: str, alvo: str) -> Apagamento | None:
    """What an entry says was erased."""
    return Apagamento(numero, alvo) if acao == Acao.AUDITORIA_DETALHES_APAGADOS else None


class Corrente:
    """A chain from some entry on. `add` its entries in order; `achados` is what was wrong."""

    def __init__(
        self, organizacao: UUID, last: int, elo: bytes, erasures: Sequence[Apagamento]
    ) -> None:
        self._organizacao = organizacao
        self._erasures = erasures
        self._quando: datetime | None = None
        self.numero, self.elo = last, elo
        self.achados: list[str] = []
        self.apagados: list[int] = []
        """entries whose details are missing, and no entry says why"""

    def add(self, entrada: Entrada) -> None:
        """The next entry."""
        numero = entrada.numero
        if numero != self.numero + 1:
            self.find(
                numero,
                f"vem depois do registro {self.numero}: falta um registro, ou está fora de ordem",
            )
        if self._quando is not None and entrada.quando < self._quando:
            self.find(numero, "o instante é anterior ao do registro que vem antes")
        if entrada.micros != micros(entrada.quando):
            self.find(numero, "o instante que mostra não é o que o elo cobre")
        texts = (entrada.ator, entrada.acao, entrada.alvo)
        expected = link(
            self.elo, self._organizacao, numero, entrada.micros, texts, entrada.impressao
        )
        if expected != entrada.elo:
            self.find(numero, "o elo não confere: este registro, ou o que vem antes, foi alterado")
        self._look_at_details(entrada)
        self.numero, self.elo, self._quando = numero, entrada.elo, entrada.quando

    def find(self, numero: int, what: str) -> None:
        """Note what is wrong with an entry."""
        self.achados.append(f"organização {self._organizacao}, registro {numero}: {what}")

    def _look_at_details(self, entrada: Entrada) -> None:
        if entrada.detalhes is not None:
            if hashlib.sha256(entrada.detalhes).digest() != entrada.impressao:
                self.find(entrada.numero, "os detalhes foram alterados")
        elif entrada.impressao != NOTHING and not any(
            each.explains(entrada) for each in self._erasures
        ):
            self.apagados.append(entrada.numero)
