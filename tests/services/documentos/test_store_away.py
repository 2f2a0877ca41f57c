"""The object store away: nothing is taken, nothing is lost, and the answer says to try again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from factory.documents import build, chave_of
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.jobs import Ref
from fiscalxml_server.worker.process import do_job
from services.servico import ZIP, Servico, zipped

XML = {"Content-Type": "application/xml"}


@contextmanager
def away(servico: Servico) -> Iterator[None]:
    """Where the folder was, there is something else."""
    folder = Path(servico.api.settings.objects_url.removeprefix("file://"))
    aside = folder.rename(folder.with_name("ao-lado"))
    folder.touch()
    yield
    folder.unlink()
    aside.rename(folder)


def test_a_store_that_is_away_is_answered_with_503_and_what_came_before_is_there_afterwards(
    servico: Servico,
) -> None:
    kept, later = build("nfe"), build("nfe", changes={"ide/nNF": "2"})
    assert post(servico, kept) == 201
    with away(servico):
        assert post(servico, later) == 503
        assert read(servico, kept) == 503
        sent = servico.request("POST", "/v1/lotes", content=zipped({"a": later}), headers=ZIP)
        assert (sent.status_code, sent.headers["retry-after"]) == (503, "2")
    assert read(servico, kept) == 200
    assert read(servico, later) == 404, "it was not taken"
    assert post(servico, later) == 201


def test_a_job_waits_for_a_store_that_is_away_and_the_attempt_does_not_count(
    servico: Servico,
) -> None:
    archive = zipped({"a.xml": build("nfe", changes={"ide/nNF": "3"})})
    lote = servico.request("POST", "/v1/lotes", content=archive, headers=ZIP).json()
    with away(servico):
        servico.run(do_job(servico.worker, job(servico, lote)[0]))
    assert job(servico, lote)[1:] == ("pendente", 0)
    servico.work()
    found = servico.request("GET", f"/v1/lotes/{lote['id']}").json()
    assert (found["situacao"], found["contagens"]["aceito"]) == ("concluido", 1)


def test_the_same_holds_for_jobs_that_read_many_copies_at_once(servico: Servico) -> None:
    assert post(servico, build("nfe", changes={"ide/nNF": "4"})) in (200, 201)
    for path, asked in (
        ("/v1/revalidacoes", {"filtro": {"numero": 4}}),
        ("/v1/exportacoes", {"formato": "zip", "filtro": {"numero": 4}}),
    ):
        found = servico.request("POST", path, json=asked).json()
        if path == "/v1/revalidacoes":
            servico.work_once()
        with away(servico):
            servico.work_once()
        assert attempts(servico, found["id"]) == ("pendente", 0)
        servico.work()
        ended = servico.request("GET", f"{path}/{found['id']}").json()["situacao"]
        assert ended in ("concluida", "pronta")


def attempts(servico: Servico, what: str) -> tuple[str, int]:
    """Of its job that is not done: how it stands, and how many attempts count."""

    async def find() -> tuple[str, int]:
        async with servico.worker.banco.transacao() as conn:
            rows = await conn.execute(
                select(jobs.jobs.c.situacao, jobs.jobs.c.tentativas).where(
                    jobs.jobs.c.lote == UUID(what), jobs.jobs.c.situacao != "feito"
                )
            )
            return tuple(rows.one())

    return servico.run(find())


def job(servico: Servico, lote: dict[str, Any]) -> tuple[Ref, str, int]:
    """The one that opens a lote: where it is, its state and its attempts."""
    table = jobs.jobs.c

    async def find() -> tuple[Ref, str, int]:
        async with servico.relay.banco.transacao() as conn:
            query = select(table.dia, table.id, table.situacao, table.tentativas)
            row = (await conn.execute(query.where(table.lote == lote["id"]))).one()
            return Ref(row.dia, row.id), row.situacao, row.tentativas

    return servico.run(find())


def post(servico: Servico, data: bytes) -> int:
    return servico.request("POST", "/v1/documentos", content=data, headers=XML).status_code


def read(servico: Servico, data: bytes) -> int:
    return servico.request("GET", f"/v1/documentos/{chave_of(data)}/xml").status_code
