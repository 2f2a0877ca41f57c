"""What subscribers of webhooks are told of an API key that needs somebody's attention."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.types import ChaveApi


async def tell(
    conn: AsyncConnection, organizacao: UUID, tipo: Tipo, row: RowMapping, *, revogada: bool = False
) -> None:
    """`row`: of the key; `revogada`: it does not work any more."""
    dados = ChaveApi(
        chave_api=row["id"],
        nome=row["nome"],
        link=f"/v1/chaves-api/{row['id']}",
        expira_em=row["expira_em"],
        revogada=revogada,
    )
    alvo = f"chave:{row['id']}"
    await publish(conn, organizacao, lambda: [Notificacao(tipo=tipo, alvo=alvo, dados=dados)])
