"""A re-validation's worker that is killed loses nothing; one that is late doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.chaos.test_fence import do, expire, job, stopped_worker, waiting
from services.servico import Servico

from .asking import EM, ask, counts, documents, get, items, rows, same, to_invalid

_LEASE = 1.0
STOCK = {"para_invalido": 2, "igual": 1}


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """Its workers have a short lease; it has three documents."""
    servico = Servico(banco, tmp_path_factory.mktemp("servico"), job_lease_seconds=_LEASE)
    servico.send({"a.xml": to_invalid(1), "b.xml": to_invalid(2), "c.xml": same(3)})
    yield servico
    servico.close()


def state(servico: Servico, path: str) -> dict[str, Any]:
    """All that there is of a re-validation."""
    found = get(servico, path)
    made = "SELECT id, documento, relatorio FROM validacoes WHERE revalidacao = :id ORDER BY id"
    return {
        "itself": found,
        "items": items(servico, found),
        "causes": get(servico, f"{path}/causas"),
        "validations": rows(servico, made, id=found["id"]),
    }


def test_a_block_that_two_workers_judge_is_written_once(servico: Servico, tmp_path: Path) -> None:
    stands = documents(servico)
    asked = ask(servico, em=EM)
    path, ident = asked.headers["location"], asked.json()["id"]
    do(servico, waiting(servico, ident, "planejar"))
    ref = waiting(servico, ident, "revalidar")
    with stopped_worker(servico, ref, tmp_path) as go_on:
        expire(servico, ref)
        do(servico, ref)
        before = state(servico, path)
        go_on()
    assert state(servico, path) == before, "the late one changed nothing"
    assert before["itself"]["situacao"] == "concluida"
    assert counts(before["itself"]) == STOCK
    assert len(before["validations"]) == 3
    assert (job(servico, ref).situacao, job(servico, ref).cerca) == ("feito", 2)
    assert documents(servico) == stands


def test_a_plan_that_two_workers_make_has_each_document_once(
    servico: Servico, tmp_path: Path
) -> None:
    asked = ask(servico, em=EM)
    path, ident = asked.headers["location"], asked.json()["id"]
    ref = waiting(servico, ident, "planejar")
    with stopped_worker(servico, ref, tmp_path) as go_on:
        expire(servico, ref)
        do(servico, ref)
        servico.work()
        before = state(servico, path)
        go_on()
    servico.work()
    assert state(servico, path) == before
    assert (before["itself"]["total"], counts(before["itself"])) == (3, STOCK)


@pytest.mark.parametrize("tipo", ["planejar", "revalidar"])
def test_what_a_worker_was_doing_when_it_was_killed_is_done_by_another(
    servico: Servico, tmp_path: Path, tipo: str
) -> None:
    asked = ask(servico, em=EM)
    path, ident = asked.headers["location"], asked.json()["id"]
    if tipo == "revalidar":
        do(servico, waiting(servico, ident, "planejar"))
    ref = waiting(servico, ident, tipo)
    with stopped_worker(servico, ref, tmp_path):
        pass  # it is killed in the middle
    assert get(servico, path)["prontos"] == 0
    expire(servico, ref)
    do(servico, ref)
    servico.work()
    found = state(servico, path)
    assert (found["itself"]["situacao"], counts(found["itself"])) == ("concluida", STOCK)
    assert len(found["validations"]) == 3
