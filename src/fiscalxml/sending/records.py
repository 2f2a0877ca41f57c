"""What is written down of what is sent, and of what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec


class Parte(msgspec.Struct, frozen=True):
    """A content in a remessa: where it was found, and its name there."""

    sha256: bytes
    caminho: str
    nome: str
    tamanho: int


class Remessa(msgspec.Struct, frozen=True):
    """What is sent as one lote. `arquivo`: it is an archive as it stands."""

    id: int
    chave: str
    nome: str
    arquivo: bool
    criada: float
    lote: UUID | None


class Exemplo(msgspec.Struct, frozen=True, array_like=True):
    """A document that was not accepted."""

    nome: str
    desfecho: str
    codigo: str | None = None
    mensagem: str | None = None


class Resultado(msgspec.Struct, frozen=True):
    """What became of a content: documents by outcome, and the first that were not accepted."""

    contagens: Mapping[str, int]
    exemplos: Sequence[Exemplo] = ()
