"""A notificação reaches its receiver, signed, and it is written what came of it."""

from __future__ import annotations

from typing import Any

from services.webhooks.portal import Casa, Portal

from .central import delivering
from .noticias import lote_concluido
from .receptor import Receptor, wait_until

FAST = {"webhooks_schedule_seconds": (0.1, 0.2), "webhooks_timeout_seconds": 2.0}


def situations(casa: Casa, assinatura: str) -> list[str]:
    rows = casa.sql(
        "SELECT situacao FROM webhooks.entregas WHERE assinatura = :id ORDER BY notificacao",
        id=assinatura,
    )
    return [row.situacao for row in rows]


def attempts(casa: Casa, assinatura: str) -> list[tuple[int, int | None, str | None]]:
    rows = casa.sql(
        "SELECT numero, codigo, erro FROM webhooks.tentativas WHERE assinatura = :id"
        " ORDER BY notificacao, numero",
        id=assinatura,
    )
    return [(row.numero, row.codigo, row.erro) for row in rows]


def queued(casa: Casa, assinatura: str) -> int:
    rows = casa.sql("SELECT FROM webhooks.fila WHERE assinatura = :id", id=assinatura)
    return len(rows)


def new(casa: Casa, receptor: Receptor, path: str = "/a", **asked: Any) -> str:
    return str(casa.new(url=receptor.url(path), **asked)["id"])


def test_a_notificacao_reaches_its_receiver(portal: Portal, casa: Casa, receptor: Receptor) -> None:
    assinatura = new(casa, receptor, cabecalhos={"X-Chave": "minha"})
    with delivering(portal):
        casa.publish(lote_concluido())
        (chegada,) = receptor.wait("/a", 1)
        wait_until(lambda: not queued(casa, assinatura))
    assert chegada.ler["id"] == chegada.id
    assert chegada.ler["tipo"] == "lote.concluido"
    assert chegada.cabecalhos["x-chave"] == "minha"
    assert situations(casa, assinatura) == ["entregue"]
    assert attempts(casa, assinatura) == [(1, 204, None)]
    (conta,) = casa.sql("SELECT entregues, falhas FROM webhooks.contagens")
    assert (conta.entregues, conta.falhas) == (1, 0)
