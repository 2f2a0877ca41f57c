"""`Idempotency-Key`: a request that is sent again gets the first one's answer, for seven days.

The answer is written in the transaction of the request's effects, so there is no moment in which
the one is there without the other; two requests at once wait for each other in the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Header
from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import Banco, metadata
from fiscalxml_server.kit.errors import Indisponivel, Problema
from fiscalxml_server.kit.privacy import Base, Titular, lgpd

idempotencia = Table(
    "idempotencia",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("chave", Text, primary_key=True),
    Column("operacao", Text, nullable=False),
    Column("impressao", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("corpo", LargeBinary, nullable=False),
    Column("cabecalhos", LargeBinary, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=func.now()),
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Dar a mesma resposta a quem repete um pedido",
        "7 dias",
        identificacao="corpo cabecalhos",
        tecnico="organizacao chave impressao criado_em",
        nenhum="operacao status",
    ),
)

ChaveIdempotente = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Identifica a tentativa, sem espaços nem acentos: repetir a requisição com a "
        "mesma chave devolve a primeira resposta, por sete dias.",
    ),
]


class ChaveReutilizada(Problema):
    status, codigo, titulo = 422, "chave_reutilizada", "Idempotency-Key de outra requisição"
    explicacao = (
        "A mesma Idempotency-Key já foi usada nos últimos sete dias com outra operação ou outro "
        "conteúdo. Use uma chave nova para cada requisição diferente."
    )


class Pedido(msgspec.Struct, frozen=True):
    """A request under a key; `impressao` tells its content from any other."""

    organizacao: UUID
    chave: str
    operacao: str
    impressao: bytes


class JaAtendido(Exception):
    """A request with this key was served already: nothing of this one is kept."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


# Medida: transacoes
def request_under(
    sujeito: Sujeito, chave: str | None, operacao: str, *content: bytes | str
) -> Pedido | None:
    """The request, where it came with a key; `content` is all that it asks for.

    Under another limit the same is another request.
    """
    if chave is None:
        return None
    limit = () if sujeito.empresas is None else ("empresas", *sorted(sujeito.empresas))
    return Pedido(sujeito.organizacao, chave, operacao, _fingerprint(*content, *limit))


def _fingerprint(*parts: bytes | str) -> bytes:
    """SHA-256 over the parts, which cannot run into each other."""
    return hashlib.sha256(msgspec.msgpack.encode(parts)).digest()


async def _recall(conn: AsyncConnection, pedido: Pedido) -> None:
    """Raises `JaAtendido` with the answer that was given, `ChaveReutilizada`."""
    rows = await conn.execute(
        select(idempotencia).where(
            idempotencia.c.organizacao == pedido.organizacao, idempotencia.c.chave == pedido.chave
        )
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return
    if (row["operacao"], row["impressao"]) != (pedido.operacao, pedido.impressao):
        raise ChaveReutilizada("Esta Idempotency-Key já foi usada com outra requisição.")
    headers = msgspec.msgpack.decode(row["cabecalhos"], type=dict[str, str])
    raise JaAtendido(
        Response(
            row["corpo"],
            status_code=row["status"],
            headers=headers | {"Idempotent-Replayed": "true"},
        )
    )


@asynccontextmanager
async def served_once(
    banco: Banco, organizacao: UUID, pedido: Pedido | None
) -> AsyncIterator[AsyncConnection]:
    """A transaction for a request's effects, whose answer is to be kept with `remember`.

    Raises `JaAtendido`, before the block or, where another request with the key was quicker, after
    it: also in place of what the block raises, as of a limit that the other one has reached. Raises
    `ChaveReutilizada`.
    """
    try:
        async with banco.whole.transacao(organizacao) as conn:
            if pedido is not None:
                await _recall(conn, pedido)
            yield conn
    except Indisponivel:  # whose commit may have happened: the caller must hear so
        raise
    except (_Overtaken, Problema):
        if pedido is not None:
            async with banco.whole.transacao(organizacao) as conn:
                await _recall(conn, pedido)
        raise


async def remember(conn: AsyncConnection, pedido: Pedido | None, response: Response) -> None:
    """Keep the answer in the transaction of what it tells; nothing for a request without a key."""
    if pedido is None:
        return
    kept = {
        name: value
        for name, value in response.headers.items()
        if name in ("content-type", "location", "etag")
    }
    done = await conn.execute(
        insert(idempotencia)
        .values(
            **msgspec.structs.asdict(pedido),
            status=response.status_code,
            corpo=bytes(response.body),
            cabecalhos=msgspec.msgpack.encode(kept),
        )
        .on_conflict_do_nothing()
    )
    if done.rowcount != 1:
        raise _Overtaken


class _Overtaken(Exception):
    """The same key was committed by another request since `_recall`."""
