"""What the service knows of itself: rules, keys, errors, use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fiscalxml.client.shapes.base import Forma


class Regra(Forma, frozen=True, kw_only=True):
    """A published rule."""

    codigo: str
    regra: str | None = None
    mensagem: str
    condicao: str | None = None
    correcao: str | None = None
    fonte: str | None = None
    modelos: str
    desde: str | None = None
    ate: str | None = None
    obrigatoriedade: str | None = None
    situacao: str


class ChaveExplicada(Forma, frozen=True, kw_only=True):
    """What a key says (`partes`, by name), or why it is none (`motivo`)."""

    texto: str
    valida: bool
    motivo: str | None
    partes: dict[str, Any]


class Saldo(Forma, frozen=True, kw_only=True):
    """Documents used in a month, and how many it has; None: any number."""

    documentos: int
    limite: int | None
    restam: int | None


class Uso(Forma, frozen=True, kw_only=True):
    """The documents of a month, `AAAA-MM` in Brasília."""

    mes: str
    renova_em: datetime
    organizacao: Saldo
    credencial: Saldo


class ProblemaExplicado(Forma, frozen=True, kw_only=True):
    """When an error happens and what to do."""

    codigo: str
    titulo: str
    status: int
    explicacao: str
