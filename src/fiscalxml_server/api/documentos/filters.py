"""What documents are chosen by: the same filters for the search, causes, exports, revalidations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, column, select, table

from fiscalxml_server.api.documentos.models import documentos

_LOTE_ITENS = table("lote_itens", column("organizacao"), column("lote"), column("documento"))
"""of another domain, which stands on this one: known by name"""


class Filtro(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Documents to choose; what is None chooses all. Instants: from `…_de`, before `…_ate`."""

    emitente: str | None = None
    """CNPJ or CPF"""
    destinatario: str | None = None
    tipo: str | None = None
    modelo: str | None = None
    serie: int | None = None
    numero: int | None = None
    emissao_de: datetime | None = None
    emissao_ate: datetime | None = None
    valor_min: int | None = None
    """in centavos"""
    valor_max: int | None = None
    situacao: str | None = None
    veredito: str | None = None
    lote: UUID | None = None
    """those that the lote brought, duplicates of earlier ones too"""


def matching(organizacao: UUID, filtro: Filtro) -> ColumnElement[bool]:
    """The condition on `documentos` that a filter stands for; only versions that hold."""
    return and_(*_conditions(organizacao, filtro))


def _conditions(organizacao: UUID, filtro: Filtro) -> Iterator[ColumnElement[bool]]:
    c = documentos.c
    yield c.organizacao == organizacao
    yield c.vigente
    for campo in ("emitente", "destinatario", "tipo", "modelo", "serie", "numero", "situacao"):
        wanted = getattr(filtro, campo)
        if wanted is not None:
            yield c[campo] == wanted
    if filtro.veredito is not None:
        yield c.veredito == filtro.veredito
    if filtro.emissao_de is not None:
        yield c.data >= filtro.emissao_de
    if filtro.emissao_ate is not None:
        yield c.data < filtro.emissao_ate
    if filtro.valor_min is not None:
        yield c.valor >= filtro.valor_min
    if filtro.valor_max is not None:
        yield c.valor <= filtro.valor_max
    if filtro.lote is not None:
        yield c.id.in_(
            select(_LOTE_ITENS.c.documento).where(
                _LOTE_ITENS.c.organizacao == organizacao,
                _LOTE_ITENS.c.lote == filtro.lote,
                _LOTE_ITENS.c.documento.is_not(None),
            )
        )
