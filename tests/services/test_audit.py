"""The audit log's chain, as the database writes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from fiscalxml_server.kit.audit import Acao, Registro, link, record
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.settings import Settings

ENTRY = Registro("pessoa:1", Acao.ORGANIZACAO_CRIADA, "organizacao:é", {"nome": "Padaria"})


@asynccontextmanager
async def _opened(url: str, role: str) -> AsyncIterator[Banco]:
    banco = Banco.open(Settings(database_url=SecretStr(url), database_role=role))
    try:
        yield banco
    finally:
        await banco.close()


def test_each_entry_is_chained_to_the_one_before(banco: str) -> None:
    async def chain() -> None:
        organizacao = uuid4()
        async with _opened(banco, "fiscalxml_api") as writing:
            async with writing.transacao(organizacao) as conn:
                assert await record(conn, organizacao, ENTRY, Registro("sistema", ENTRY.acao)) == 2
            async with writing.transacao() as conn:
                assert await record(conn, organizacao, ENTRY) == 3
        rows = await _rows(banco, organizacao)
        before = bytes(32)
        for numero, row in enumerate(rows, 1):
            assert row.numero == numero
            texts = (row.ator, row.acao, row.alvo)
            before = link(before, organizacao, numero, row.micros, texts, row.impressao)
            assert row.elo == before

    asyncio.run(chain())


def test_entries_written_at_once_stand_in_one_row(banco: str) -> None:
    async def race() -> None:
        organizacao = uuid4()
        async with _opened(banco, "fiscalxml_worker") as writing:

            async def one() -> int:
                async with writing.transacao(organizacao) as conn:
                    return await record(conn, organizacao, ENTRY)

            numbers = await asyncio.gather(*(one() for _ in range(30)))
        assert sorted(numbers) == list(range(1, 31))

    asyncio.run(race())


def test_what_was_rolled_back_leaves_no_trace(banco: str) -> None:
    async def broken() -> None:
        organizacao = uuid4()
        async with _opened(banco, "fiscalxml_api") as writing:
            with pytest.raises(ZeroDivisionError):
                await _failing(writing, organizacao)
            async with writing.transacao(organizacao) as conn:
                assert await record(conn, organizacao, ENTRY) == 1

    asyncio.run(broken())


@pytest.mark.parametrize("role", ["fiscalxml_api", "fiscalxml_worker", "fiscalxml_auth"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auditoria.registros SET ator = 'x'",
        "DELETE FROM auditoria.registros",
        "TRUNCATE auditoria.registros",
        "UPDATE auditoria.cadeias SET numero = 0",
        "INSERT INTO auditoria.cadeias VALUES (gen_random_uuid(), 0, now(), '')",
    ],
)
def test_no_service_can_change_what_was_written(banco: str, role: str, statement: str) -> None:
    async def attack() -> None:
        async with _opened(banco, role) as attacking, attacking.transacao(uuid4()) as conn:
            with pytest.raises(DBAPIError, match="permission denied"):
                await conn.execute(text(statement))
            await conn.rollback()

    asyncio.run(attack())


def test_an_organisation_does_not_see_another_s_entries(banco: str) -> None:
    async def two() -> None:
        one, other = uuid4(), uuid4()
        async with _opened(banco, "fiscalxml_api") as writing:
            for each in (one, other):
                async with writing.transacao(each) as conn:
                    await record(conn, each, ENTRY)
        assert len(await _rows(banco, one)) == 1

    asyncio.run(two())


async def _failing(banco: Banco, organizacao: UUID) -> float:
    async with banco.transacao(organizacao) as conn:
        return 1 / (await record(conn, organizacao, ENTRY) - 1)


async def _rows(url: str, organizacao: UUID) -> list[Row[Any]]:
    async with (
        _opened(url, "fiscalxml_auth") as reading,
        reading.transacao(organizacao) as conn,
    ):
        found = await conn.execute(
            text(
                "SELECT *, (extract(epoch FROM quando) * 1000000)::bigint AS micros"
                " FROM auditoria.registros ORDER BY numero"
            )
        )
        return list(found)
