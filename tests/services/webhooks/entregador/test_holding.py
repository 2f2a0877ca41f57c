"""What waits for a subscription is held back whole, whatever else is written of it meanwhile."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.webhooks.assinaturas.repository import unqueue
from services.webhooks.portal import Casa, Portal

from .noticias import lote_concluido
from .vistas import queued, situations

_WAITING_FOR_ME = text("""
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND transactionid = CAST(pg_current_xact_id() AS xid)
""")


@pytest.mark.parametrize(
    "written",
    [
        "estado = 'estacionada'",
        "proxima_em = now() + interval '1 hour', seguidas = seguidas + 1",
    ],
)
def test_what_is_written_meanwhile_is_held_too(portal: Portal, casa: Casa, written: str) -> None:
    assinatura = str(casa.new()["id"])
    casa.publish(lote_concluido(), lote_concluido())

    async def hold(banco: Banco) -> int:
        async with banco.transacao() as conn:
            return await unqueue(conn, casa.id, UUID(assinatura), 10)

    async def both() -> int:
        banco = portal.banco("fiscalxml_entregador")
        try:
            async with banco.transacao() as conn, asyncio.TaskGroup() as group:
                change = f"UPDATE webhooks.fila SET {written} WHERE assinatura = :assinatura"  # noqa: S608
                await conn.execute(text(change), {"assinatura": assinatura})
                held = group.create_task(hold(banco))
                async with asyncio.timeout(60):
                    while not (await conn.execute(_WAITING_FOR_ME)).scalar_one():
                        await asyncio.sleep(0.01)
                await conn.commit()
            return await held
        finally:
            await banco.close()

    assert portal.run(both()) == 2
    assert not queued(casa, assinatura)
    assert situations(casa, assinatura) == ["retida", "retida"]
