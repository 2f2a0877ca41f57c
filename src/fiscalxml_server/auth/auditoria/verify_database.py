"""Verify all chains of a database, and that the checkpoints saw them as they are."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, Select, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.auditoria.checkpoints import FIRST
from fiscalxml_server.auth.auditoria.findings import (
    MOST,
    Apagamento,
    Corrente,
    Entrada,
    Resultado,
    erasure_of,
)
from fiscalxml_server.auth.auditoria.merkle import Folha, leaf, root
from fiscalxml_server.auth.auditoria.models import folhas, pontos
from fiscalxml_server.auth.auditoria.repository import last_before
from fiscalxml_server.auth.auditoria.witnesses import Chaves, Testemunhas
from fiscalxml_server.kit.audit import Acao, cadeias, micros, registros
from fiscalxml_server.kit.db import Banco

_PAGE: Final = 5000
_NOBODY: Final = UUID(int=0)


async def verify_database(banco: Banco, published: Mapping[int, str], keys: Chaves) -> Resultado:
    """`banco` is the owner's: it sees all organisations. `published`: the store's checkpoints, read
    before, so that the database knows all of them."""
    result = Resultado()
    leaves, known = await _read(banco)
    for organizacao in sorted({*leaves, *await _organisations(banco)}):
        await _verify_chain(banco, organizacao, leaves.get(organizacao, []), result)
    witnesses = Testemunhas({**known, **published}, keys)
    result.pontos = len(witnesses.pontos)
    result.achados += witnesses.achados
    result.achados += [
        f"há duas versões do ponto de controle {number}: a do banco não é a publicada"
        for number, text in published.items()
        if known.get(number, text) != text
    ]
    result.achados += _compare(witnesses, leaves)
    return result


async def _verify_chain(
    banco: Banco, organizacao: UUID, leaves: Sequence[RowMapping], result: Resultado
) -> None:
    head, last = await _end(banco, organizacao)
    chain = Corrente(organizacao, 0, FIRST, await _erasures(banco, organizacao))
    attested = {each["numero"]: each["elo"] for each in leaves}
    async for entrada in _entries(banco, organizacao, last):
        chain.add(entrada)
        if attested.pop(entrada.numero, entrada.elo) != entrada.elo:
            chain.find(
                entrada.numero, "não é o que um ponto de controle viu: a cadeia foi reescrita"
            )
    for numero in sorted(attested):
        chain.find(numero, "um ponto de controle o viu, e ele não existe: a cadeia foi cortada")
    if head is None or (head["numero"], head["elo"]) != (chain.numero, chain.elo):
        chain.find(chain.numero, "a cadeia diz ter outro fim: foi cortada ou aumentada")
    if chain.apagados:
        told = ", ".join(map(str, chain.apagados[:10]))
        chain.find(chain.apagados[0], f"detalhes apagados sem um registro do apagamento: {told}")
    result.cadeias += 1
    result.registros += chain.numero
    result.sem_ponto += chain.numero - max((each["numero"] for each in leaves), default=0)
    result.achados += chain.achados[:MOST]


def _compare(witnesses: Testemunhas, leaves: Mapping[UUID, Sequence[RowMapping]]) -> list[str]:
    """Whether the heads that are kept lead to the hash that each checkpoint signed."""
    by_number: dict[int, list[Folha]] = defaultdict(list)
    for organizacao, rows in leaves.items():
        for row in rows:
            by_number[row["ponto"]].append(Folha(organizacao, row["numero"], row["elo"]))
    found = []
    names: list[UUID] = []
    hashes: list[bytes] = []
    for number in sorted({*by_number, *witnesses.pontos}):
        for folha in by_number[number]:
            at = bisect_left(names, folha.organizacao)
            if at == len(names) or names[at] != folha.organizacao:
                names.insert(at, folha.organizacao)
                hashes.insert(at, b"")
            hashes[at] = leaf(folha)
        ponto = witnesses.pontos.get(number)
        if ponto is None:
            if number not in witnesses.texts:
                found.append(f"ponto de controle {number}: falta")
        elif (ponto.raiz, ponto.cadeias) != (root(hashes).hex(), len(names)):
            found.append(f"ponto de controle {number}: as cadeias que ele viu não são as do banco")
    return found


async def _read(banco: Banco) -> tuple[dict[UUID, list[RowMapping]], dict[int, str]]:
    """What checkpoints saw of each chain, and the checkpoints: of one moment."""
    async with banco.fotografia(_NOBODY) as conn:
        seen = await _all(conn, select(folhas).order_by(folhas.c.organizacao, folhas.c.numero))
        made = await _all(conn, select(pontos.c.numero, pontos.c.corpo))
    leaves: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in seen:
        leaves[row["organizacao"]].append(row)
    return leaves, {row["numero"]: row["corpo"] for row in made}


async def _end(banco: Banco, organizacao: UUID) -> tuple[RowMapping | None, int]:
    """Where the chain says that it ends, and where it does: of one moment."""
    async with banco.fotografia(_NOBODY) as conn:
        heads = await _all(conn, select(cadeias).where(cadeias.c.organizacao == organizacao))
        last = await last_before(conn, organizacao, None)
    return (heads[0] if heads else None), last


async def _organisations(banco: Banco) -> list[UUID]:
    async with banco.transacao() as conn:
        query = union(select(registros.c.organizacao), select(cadeias.c.organizacao))
        return list((await conn.execute(query)).scalars())


async def _erasures(banco: Banco, organizacao: UUID) -> list[Apagamento]:
    async with banco.transacao() as conn:
        rows = await _all(
            conn,
            select(registros.c.numero, registros.c.acao, registros.c.alvo).where(
                registros.c.organizacao == organizacao,
                registros.c.acao == Acao.AUDITORIA_DETALHES_APAGADOS.value,
            ),
        )
    told = (erasure_of(row["numero"], row["acao"], row["alvo"]) for row in rows)
    return [each for each in told if each is not None]


async def _entries(banco: Banco, organizacao: UUID, last: int) -> AsyncIterator[Entrada]:
    """All up to one that is known, whatever is written meanwhile."""
    after = -(2**63)
    while True:
        async with banco.transacao() as conn:
            own = (registros.c.organizacao == organizacao) & registros.c.numero.between(
                after + 1, last
            )
            query = select(registros).where(own).order_by(registros.c.numero).limit(_PAGE)
            rows = await _all(conn, query)
        for row in rows:
            values = {name: row[name] for name in Entrada._fields if name != "micros"}
            yield Entrada(**values, micros=micros(row["quando"]))
        if len(rows) < _PAGE:
            return
        after = rows[-1]["numero"]


async def _all(conn: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    rows = await conn.execute(query)
    found: Sequence[RowMapping] = rows.mappings().all()
    return found
