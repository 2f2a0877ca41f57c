"""What a test sees of deliveries."""

from __future__ import annotations

from typing import Any

from services.webhooks.portal import Casa

from .receptor import Receptor


def new(casa: Casa, receptor: Receptor, path: str = "/a", **asked: Any) -> str:
    """The id of a subscription whose receiver is at this path."""
    return str(casa.new(url=receptor.url(path), **asked)["id"])


def situations(casa: Casa, assinatura: str) -> list[str]:
    """Of its deliveries, in order."""
    rows = casa.sql(
        "SELECT situacao FROM webhooks.entregas WHERE assinatura = :id ORDER BY notificacao",
        id=assinatura,
    )
    return [row.situacao for row in rows]


def attempts(casa: Casa, assinatura: str) -> list[tuple[int, int | None, str | None]]:
    """Number, code and word of each."""
    rows = casa.sql(
        "SELECT numero, codigo, erro FROM webhooks.tentativas WHERE assinatura = :id"
        " ORDER BY notificacao, numero",
        id=assinatura,
    )
    return [(row.numero, row.codigo, row.erro) for row in rows]


def queued(casa: Casa, assinatura: str) -> int:
    """How many wait."""
    return len(casa.sql("SELECT 1 FROM webhooks.fila WHERE assinatura = :id", id=assinatura))


def told(casa: Casa, assinatura: str) -> list[str]:
    """Ids of what it is to be told, in order."""
    rows = casa.sql(
        "SELECT notificacao FROM webhooks.entregas WHERE assinatura = :id ORDER BY notificacao",
        id=assinatura,
    )
    return [str(row.notificacao) for row in rows]
