"""Shapes of lotes: what is asked of the database and what is written to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

ABRIR: Final = "abrir"
PROCESSAR: Final = "processar"
TIPOS: Final = (ABRIR, PROCESSAR)
"""the types of a lote's jobs"""

Situacao = Literal["recebido", "abrindo", "processando", "concluido", "falhou"]
Desfecho = Literal["aceito", "invalido", "duplicado", "conflito", "ilegivel", "ignorado", "falha"]
DESFECHOS: Final = get_args(Desfecho)


class Entrada(msgspec.Struct, frozen=True, array_like=True):
    """A file of an archive: its place in the archive, and in its block's object."""

    indice: int
    nome: str
    inicio: int
    comprimento: int


class Bloco(msgspec.Struct, frozen=True):
    """Entries whose copies are in one object."""

    numero: int
    objeto: str
    entradas: list[Entrada]
    empresas: frozenset[str] | None = None
    """that whoever sent the lote is limited to"""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a document in a lote, or of a file without one. Fields: columns."""

    indice: int
    parte: int = 0
    nome: str
    desfecho: Desfecho
    documento: UUID | None = None
    tipo: str | None = None
    chave: str | None = None
    veredito: str | None = None
    codigo: str | None = None
    mensagem: str | None = None


def count(itens: Iterable[Item]) -> dict[str, int]:
    """How many items of each outcome."""
    return dict(Counter(item.desfecho for item in itens))
