"""What was told: listed and read."""

from __future__ import annotations

from uuid import UUID

import msgspec

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.notifying.days import moment_of
from fiscalxml_server.webhooks.notificacoes import repository
from fiscalxml_server.webhooks.notificacoes.schemas import (
    Destinatario,
    NotificacaoDetalhada,
    NotificacaoFeita,
    PaginaDeNotificacoes,
)
from fiscalxml_server.webhooks.resources import Recursos
from fiscalxml_server.webhooks.walking import Recorte


async def list_page(
    recursos: Recursos, sujeito: Sujeito, recorte: Recorte, cursor: str | None, limite: int
) -> PaginaDeNotificacoes:
    """From the newest on. Raises `ParametrosInvalidos`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        rows, proximo = await repository.page(conn, sujeito.organizacao, recorte, cursor, limite)
    itens = [
        NotificacaoFeita(id=row["id"], tipo=row["tipo"], alvo=row["alvo"], em=moment_of(row["id"]))
        for row in rows
    ]
    return PaginaDeNotificacoes(itens, proximo)


async def read(recursos: Recursos, sujeito: Sujeito, notificacao: UUID) -> NotificacaoDetalhada:
    """One, and to whom it was told with what result. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await repository.find(conn, sujeito.organizacao, notificacao)
        if row is None:
            raise NaoEncontrado("Não há notificação com este id.")
        deliveries = await repository.told_to(conn, sujeito.organizacao, notificacao)
    return NotificacaoDetalhada(
        id=notificacao,
        tipo=row["tipo"],
        alvo=row["alvo"],
        em=moment_of(notificacao),
        corpo=msgspec.Raw(row["corpo"]),
        entregas=[Destinatario(**each) for each in deliveries],
    )
