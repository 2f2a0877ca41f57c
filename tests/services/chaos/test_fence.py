"""A worker that was stopped past its lease and goes on later: its effects are rolled back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import pytest
from sqlalchemy import RowMapping, func, select

from factory.containers import envi_nfe
from factory.documents import build, chave_of
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.jobs import Ref
from fiscalxml_server.worker.process import do_job
from services.servico import ZIP, Servico, zipped

from .stoppable import CHEGOU, SIGA

_TESTS = Path(__file__).parents[2]
_LIMIT = 60.0
_LEASE = 1.0


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """Its workers have a short lease."""
    servico = Servico(banco, tmp_path_factory.mktemp("servico"), job_lease_seconds=_LEASE)
    yield servico
    servico.close()


def test_a_block_that_two_workers_process_has_one_outcome_for_each_entry(
    servico: Servico, tmp_path: Path
) -> None:
    notas = [build("nfe", changes={"ide/nNF": str(number)}) for number in (1, 2, 3)]
    files = {"a.xml": notas[0], "dois.xml": envi_nfe(notas[1:])}
    lote = send(servico, files)
    do(servico, waiting(servico, lote, "abrir"))
    ref = waiting(servico, lote, "processar")
    with stopped_worker(servico, ref, tmp_path) as go_on:
        expire(servico, ref)
        do(servico, ref)
        before = state(servico, lote)
        go_on()
    assert state(servico, lote) == before, "the late one changed nothing"
    assert before["lote"]["situacao"] == "concluido"
    assert [item["desfecho"] for item in before["itens"]] == ["aceito"] * 3
    assert (job(servico, ref).situacao, job(servico, ref).cerca) == ("feito", 2)
    assert objects(servico, lote, "*-partes") == ["000000-0-2-2-partes"], "the late one's are gone"
    for nota in notas:
        copy = servico.request("GET", f"/v1/documentos/{chave_of(nota)}/xml")
        assert copy.status_code == 200


def test_an_archive_that_two_workers_open_has_each_file_once(
    servico: Servico, tmp_path: Path
) -> None:
    notas = [build("nfe", changes={"ide/nNF": str(number)}) for number in (11, 12)]
    lote = send(servico, {f"{n}.xml": nota for n, nota in enumerate(notas)})
    ref = waiting(servico, lote, "abrir")
    with stopped_worker(servico, ref, tmp_path) as go_on:
        expire(servico, ref)
        do(servico, ref)
        servico.work()
        before = state(servico, lote)
        go_on()
    servico.work()
    assert state(servico, lote) == before
    assert before["lote"]["contagens"]["aceito"] == len(before["itens"]) == len(notas)
    assert objects(servico, lote, "*") == ["000000-2"], "the late one's block is gone"
    for nota in notas:
        copy = servico.request("GET", f"/v1/documentos/{chave_of(nota)}/xml")
        assert copy.content == nota


def send(servico: Servico, files: dict[str, bytes]) -> str:
    sent = servico.request("POST", "/v1/lotes", content=zipped(files), headers=ZIP)
    assert sent.status_code == 202, sent.text
    return str(sent.json()["id"])


def waiting(servico: Servico, lote: str, tipo: str) -> Ref:
    """The job of a lote that waits."""
    table = jobs.jobs.c
    query = select(table.dia, table.id).where(
        table.lote == lote, table.tipo == tipo, table.situacao == "pendente"
    )
    return Ref(*rows(servico, query)[0].values())


def do(servico: Servico, ref: Ref) -> None:
    servico.run(do_job(servico.worker, ref))


def job(servico: Servico, ref: Ref) -> Any:
    return rows(servico, select(jobs.jobs).where(jobs.jobs.c.id == ref.id))[0]


def expire(servico: Servico, ref: Ref) -> None:
    """Wait until the lease has run out."""
    ran_out = select((jobs.jobs.c.lease_ate < func.now()).label("ended"))
    query = ran_out.where(jobs.jobs.c.id == ref.id)
    wait_until(lambda: rows(servico, query)[0]["ended"])


def state(servico: Servico, lote: str) -> dict[str, Any]:
    """All that a user sees of a lote."""
    found = servico.request("GET", f"/v1/lotes/{lote}").json()
    return {"lote": found, "itens": servico.items(found)}


def rows(servico: Servico, query: Any) -> list[RowMapping]:
    async def read() -> list[RowMapping]:
        async with servico.relay.banco.transacao() as conn:
            return list((await conn.execute(query)).mappings())

    return servico.run(read())


def objects(servico: Servico, lote: str, pattern: str) -> list[str]:
    """Names of what is stored of a lote."""
    folder = Path(servico.worker.settings.objects_url.removeprefix("file://"))
    return [path.name for path in folder.glob(f"*/lotes/{lote}/{pattern}")]


@contextmanager
def stopped_worker(servico: Servico, ref: Ref, folder: Path) -> Iterator[Callable[[], None]]:
    """A worker that was stopped in the middle of a job; it ends the job when it is let go on."""
    command = [sys.executable, "-m", "services.chaos.stoppable", str(ref), str(folder)]
    worker = subprocess.Popen(command, env=environment(servico))
    try:
        wait_until((folder / CHEGOU).exists)
        worker.send_signal(SIGSTOP)

        def go_on() -> None:
            (folder / SIGA).touch()
            worker.send_signal(SIGCONT)
            assert worker.wait(_LIMIT) == 0

        yield go_on
    finally:
        worker.kill()
        worker.wait()


def environment(servico: Servico) -> dict[str, str]:
    """The settings of a worker, for another process."""
    values = servico.worker.settings.model_dump(exclude_unset=True)
    revealed = {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        for name, value in values.items()
    }
    own = {f"FISCALXML_{name.upper()}": value for name, value in revealed.items()}
    return {**os.environ, **own, "PYTHONPATH": str(_TESTS)}


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + _LIMIT
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
