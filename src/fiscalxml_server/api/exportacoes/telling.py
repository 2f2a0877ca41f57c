"""What subscribers of webhooks are told of an export: that it ended, and how."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.types import Exportacao


async def tell_ready(conn: AsyncConnection, organizacao: UUID, exportacao: UUID) -> None:
    """Its file can be fetched."""
    dados = Exportacao(exportacao=exportacao, situacao="pronta", link=_link(exportacao))
    await _tell(conn, organizacao, Tipo.EXPORTACAO_PRONTA, dados)


async def tell_failed(
    conn: AsyncConnection, organizacao: UUID, exportacao: UUID, motivo: str
) -> None:
    """It will not be done, and why."""
    dados = Exportacao(
        exportacao=exportacao, situacao="falhou", link=_link(exportacao), motivo=motivo
    )
    await _tell(conn, organizacao, Tipo.EXPORTACAO_FALHOU, dados)


async def _tell(conn: AsyncConnection, organizacao: UUID, tipo: Tipo, dados: Exportacao) -> None:
    alvo = f"exportacao:{dados.exportacao}"
    await publish(conn, organizacao, lambda: [Notificacao(tipo=tipo, alvo=alvo, dados=dados)])


def _link(exportacao: UUID) -> str:
    return f"/v1/exportacoes/{exportacao}"
