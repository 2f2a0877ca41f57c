"""What subscribers of webhooks are told of a lote: that it ended, and how."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.lotes.schemas import DESFECHOS
from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.types import Lote


async def tell_end(conn: AsyncConnection, organizacao: UUID, ended: RowMapping | None) -> None:
    """`ended`: the lote, of whoever's change has ended it; None: it goes on, or had ended."""
    if ended is not None:
        await publish(conn, organizacao, lambda: [_notificacao(ended)])


def _notificacao(row: RowMapping) -> Notificacao:
    dados = Lote(
        lote=row["id"],
        situacao=row["situacao"],
        link=f"/v1/lotes/{row['id']}",
        arquivos=row["arquivos"],
        contagens={name: row[name] for name in DESFECHOS if row[name]},
        motivo=row["motivo"],
    )
    done = row["situacao"] == "concluido"
    return Notificacao(
        tipo=Tipo.LOTE_CONCLUIDO if done else Tipo.LOTE_FALHOU,
        alvo=f"lote:{row['id']}",
        dados=dados,
    )
