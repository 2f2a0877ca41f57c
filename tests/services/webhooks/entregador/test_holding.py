"""What waits for a subscription is held back whole, whatever else is written of it meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from uuid import UUID

import pytest
from sqlalchemy import text

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.webhooks.entregador import holding
from fiscalxml_server.webhooks.entregador.holding import Retencao
from services.locks import wait_for_me
from services.webhooks.portal import Casa, Portal

from .noticias import lote_concluido
from .vistas import queued, situations, told


def while_writing(
    portal: Portal,
    statement: str,
    work: Callable[[Banco], Coroutine[None, None, None]],
    **values: str,
) -> None:
    """Work that waits for a transaction which has written this."""

    async def both() -> None:
        banco = portal.banco("fiscalxml_entregador")
        try:
            async with asyncio.TaskGroup() as group, banco.transacao() as conn:
                await conn.execute(text(statement), values)
                group.create_task(work(banco))
                await wait_for_me(conn)
        finally:
            await banco.close()

    portal.run(both())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE webhooks.fila SET estado = 'estacionada' WHERE assinatura = :assinatura",
        "UPDATE webhooks.fila SET seguidas = seguidas + 1 WHERE assinatura = :assinatura",
        "DELETE FROM webhooks.fila WHERE assinatura = :assinatura AND notificacao = :primeira",
    ],
    ids=["parked", "tried", "delivered"],
)
def test_what_is_written_meanwhile_is_held_too(
    portal: Portal, casa: Casa, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(holding, "_BATCH", 3)
    assinatura = str(casa.new()["id"])
    casa.publish(*(lote_concluido() for _ in range(8)))
    casa.ask("POST", f"/{assinatura}/pausar")
    held: list[UUID] = []

    async def hold(banco: Banco) -> None:
        retencao = Retencao(banco, held.append)
        retencao.hold(casa.id, UUID(assinatura))
        done = asyncio.create_task(retencao.hold_on())
        while not held:
            await asyncio.sleep(0.01)
        done.cancel()

    primeira = told(casa, assinatura)[0]
    while_writing(portal, change, hold, assinatura=assinatura, primeira=primeira)
    assert held == [UUID(assinatura)]
    assert not queued(casa, assinatura)
    assert situations(casa, assinatura)[1:] == ["retida"] * 7
