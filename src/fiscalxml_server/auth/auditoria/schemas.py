"""Shapes of what is told of the log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

Natural = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class RegistroLido(msgspec.Struct, omit_defaults=True):
    """An entry."""

    numero: int
    quando: datetime
    ator: str
    acao: str
    elo: str
    alvo: str = ""
    detalhes: Any = None
    detalhes_apagados: bool = False


class PaginaDeAuditoria(msgspec.Struct):
    """A page of entries, newest first."""

    itens: list[RegistroLido]
    proximo: str | None


class Cabecalho(msgspec.Struct, tag_field="tipo", tag="cabecalho"):
    """The first line of an export: which entries follow, and what stood before them."""

    formato: int
    instalacao: str
    organizacao: UUID
    gerado_em: datetime
    de: datetime | None
    ate: datetime | None
    primeiro: Natural
    ultimo: Natural
    elo_anterior: str


class RegistroExportado(msgspec.Struct, tag_field="tipo", tag="registro"):
    """An entry with all that its hash covers. `micros`: `quando` in microseconds since 1970."""

    numero: Natural
    quando: datetime
    micros: Natural
    ator: str
    acao: str
    alvo: str
    sal: str | None
    detalhes: str | None
    impressao: str
    elo: str


class Prova(msgspec.Struct, tag_field="tipo", tag="prova"):
    """The last line: a checkpoint, and the way from a head of the chain to its root."""

    ponto: str
    numero: Natural
    elo: str
    indice: Natural
    cadeias: Natural
    caminho: list[str]
