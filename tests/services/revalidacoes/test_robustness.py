"""Copies that are gone, documents that cannot be judged, plans that die: the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from factory.documents import chave_of
from fiscalxml.validate import judge_all
from fiscalxml_server.api.revalidacoes import judging, planning, repository
from fiscalxml_server.kit import jobs
from services.servico import Servico

from .asking import EM, ask, counts, documents, get, items, revalidate, rows, same, to_invalid

POISON = 77
"""the number of a note that the judge cannot bear"""


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """A job is tried at most three times."""
    servico = Servico(banco, tmp_path_factory.mktemp("servico"), job_attempts=3)
    yield servico
    servico.close()


@contextmanager
def replaced(module: Any, name: str, by: object) -> Iterator[None]:
    own = getattr(module, name)
    setattr(module, name, by)
    try:
        yield
    finally:
        setattr(module, name, own)


def work_through(servico: Servico) -> None:
    """Do the jobs, those that are put off at once, until none is left."""
    while True:
        servico.run(_hasten(servico))
        if not servico.work():
            return


async def _hasten(servico: Servico) -> None:
    async with servico.worker.banco.transacao() as conn:
        table = jobs.jobs
        await conn.execute(
            update(table)
            .where(table.c.situacao == "pendente")
            .values(disponivel_em=table.c.criado_em)
        )


def test_a_copy_that_is_gone_is_a_falha_with_its_reason_and_the_rest_goes_on(
    servico: Servico,
) -> None:
    alone = same(1)
    answer = servico.request("POST", "/v1/documentos", content=alone)
    assert answer.status_code == 201
    lote = servico.send({"a.xml": to_invalid(2), "b.xml": same(3)})
    stored = _object_of(servico, answer.json()["id"])
    data = stored.read_bytes()
    stored.unlink()
    gone = revalidate(servico, em=EM)
    assert counts(gone) == {"para_invalido": 1, "igual": 1, "falha": 1}
    (item,) = items(servico, gone, mudanca="falha")
    assert (item["chave"], item["codigo"]) == (chave_of(alone), "copia_ausente")
    assert item["antes"] == "valido"
    assert "não está mais" in item["mensagem"]
    assert get(servico, f"/v1/revalidacoes/{gone['id']}/causas")["sem_relatorio"] == 1
    stored.write_bytes(data)
    assert counts(revalidate(servico, em=EM)) == {"para_invalido": 1, "igual": 2}
    assert lote["contagens"]["aceito"] == 2


def test_of_a_pack_only_the_copy_that_was_altered_is_a_falha(servico: Servico) -> None:
    files = {f"{number}.xml": same(number) for number in (11, 12, 13)}
    lote = servico.send(files)
    ids = [item["documento"] for item in servico.items(lote)]
    pack = _object_of(servico, ids[0])
    place = rows(servico, "SELECT inicio, comprimento FROM documentos WHERE id = :id", id=ids[1])[0]
    data = bytearray(pack.read_bytes())
    last = place["inicio"] + place["comprimento"] - 1
    data[last] ^= 1
    pack.write_bytes(bytes(data))
    found = revalidate(servico, filtro={"lote": lote["id"]})
    data[last] ^= 1
    pack.write_bytes(bytes(data))
    assert counts(found) == {"igual": 2, "falha": 1}
    (item,) = items(servico, found)
    assert (item["documento"], item["codigo"]) == (ids[1], "copia_adulterada")


def test_a_document_that_cannot_be_judged_becomes_a_falha_alone(servico: Servico) -> None:
    files = {f"{number}.xml": same(number) for number in range(POISON - 5, POISON + 5)}
    lote = servico.send(files)
    before = documents(servico)
    poison = same(POISON)

    def struck(data: bytes, **options: Any) -> Any:
        if data == poison:
            raise RuntimeError("cannot be borne")
        return judge_all(data, **options)

    with replaced(judging, "judge_all", struck):
        asked = ask(servico, filtro={"lote": lote["id"]})
        work_through(servico)
    found = get(servico, asked.headers["location"])
    assert (found["situacao"], counts(found)) == ("concluida", {"igual": 9, "falha": 1})
    (item,) = items(servico, found)
    assert (item["chave"], item["codigo"]) == (chave_of(poison), "falha_processamento")
    assert documents(servico) == before
    dead = [job for job in _jobs(servico, found["id"]) if job["situacao"] == "morto"]
    assert [job["fim"] - job["inicio"] for job in dead] == [1]
    assert len(_validations(servico, found["id"])) == 9


def test_a_plan_that_cannot_be_made_ends_as_failed_and_says_why(servico: Servico) -> None:
    def struck(*_: Any) -> Any:
        raise RuntimeError("cannot be borne")

    with replaced(planning, "filter_of", struck):
        asked = ask(servico)
        work_through(servico)
    found = get(servico, asked.headers["location"])
    assert found["situacao"] == "falhou"
    assert "buscar os documentos" in found["motivo"]
    assert found["total"] is None
    events = servico.request("GET", f"{asked.headers['location']}/progresso")
    assert '"situacao":"falhou"' in events.text


def test_a_plan_that_dies_is_taken_up_where_it_stopped_and_each_document_is_judged_once(
    servico: Servico,
) -> None:
    servico.send({f"{number}.xml": same(number) for number in range(31, 41)})
    total = len(documents(servico))
    own = repository.next_documents
    calls = 0

    async def dying(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise RuntimeError("dies after two stretches")
        return await own(*arguments)

    with (
        replaced(planning, "_STRETCH", 4),
        replaced(repository, "next_documents", dying),
    ):
        asked = ask(servico)
        servico.work_once()
        halfway = get(servico, asked.headers["location"])
        work_through(servico)
    assert (halfway["situacao"], halfway["total"]) == ("processando", None)
    found = get(servico, asked.headers["location"])
    assert (found["situacao"], found["total"], found["prontos"]) == ("concluida", total, total)
    judged = _validations(servico, found["id"])
    assert len(judged) == len(set(judged)) == total


def test_blocks_are_of_documents_whose_copies_stand_together(servico: Servico) -> None:
    servico.send({f"{number}.xml": same(number) for number in range(31, 41)})
    with replaced(planning, "BLOCK_DOCUMENTS", 5):
        found = revalidate(servico)
    packed = rows(
        servico,
        "SELECT documentos FROM revalidacao_blocos WHERE revalidacao = :id ORDER BY numero",
        id=found["id"],
    )
    blocks = [_ids(row["documentos"]) for row in packed]
    assert len(blocks) > 1
    assert all(len(block) <= 5 for block in blocks)
    objects = {row["id"]: row["objeto"] for row in documents(servico)}
    order = [objects[documento] for block in blocks for documento in block]
    assert order == sorted(order), "of one stretch"


def _ids(packed: bytes) -> list[UUID]:
    return [UUID(bytes=packed[at : at + 16]) for at in range(0, len(packed), 16)]


def _object_of(servico: Servico, documento: str) -> Path:
    row = rows(servico, "SELECT objeto FROM documentos WHERE id = :id", id=UUID(documento))[0]
    return servico.objetos / str(row["objeto"])


def _jobs(servico: Servico, revalidacao: str) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        async with servico.relay.banco.transacao() as conn:
            query = select(jobs.jobs).where(jobs.jobs.c.lote == UUID(revalidacao))
            return [dict(row) for row in (await conn.execute(query)).mappings()]

    return servico.run(read())


def _validations(servico: Servico, revalidacao: str) -> list[UUID]:
    """The documents that it has judged."""
    query = "SELECT documento FROM validacoes WHERE revalidacao = :id"
    return [row["documento"] for row in rows(servico, query, id=UUID(revalidacao))]
