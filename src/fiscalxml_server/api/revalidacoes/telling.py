"""What subscribers of webhooks are told of a re-validation: that it ended, and how."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.types import Revalidacao


async def tell_end(conn: AsyncConnection, organizacao: UUID, ended: RowMapping | None) -> None:
    """`ended`: the re-validation, of whoever's change has ended it; None: it goes on, or had."""
    if ended is not None:
        await publish(conn, organizacao, lambda: [_notificacao(ended)])


def _notificacao(row: RowMapping) -> Notificacao:
    done = row["situacao"] == "concluida"
    return Notificacao(
        tipo=Tipo.REVALIDACAO_CONCLUIDA if done else Tipo.REVALIDACAO_FALHOU,
        alvo=f"revalidacao:{row['id']}",
        dados=Revalidacao(
            revalidacao=row["id"],
            situacao=row["situacao"],
            link=f"/v1/revalidacoes/{row['id']}",
            motivo=row["motivo"],
        ),
    )
