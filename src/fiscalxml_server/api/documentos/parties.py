"""Names of the parties of documents, as the newest document that names them has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Select, Text, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.indexing import Parte
from fiscalxml_server.api.documentos.models import participantes
from fiscalxml_server.api.documentos.schemas import Novo

SIDES: Final = ("emitente", "destinatario")
"""columns of `documentos` that are parties"""

_SEEN_AGAIN: Final = timedelta(days=30)
"""how much newer a document must be for the same name to be written again: of two names, the one
that was in use longer than this after the other is told"""

Visto = tuple[datetime, Parte]


async def write(conn: AsyncConnection, organizacao: UUID, novos: Iterable[Novo]) -> None:
    """Write names that are not known yet, or newer than those that are.

    Mostly all are known, and nothing is written. Rows are locked in their order, so that two
    transactions with the same parties wait for each other instead of locking each other out.
    """
    seen = _newest(novos)
    if not seen:
        return
    known = await _known(conn, organizacao, seen)
    missing = [
        _row(organizacao, seen[inscricao]) for inscricao in sorted(seen.keys() - known.keys())
    ]
    if missing:
        adding = insert(participantes).on_conflict_do_nothing().returning(participantes.c.inscricao)
        added = set((await conn.execute(adding.values(missing))).scalars())
        # Those that another transaction has added meanwhile are compared as known ones.
        late = [row["inscricao"] for row in missing if row["inscricao"] not in added]
        known |= await _known(conn, organizacao, late)
    if newer := [name for name in known if _is_newer(seen[name], known[name])]:
        await _renew(conn, organizacao, seen, newer)


async def names(
    conn: AsyncConnection, organizacao: UUID, inscricoes: Collection[str]
) -> dict[str, str]:
    """inscricao -> name, of those whose name is known."""
    known = await _known(conn, organizacao, inscricoes)
    return {inscricao: row["nome"] for inscricao, row in known.items()}


def inscricoes(rows: Iterable[RowMapping]) -> set[str]:
    """Of the parties of rows of `documentos`."""
    return {row[side] for row in rows for side in SIDES if row[side] is not None}


def _newest(novos: Iterable[Novo]) -> dict[str, Visto]:
    """Of each party the newest name, whatever the order of the documents."""
    seen: dict[str, Visto] = {}
    for novo in novos:
        for parte in novo.partes:
            other = seen.get(parte.inscricao)
            if other is None or (novo.data, parte.nome) > (other[0], other[1].nome):
                seen[parte.inscricao] = (novo.data, parte)
    return seen


def _is_newer(visto: Visto, known: RowMapping) -> bool:
    data, parte = visto
    if (parte.nome, parte.uf) == (known["nome"], known["uf"]):
        return bool(data > known["visto_em"] + _SEEN_AGAIN)
    return bool((data, parte.nome) > (known["visto_em"], known["nome"]))


async def _renew(
    conn: AsyncConnection, organizacao: UUID, seen: Mapping[str, Visto], which: Sequence[str]
) -> None:
    locked = await _known(conn, organizacao, which, locked=True)
    for inscricao, row in locked.items():
        if _is_newer(seen[inscricao], row):
            values = _row(organizacao, seen[inscricao])
            await conn.execute(
                update(participantes)
                .where(
                    participantes.c.organizacao == organizacao,
                    participantes.c.inscricao == inscricao,
                )
                .values({name: values[name] for name in ("nome", "uf", "visto_em")})
            )


async def _known(
    conn: AsyncConnection,
    organizacao: UUID,
    inscricoes: Collection[str],
    *,
    locked: bool = False,
) -> dict[str, RowMapping]:
    if not inscricoes:
        return {}
    query: Select[Any] = (
        select(participantes)
        .where(
            participantes.c.organizacao == organizacao,
            participantes.c.inscricao == any_(bindparam("inscricoes", type_=ARRAY(Text))),
        )
        .order_by(participantes.c.inscricao)
    )
    rows = await conn.execute(
        query.with_for_update() if locked else query, {"inscricoes": sorted(inscricoes)}
    )
    return {row["inscricao"]: row for row in rows.mappings()}


def _row(organizacao: UUID, visto: Visto) -> dict[str, Any]:
    data, parte = visto
    return {
        "organizacao": organizacao,
        "inscricao": parte.inscricao,
        "nome": parte.nome,
        "uf": parte.uf,
        "visto_em": data,
    }
