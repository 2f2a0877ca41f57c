"""Shapes of the graph of documents that name each other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class No(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the graph: stored, or only named by others."""

    no: str
    """its chave; of an event, its id"""
    id: UUID | None = None
    """None: not stored"""
    chave: str | None = None
    tipo: str | None = None
    evento: str | None = None
    """tpEvento"""
    situacao: str | None = None
    emitente: str | None = None
    valor: int | None = None
    """in centavos"""
    data: datetime | None = None


class Aresta(msgspec.Struct, frozen=True, order=True):
    """`para` is named by `de`, as its `papel`; an event is `evento` of its document."""

    de: str
    para: str
    papel: str


class Grafo(msgspec.Struct, frozen=True):
    """What can be reached, as far as the limits allow."""

    inicio: str
    nos: list[No]
    """the nearest first"""
    arestas: list[Aresta]
    parcial: bool
    """some were left out"""
