"""What others write just then changes nothing of what is delivered, nor of its order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from fiscalxml_server.kit import connections
from fiscalxml_server.kit.notifying import publish
from fiscalxml_server.webhooks.entregador.repository import Entrega
from fiscalxml_server.webhooks.entregador.results import Resultado, Resultados
from fiscalxml_server.webhooks.envio.respostas import Resposta as Respondida
from services.locks import wait_for_me
from services.webhooks.portal import Casa, Portal

from .central import delivering
from .noticias import lote_concluido
from .receptor import Receptor, Resposta, wait_until
from .vistas import new, situations, told

_QUEUED = """
    SELECT organizacao, assinatura, notificacao, dia, fatia, tentativas, seguidas, proxima_em
    FROM webhooks.fila WHERE assinatura = :assinatura
"""


def test_the_410_of_a_former_address_disables_nothing(
    portal: Portal, casa: Casa, receptor: Receptor
) -> None:
    receptor.answer("/antes", lambda _: Resposta(410, depois=2.5))
    with delivering(portal, webhooks_schedule_seconds=(0.2,) * 5):
        assinatura = new(casa, receptor, "/antes")
        casa.publish(lote_concluido())
        receptor.wait("/antes", 1)
        changed = casa.ask("PATCH", f"/{assinatura}", json={"url": receptor.url("/agora")})
        assert changed.status_code == 200, changed.text
        wait_until(lambda: situations(casa, assinatura) == ["entregue"])
        assert len(receptor.at("/agora")) == 1
    assert casa.read(assinatura)["situacao"] == "ativa"


def test_what_was_held_while_it_was_resumed_is_not_overtaken(
    portal: Portal, casa: Casa, receptor: Receptor
) -> None:
    """A transaction that saw it paused ends after one that saw it resumed."""
    assinatura = new(casa, receptor, ordenada=True)
    casa.ask("POST", f"/{assinatura}/pausar")

    async def tell() -> None:
        async with portal.recursos.banco.transacao(casa.id) as conn:
            await publish(conn, casa.id, lambda: [lote_concluido()])
            path = f"/v1/webhooks/{assinatura}/retomar"
            resumed = await portal.asking("POST", path, chave=casa.chave)
            assert resumed.json()["situacao"] == "ativa"
            await casa.publishing(lambda: [lote_concluido()])
            await asyncio.sleep(1)

    with delivering(portal):
        portal.run(tell())
        wait_until(lambda: situations(casa, assinatura) == ["entregue"] * 2)
    assert [each.id for each in receptor.at("/a")] == told(casa, assinatura)


def test_a_lock_that_is_in_the_way_is_waited_for_and_no_slice_is_lost(
    portal: Portal,
    casa: Casa,
    receptor: Receptor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(connections, "_LOCK_SECONDS", 1)
    assinatura = new(casa, receptor)
    casa.publish(lote_concluido(), lote_concluido())

    async def lock() -> None:
        async with portal.recursos.banco.transacao(casa.id) as conn:
            which = "SELECT 1 FROM webhooks.fila WHERE assinatura = :assinatura FOR UPDATE"
            await conn.execute(text(which), {"assinatura": assinatura})
            await wait_for_me(conn)
            await asyncio.sleep(1.5)

    with delivering(portal):
        portal.run(lock())
        wait_until(lambda: situations(casa, assinatura) == ["entregue"] * 2)
    assert "slices lost" not in caplog.messages
    assert len(receptor.at("/a")) == 2


def test_a_result_that_is_written_twice_is_counted_once(portal: Portal, casa: Casa) -> None:
    assinatura = str(casa.new()["id"])
    casa.publish(lote_concluido())

    def queued() -> Any:
        (row,) = casa.sql(_QUEUED, assinatura=assinatura)
        return row

    resultado = Resultado(
        Entrega(*queued()), datetime.now(UTC), Respondida(500, None, 3), "pendente", 5.0
    )

    async def write() -> None:
        banco = portal.banco("fiscalxml_entregador")
        try:
            for _ in range(2):
                resultados = Resultados(banco)
                resultados.add(resultado)
                await resultados.flush()
        finally:
            await banco.close()

    portal.run(write())
    assert (queued().tentativas, queued().seguidas) == (1, 1)
