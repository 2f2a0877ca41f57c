"""A period of a chain as lines of JSON, with all that a verifier needs besides public keys.

Before the entries of the period comes the one before it, and after them those up to the first
checkpoint behind it: so nothing can be missing at either end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.auditoria import repository
from fiscalxml_server.auth.auditoria.merkle import leaf, path
from fiscalxml_server.auth.auditoria.schemas import Cabecalho, Prova, RegistroExportado
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.audit import SALT_BYTES, micros

FORMATO: Final = 1
_PAGE: Final = 1000
_START: Final = bytes(32)
_encode: Final = msgspec.json.Encoder().encode


async def export(
    recursos: Recursos, organizacao: UUID, de: datetime | None, ate: datetime | None
) -> AsyncIterator[bytes]:
    """The lines: what comes, the entries, the checkpoint that attests them."""
    async with recursos.banco.transacao(organizacao) as conn:
        prova = await _proof(conn, organizacao, ate)
        first = 1 if de is None else max(await repository.last_before(conn, organizacao, de), 1)
        last = await repository.last_before(conn, organizacao, ate)
        if prova is not None:
            first, last = min(first, prova.numero), max(last, prova.numero)
        before = await repository.between(conn, organizacao, first - 1, first - 1)
    yield _line(
        Cabecalho(
            formato=FORMATO,
            instalacao=recursos.settings.auth_issuer,
            organizacao=organizacao,
            gerado_em=datetime.now(UTC),
            de=de,
            ate=ate,
            primeiro=first,
            ultimo=last,
            elo_anterior=(before[0]["elo"] if before else _START).hex(),
        )
    )
    for start in range(first, last + 1, _PAGE):
        async with recursos.banco.transacao(organizacao) as conn:
            end = min(start + _PAGE - 1, last)
            rows = await repository.between(conn, organizacao, start, end)
        yield b"".join(_line(exported(row)) for row in rows)
    if prova is not None:
        yield _line(prova)


def exported(row: RowMapping) -> RegistroExportado:
    """An entry as an export tells it."""
    kept: bytes | None = row["detalhes"]
    return RegistroExportado(
        numero=row["numero"],
        quando=row["quando"],
        micros=micros(row["quando"]),
        ator=row["ator"],
        acao=row["acao"],
        alvo=row["alvo"],
        sal=None if kept is None else kept[:SALT_BYTES].hex(),
        detalhes=None if kept is None else kept[SALT_BYTES:].decode(),
        impressao=row["impressao"].hex(),
        elo=row["elo"].hex(),
    )


async def _proof(conn: AsyncConnection, organizacao: UUID, ate: datetime | None) -> Prova | None:
    """By the first checkpoint behind the period, or by the last one there is."""
    ponto = None if ate is None else await repository.first_checkpoint_after(conn, ate)
    ponto = ponto or await repository.last_checkpoint(conn)
    if ponto is None:
        return None
    seen = await repository.leaves(conn, ponto["numero"])
    place = next((at for at, each in enumerate(seen) if each[0] == organizacao), None)
    if place is None:
        return None
    _, numero, elo = seen[place]
    return Prova(
        ponto=ponto["corpo"],
        numero=numero,
        elo=elo.hex(),
        indice=place,
        cadeias=len(seen),
        caminho=[step.hex() for step in path([leaf(each) for each in seen], place)],
    )


def _line(what: msgspec.Struct) -> bytes:
    return _encode(what) + b"\n"
