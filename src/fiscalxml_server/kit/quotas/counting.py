"""Documents of a month: counted in PostgreSQL, in the transaction that stores them.

What counts is a document that was judged for the first time: validated by itself, or stored with
any outcome but `duplicado`. A quota is an organisation's; a credential may have a smaller one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import QUOTA_EXCEEDED, Problema
from fiscalxml_server.kit.quotas.models import ORGANIZACAO, limites, uso
from fiscalxml_server.kit.settings import Settings

_BRASILIA: Final = ZoneInfo("America/Sao_Paulo")
_CONTAR: Final = text("SELECT * FROM cotas.contar(:de, :por, :quantos)")


class CotaEsgotada(Problema):
    status, codigo, titulo = 429, "cota_esgotada", "A cota de documentos do mês acabou"
    tipo = QUOTA_EXCEEDED
    explicacao = (
        "A organização, ou esta credencial, já usou os documentos que pode validar e guardar no "
        "mês (GET /v1/uso). Nada foi guardado nem contado. Volta a ser possível quando o mês "
        "vira, em Retry-After segundos, ou quando a cota aumenta; ler e exportar continuam."
    )


class Saldo(msgspec.Struct, frozen=True):
    """Documents used of those that a month has; `limite` None: any number."""

    documentos: int
    limite: int | None


class Uso(msgspec.Struct, frozen=True):
    """This month's, of an organisation and of one of its credentials."""

    organizacao: Saldo
    credencial: Saldo


class Contagem(msgspec.Struct, frozen=True):
    """So many documents more, of a credential."""

    organizacao: UUID
    credencial: str
    documentos: int


def month(now: datetime) -> tuple[date, datetime]:
    """The month of a moment in Brasília, by its first day, and when the next one begins."""
    here = now.astimezone(_BRASILIA)
    first = date(here.year, here.month, 1)
    after = date(here.year + here.month // 12, here.month % 12 + 1, 1)
    return first, datetime(after.year, after.month, 1, tzinfo=_BRASILIA).astimezone(UTC)


def default_quota(settings: Settings, sujeito: Sujeito) -> int | None:
    """Of an organisation with which nothing else was agreed; a sandbox has its own."""
    quota = settings.quota_sandbox_documents if sujeito.teste else settings.quota_documents
    return quota or None


async def count(
    conn: AsyncConnection, contagens: Sequence[Contagem]
) -> dict[tuple[UUID, str], Saldo]:
    """Add documents; gives each row that was raised, with what was agreed.

    Rows stay locked until the transaction ends: call it as late as can be.
    """
    rows = await conn.execute(
        _CONTAR,
        {
            "de": [each.organizacao for each in contagens],
            "por": [each.credencial for each in contagens],
            "quantos": [each.documentos for each in contagens],
        },
    )
    return {(row.organizacao, row.credencial): Saldo(row.documentos, row.limite) for row in rows}


async def spend(conn: AsyncConnection, settings: Settings, sujeito: Sujeito) -> None:
    """Count a document that is being stored. Raises `CotaEsgotada`, which takes it back."""
    de, por = sujeito.organizacao, sujeito.credencial
    rows = await count(conn, [Contagem(de, por, 1)])
    refuse_over(_uso(rows, settings, sujeito), spent=0)


async def read(conn: AsyncConnection, settings: Settings, sujeito: Sujeito) -> Uso:
    """What was used of this month, and what it has."""
    de, por = sujeito.organizacao, sujeito.credencial
    wanted = (ORGANIZACAO, por)
    used = await conn.execute(
        select(uso.c.credencial, uso.c.documentos).where(
            uso.c.organizacao == de, uso.c.mes == func.cotas.mes(), uso.c.credencial.in_(wanted)
        )
    )
    agreed = await conn.execute(
        select(limites.c.credencial, limites.c.documentos).where(
            limites.c.organizacao == de, limites.c.credencial.in_(wanted)
        )
    )
    used_by: dict[str, int] = {row.credencial: row.documentos for row in used}
    limit_of: dict[str, int | None] = {row.credencial: row.documentos for row in agreed}
    rows = {(de, each): Saldo(used_by.get(each, 0), limit_of.get(each)) for each in wanted}
    return _uso(rows, settings, sujeito)


def refuse_over(uso: Uso, *, spent: int = 1) -> None:
    """Raise `CotaEsgotada` where `spent` documents more are above a quota."""
    for nome, saldo in (("documentos", uso.organizacao), ("documentos-credencial", uso.credencial)):
        if saldo.limite is not None and saldo.documentos + spent > saldo.limite:
            _, renews = month(datetime.now(UTC))
            wait = int((renews - datetime.now(UTC)).total_seconds()) + 1
            raise CotaEsgotada(
                f"Os {saldo.limite} documentos deste mês já foram usados.",
                headers={
                    "Retry-After": str(wait),
                    "RateLimit-Policy": f'"{nome}";q={saldo.limite}',
                    "RateLimit": f'"{nome}";r=0;t={wait}',
                },
                **{"violated-policies": [nome]},
            )


def _uso(rows: dict[tuple[UUID, str], Saldo], settings: Settings, sujeito: Sujeito) -> Uso:
    of_all = rows[sujeito.organizacao, ORGANIZACAO]
    limit = default_quota(settings, sujeito) if of_all.limite is None else of_all.limite
    return Uso(Saldo(of_all.documentos, limit), rows[sujeito.organizacao, sujeito.credencial])
