"""Deliver again: one, or all that a filter says, the oldest first.

A filter is written down, and worked off in parts: the first at once, the rest by `tasks`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.problems import invalid_fields
from fiscalxml_server.kit.notifying.days import first_at, moment_of
from fiscalxml_server.webhooks.assinaturas.service import record_about, require
from fiscalxml_server.webhooks.assinaturas.trying import WebhookInativo
from fiscalxml_server.webhooks.reenvios import repository
from fiscalxml_server.webhooks.reenvios.schemas import PedidoDeReenvio, Reenvio, Terminada
from fiscalxml_server.webhooks.resources import Recursos

PART: Final = 10_000
"""deliveries that one statement looks at"""
_FIRST_PART: Final = 1_000
"""the same, while the caller waits"""
_KEPT: Final = timedelta(days=91)
_NOT_DELIVERED: Final[list[Terminada]] = ["falhou", "retida"]


class ReenvioEmAndamento(Problema):
    status, codigo, titulo = 409, "reenvio_em_andamento", "Um reenvio deste webhook não terminou"
    explicacao = (
        "Um webhook tem um reenvio por vez. GET …/reenvios/{id} diz a que ponto ele chegou; com o "
        "webhook pausado ou desativado ele espera."
    )


async def resend_one(
    recursos: Recursos, sujeito: Sujeito, assinatura: UUID, notificacao: UUID
) -> None:
    """Queue it now, with a schedule of its own. Raises `NaoEncontrado`, `WebhookInativo`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await _require_delivering(conn, sujeito, assinatura)
        if not await repository.requeue_one(
            conn, sujeito.organizacao, assinatura, row["fatia"], notificacao
        ):
            raise NaoEncontrado("Não há entrega desta notificação a este webhook.")
        await record_about(
            conn, sujeito, Acao.WEBHOOK_ENTREGA_REENVIADA, row, notificacao=notificacao
        )


async def resend(
    recursos: Recursos, sujeito: Sujeito, assinatura: UUID, pedido: PedidoDeReenvio
) -> Reenvio:
    """Queue all that is wanted, or the first of it.

    Raises `NaoEncontrado`, `ParametrosInvalidos`, `ReenvioEmAndamento`, `WebhookInativo`.
    """
    now = datetime.now(UTC)
    first = max(pedido.de or now - _KEPT, now - _KEPT)
    last = min(pedido.ate or now, now)
    if first >= last:
        wrong = {"campo": "de", "onde": "corpo", "mensagem": "deve ser antes de ate, e de agora"}
        raise invalid_fields([wrong])
    wanted = {
        "situacoes": sorted(set(pedido.situacoes or _NOT_DELIVERED)),
        "tipos": sorted({each.value for each in pedido.tipos}),
    }
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await _require_delivering(conn, sujeito, assinatura)
        if await repository.under_way(conn, sujeito.organizacao, assinatura):
            raise ReenvioEmAndamento("Espere que o reenvio anterior termine.")
        reenvio = await repository.add(
            conn,
            organizacao=sujeito.organizacao,
            assinatura=assinatura,
            id=new_id(),
            de=first_at(first),
            ate=first_at(last),
            pedido_por=sujeito.ator,
            **wanted,
        )
        reenvio = await repository.advance(conn, reenvio, row["fatia"], _FIRST_PART)
        span = {"de": first.isoformat(), "ate": last.isoformat(), "reenvio": reenvio["id"]}
        await record_about(conn, sujeito, Acao.WEBHOOK_REENVIO_PEDIDO, row, **wanted, **span)
    return _view(reenvio)


async def read(recursos: Recursos, sujeito: Sujeito, assinatura: UUID, reenvio: UUID) -> Reenvio:
    """How far one has got. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        await require(conn, sujeito, assinatura)
        row = await repository.find(conn, sujeito.organizacao, assinatura, reenvio)
    if row is None:
        raise NaoEncontrado("Não há reenvio deste webhook com este id.")
    return _view(row)


async def _require_delivering(
    conn: AsyncConnection, sujeito: Sujeito, assinatura: UUID
) -> RowMapping:
    row = await require(conn, sujeito, assinatura, lock=True)
    if row["situacao"] not in ("ativa", "retomando"):
        raise WebhookInativo.of(row["situacao"])
    return row


def _view(row: RowMapping) -> Reenvio:
    ended = cast("datetime | None", row["terminado_em"])
    return Reenvio(
        id=row["id"],
        situacao="em_andamento" if ended is None else "concluido",
        situacoes=row["situacoes"],
        tipos=row["tipos"],
        chegou_a=moment_of(row["de"]),
        ate=moment_of(row["ate"]),
        reenviadas=row["reenviadas"],
        pedido_por=row["pedido_por"],
        pedido_em=row["pedido_em"],
        terminado_em=ended,
    )
