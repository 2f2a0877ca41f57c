"""Subscriptions: made, read, changed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.answers import private_response
from fiscalxml_server.kit.idempotency import JaAtendido, remember, request_under, served_once
from fiscalxml_server.kit.notifying.models import REMOVIDA
from fiscalxml_server.kit.notifying.slices import slice_of
from fiscalxml_server.webhooks.assinaturas import repository
from fiscalxml_server.webhooks.assinaturas.asking import read_values
from fiscalxml_server.webhooks.assinaturas.headers import seal_headers
from fiscalxml_server.webhooks.assinaturas.schemas import (
    MudancaDeWebhook,
    NovoWebhook,
    PaginaDeWebhooks,
    Webhook,
)
from fiscalxml_server.webhooks.assinaturas.signing_keys import new_secret, seal_secrets
from fiscalxml_server.webhooks.assinaturas.views import webhook_view, with_secret
from fiscalxml_server.webhooks.resources import Recursos

_OPERACAO: Final = "criarWebhook"
_RESPOSTA: Final = b"resposta a criarWebhook"


class WebhooksDemais(Problema):
    status, codigo, titulo = 409, "webhooks_demais", "A organização tem webhooks demais"
    explicacao = (
        "Há um limite de webhooks por organização. Remova os que não são usados, ou junte os que "
        "têm o mesmo endereço, e tente de novo."
    )


async def create(
    recursos: Recursos, sujeito: Sujeito, novo: NovoWebhook, idempotency_key: str | None
) -> Response:
    """201 with the subscription and, this once, its secret.

    Raises `ParametrosInvalidos`, `WebhooksDemais`, `ChaveReutilizada`.
    """
    values = read_values(recursos.settings, msgspec.structs.asdict(novo))
    organizacao, segredos = sujeito.organizacao, recursos.segredos
    pedido = request_under(sujeito, idempotency_key, _OPERACAO, msgspec.json.encode(novo))
    try:
        async with served_once(recursos.banco, organizacao, pedido) as conn:
            most = recursos.settings.webhooks_per_organization
            if await repository.count(conn, organizacao) >= most:
                raise WebhooksDemais(f"O limite é de {most} webhooks.")
            id_, secret = new_id(), new_secret(datetime.now(UTC))
            values |= {"cabecalhos": seal_headers(segredos, id_, values["cabecalhos"])}
            row = await repository.add(
                conn,
                organizacao=organizacao,
                id=id_,
                fatia=slice_of(id_),
                segredos=seal_secrets(segredos, id_, [secret]),
                criada_por=sujeito.ator,
                **values,
            )
            view = with_secret(webhook_view(segredos, row), secret)
            response = private_response(view, 201)
            response.headers["Location"] = address(id_)
            await remember(conn, pedido, _sealed(recursos, response))
            await record_about(conn, sujeito, Acao.WEBHOOK_CRIADO, row, url=_place(row["url"]))
            return response
    except JaAtendido as answered:
        return _opened(recursos, answered.response)


async def list_page(
    recursos: Recursos, sujeito: Sujeito, cursor: str | None, limite: int
) -> PaginaDeWebhooks:
    """From the newest to the oldest."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        rows, more = await repository.page(conn, sujeito.organizacao, cursor, limite)
    return PaginaDeWebhooks([webhook_view(recursos.segredos, row) for row in rows], more)


async def read(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> Webhook:
    """One. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura)
    return webhook_view(recursos.segredos, row)


async def change(
    recursos: Recursos, sujeito: Sujeito, assinatura: UUID, mudanca: MudancaDeWebhook
) -> Webhook:
    """Only what is given changes. Raises `ParametrosInvalidos`, `NaoEncontrado`."""
    values = read_values(recursos.settings, mudanca.given())
    if "cabecalhos" in values:
        sealed = seal_headers(recursos.segredos, assinatura, values["cabecalhos"])
        values |= {"cabecalhos": sealed}
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura, lock=True)
        if values:
            row = await repository.change(conn, sujeito.organizacao, assinatura, **values)
            await record_about(
                conn, sujeito, Acao.WEBHOOK_ALTERADO, row, **_told(row, campos=sorted(values))
            )
    return webhook_view(recursos.segredos, row)


async def remove(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> None:
    """Nothing more is told to it, and its secrets are gone. Raises `NaoEncontrado`.

    The row stays until what waits for it is out of the queue: see `tasks`.
    """
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura, lock=True)
        gone = {"situacao": REMOVIDA, "segredos": b"", "cabecalhos": None}
        await repository.change(conn, sujeito.organizacao, assinatura, **gone)
        await record_about(conn, sujeito, Acao.WEBHOOK_REMOVIDO, row, url=_place(row["url"]))


async def require(
    conn: AsyncConnection, sujeito: Sujeito, assinatura: UUID, *, lock: bool = False
) -> RowMapping:
    """Its row. Raises `NaoEncontrado`."""
    row = await repository.find(conn, sujeito.organizacao, assinatura, lock=lock)
    if row is None:
        raise NaoEncontrado("Não há webhook com este id.")
    return row


def address(assinatura: UUID) -> str:
    """Its path at the API."""
    return f"/v1/webhooks/{assinatura}"


async def record_about(
    conn: AsyncConnection, sujeito: Sujeito, acao: Acao, row: RowMapping, **detalhes: object
) -> None:
    """Write what was done with a subscription into the audit log."""
    registro = Registro(sujeito.ator, acao, f"assinatura:{row['id']}", detalhes or None)
    await record(conn, sujeito.organizacao, registro)


def _told(row: RowMapping, campos: list[str]) -> Mapping[str, Any]:
    where = {"url": _place(row["url"])} if "url" in campos else {}
    return {"campos": campos, **where}


def _place(url: str) -> str:
    """Whose server it is; paths and queries may hold secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _sealed(recursos: Recursos, response: Response) -> Response:
    """What is kept of an answer that shows a secret."""
    body = recursos.segredos.seal(_RESPOSTA, b"", bytes(response.body))
    return Response(body, response.status_code, dict(response.headers))


def _opened(recursos: Recursos, kept: Response) -> Response:
    body = recursos.segredos.open(_RESPOSTA, b"", bytes(kept.body))
    response = private_response(body, kept.status_code)
    for name in ("Location", "Idempotent-Replayed"):
        response.headers[name] = kept.headers[name]
    return response
