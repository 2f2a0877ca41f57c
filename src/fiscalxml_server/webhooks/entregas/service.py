"""Deliveries: listed and read."""

from __future__ import annotations

from uuid import UUID

import msgspec

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.notifying.days import moment_of
from fiscalxml_server.webhooks.assinaturas.service import require
from fiscalxml_server.webhooks.entregas import repository
from fiscalxml_server.webhooks.entregas.schemas import (
    Entrega,
    EntregaDetalhada,
    PaginaDeEntregas,
    Tentativa,
    entrega_values,
)
from fiscalxml_server.webhooks.resources import Recursos
from fiscalxml_server.webhooks.walking import Recorte


async def list_page(
    recursos: Recursos,
    sujeito: Sujeito,
    assinatura: UUID,
    recorte: Recorte,
    situacao: str | None,
    cursor: str | None,
    limite: int,
) -> PaginaDeEntregas:
    """From the newest on. Raises `NaoEncontrado`, `ParametrosInvalidos`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        await require(conn, sujeito, assinatura)
        rows, proximo = await repository.page(
            conn, sujeito.organizacao, assinatura, recorte, situacao, cursor, limite
        )
    itens = [Entrega(**entrega_values(row, moment_of(row["id"]))) for row in rows]
    return PaginaDeEntregas(itens, proximo)


async def read(
    recursos: Recursos, sujeito: Sujeito, assinatura: UUID, notificacao: UUID
) -> EntregaDetalhada:
    """One, with what was told and each attempt. Raises `NaoEncontrado`."""
    which = (sujeito.organizacao, assinatura, notificacao)
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        await require(conn, sujeito, assinatura)
        row = await repository.find(conn, *which)
        if row is None:
            raise NaoEncontrado("Não há entrega desta notificação a este webhook.")
        tried = await repository.attempts(conn, *which)
    return EntregaDetalhada(
        **entrega_values(row, moment_of(notificacao)),
        corpo=msgspec.Raw(row["corpo"]),
        proxima_em=row["proxima_em"],
        historico=[Tentativa(**each) for each in tried],
    )
