"""Documents that come in at the same moment: transactions that meet at one identity."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from factory.documents import build
from fiscalxml_server.api.documentos.models import documentos
from fiscalxml_server.api.documentos.schemas import Gravado
from services.documentos.written import put, written
from services.servico import Servico

NOTA = build("nfe")
SIGNED = NOTA.replace(b"<natOp>", b"<natOp>A", 1)
OTHER = NOTA.replace(b"<natOp>", b"<natOp>B", 1)


@pytest.mark.parametrize(
    ("held", "first", "second", "outcomes"),
    [
        pytest.param(None, NOTA, NOTA, ("aceito", "duplicado"), id="the same document"),
        pytest.param(NOTA, OTHER, OTHER, ("conflito", "duplicado"), id="the same conflict"),
        pytest.param(NOTA, SIGNED, OTHER, ("conflito", "conflito"), id="two conflicts"),
        pytest.param(OTHER, NOTA, NOTA, ("aceito", "duplicado"), id="both take the identity"),
        pytest.param(OTHER, NOTA, SIGNED, ("aceito", "conflito"), id="one takes it, one does not"),
        pytest.param(None, NOTA, OTHER, ("aceito", "conflito"), id="two versions"),
        pytest.param(None, OTHER, NOTA, ("invalido", "aceito"), id="a broken one comes first"),
    ],
)
def test_of_two_transactions_the_second_decides_by_what_the_first_wrote(
    servico: Servico,
    held: bytes | None,
    first: bytes,
    second: bytes,
    outcomes: tuple[str, str],
) -> None:
    organizacao = uuid4()
    if held is not None:
        servico.run(written(servico, organizacao, held))
    one, two = servico.run(both(servico, organizacao, first, second))
    assert (one.desfecho, two.desfecho) == outcomes
    rows = servico.run(versions(servico, organizacao))
    assert sum(vigente for _, vigente in rows) == 1
    assert len({conteudo for conteudo, _ in rows}) == len(rows)


@pytest.mark.parametrize(
    ("held", "data", "outcomes"),
    [
        pytest.param(OTHER, NOTA, ["aceito", "duplicado"], id="taking the identity"),
        pytest.param(NOTA, OTHER, ["conflito", "duplicado"], id="beside it"),
    ],
)
def test_of_two_that_wait_for_a_version_the_second_sees_what_the_first_added(
    servico: Servico, held: bytes, data: bytes, outcomes: list[str]
) -> None:
    organizacao = uuid4()
    servico.run(written(servico, organizacao, held))

    async def wait_both() -> list[Gravado]:
        async with servico.api.banco.transacao(organizacao) as conn:
            await conn.execute(select(documentos.c.id).with_for_update())
            tasks = [asyncio.create_task(written(servico, organizacao, data)) for _ in range(2)]
            await asyncio.wait(tasks, timeout=0.5)
        return [gravado for (gravado,) in await asyncio.gather(*tasks)]

    assert sorted(each.desfecho for each in servico.run(wait_both())) == outcomes
    assert len(servico.run(versions(servico, organizacao))) == 2


def test_many_at_once_are_one(servico: Servico) -> None:
    organizacao = uuid4()

    async def many() -> list[Gravado]:
        found = await asyncio.gather(*(written(servico, organizacao, NOTA) for _ in range(40)))
        return [gravado for (gravado,) in found]

    outcomes = [each.desfecho for each in servico.run(many())]
    assert sorted(outcomes) == ["aceito"] + ["duplicado"] * 39


async def both(
    servico: Servico, organizacao: UUID, first: bytes, second: bytes
) -> tuple[Gravado, Gravado]:
    """The second begins while the first has written and not committed."""
    async with servico.api.banco.transacao(organizacao) as conn:
        (one,) = await put(conn, organizacao, first)
        task = asyncio.create_task(written(servico, organizacao, second))
        await asyncio.wait([task], timeout=0.5)
        assert not task.done(), "it waits for the first"
    (two,) = await task
    return one, two


async def versions(servico: Servico, organizacao: UUID) -> list[tuple[bytes, bool]]:
    async with servico.api.banco.transacao(organizacao) as conn:
        rows = await conn.execute(
            select(documentos.c.conteudo, documentos.c.vigente).where(
                documentos.c.organizacao == organizacao
            )
        )
        return [(row.conteudo, row.vigente) for row in rows]
