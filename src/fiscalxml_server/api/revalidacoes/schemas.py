"""Shapes of re-validations: what is asked for, and what becomes of each document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, get_args
from uuid import UUID

import msgspec

if TYPE_CHECKING:  # the relay knows the types of jobs, and needs nothing of the core for it
    from fiscalxml.judgement import PerfilPedido

PLANEJAR: Final = "planejar"
REVALIDAR: Final = "revalidar"
"""the types of its jobs"""

Situacao = Literal["recebida", "processando", "concluida", "falhou", "cancelada"]
ABERTAS: Final = ("recebida", "processando")
"""situations in which there is more to come"""
Mudanca = Literal["para_invalido", "para_valido", "outra", "falha"]
"""what makes an item of a document; one that is judged as before makes none"""
CONTAGENS: Final = (*get_args(Mudanca), "igual")
Papel = Literal["emitente", "destinatario"]


class Pedido(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `filtro`: the parameters of a search, as they were given."""

    nome: str
    filtro: Mapping[str, str]
    em: datetime | None
    perfil: PerfilPedido


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A document that changed, or that could not be judged again. Fields: columns.

    `vieram`, `foram`: codes of findings that came and that went; `validacao`: where the new report
    is; `codigo`, `mensagem`: of a *falha*.
    """

    indice: int
    documento: UUID
    mudanca: Mudanca
    tipo: str | None = None
    chave: str | None = None
    emissao: datetime | None = None
    emitente: str | None = None
    destinatario: str | None = None
    antes: str | None = None
    depois: str | None = None
    validacao: UUID | None = None
    vieram: list[str] = []
    foram: list[str] = []
    codigo: str | None = None
    mensagem: str | None = None


def count(documentos: int, itens: Iterable[Item]) -> dict[str, int]:
    """How many of these documents changed in which way; those without an item did not."""
    found = Counter[str](item.mudanca for item in itens)
    return {**found, "igual": documentos - found.total()}
