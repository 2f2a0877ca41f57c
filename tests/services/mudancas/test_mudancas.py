"""GET /v1/documentos/mudancas: what changed since a version, and nothing of it ever missed."""

from __future__ import annotations

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import pytest

from factory.documents import build
from fiscalxml_server.api.mudancas.service import list_changes
from services.documentos.written import put, written
from services.servico import Servico

NOTA = build("nfe", protocol=True)
DRAFT = build("nfe")
CANCELAMENTO = build("cancelamento", protocol=True)
BROKEN = NOTA.replace(b"<natOp>", b"<natOp>X", 1)


def note(number: int) -> bytes:
    return build("nfe", changes={"ide/nNF": str(number)}, sign=False)


class Caller:
    """Who keeps a copy: everything that it was told, the newest state of each document."""

    def __init__(self, servico: Servico, organizacao: UUID) -> None:
        self.servico = servico
        self.organizacao = organizacao
        self.versao = 0
        self.known: dict[str, dict[str, Any]] = {}
        self.told: list[str] = []

    async def ask(self, limite: int = 200) -> None:
        """All pages of what is new."""
        cursor: str | None = None
        while True:
            page = await list_changes(
                self.servico.api,
                self.organizacao,
                desde=self.versao,
                cursor=cursor,
                limite=limite,
            )
            for item in page["itens"]:
                self.told.append(str(item["id"]))
                self.known[str(item["id"])] = item
            assert page["versao"] >= self.versao or cursor is None
            if page["proximo"] is None:
                self.versao = page["versao"]
                return
            cursor = page["proximo"]


@pytest.fixture
def caller(servico: Servico) -> Caller:
    """Of an organisation that knows the names of the parties: who adds one is waited for."""
    caller = Caller(servico, uuid4())
    servico.run(written(servico, caller.organizacao, note(1)))
    servico.run(caller.ask())
    caller.told.clear()
    caller.known.clear()
    return caller


def test_what_is_new_is_told_once_in_pages(servico: Servico, caller: Caller) -> None:
    for first in (600, 610):
        block = [note(first + number) for number in range(10)]
        servico.run(written(servico, caller.organizacao, *block))
    servico.run(caller.ask(limite=3))
    assert len(caller.told) == len(set(caller.told)) == 20
    versions = [each["versao"] for each in caller.known.values()]
    assert versions == sorted(versions)
    servico.run(caller.ask())
    assert len(caller.told) == 20
    servico.run(written(servico, caller.organizacao, note(620)))
    servico.run(caller.ask())
    assert len(caller.told) == 21


def test_one_that_stops_between_pages_goes_on_by_the_version_of_the_last(
    servico: Servico, caller: Caller
) -> None:
    for number in range(4):
        servico.run(written(servico, caller.organizacao, note(630 + number)))
    page = servico.run(
        list_changes(servico.api, caller.organizacao, desde=caller.versao, cursor=None, limite=2)
    )
    caller.versao = page["versao"]
    servico.run(caller.ask())
    first = {str(each["id"]) for each in page["itens"]}
    assert len(first | set(caller.told)) == 4


def test_events_conflicts_and_every_change_are_told(servico: Servico, caller: Caller) -> None:
    def told(*documents: bytes) -> dict[str, Any]:
        caller.told.clear()
        for each in documents:
            servico.run(written(servico, caller.organizacao, each))
        servico.run(caller.ask())
        return {
            caller.known[ident]["tipo"]: (
                caller.known[ident]["situacao"],
                caller.known[ident]["vigente"],
            )
            for ident in caller.told
        }

    assert told(BROKEN) == {"nfe": ("autorizado", True)}
    (broken,) = caller.told
    assert told(DRAFT) == {"nfe": ("sem_protocolo", True)}
    assert set(caller.told) > {broken}, "that it lost its identity is told too"
    assert caller.known[broken]["vigente"] is False
    assert told(NOTA) == {"nfe": ("autorizado", True)}, "its protocol was attached"
    assert told(CANCELAMENTO)["evento"] == ("autorizado", True)
    assert {each["situacao"] for each in caller.known.values() if each["tipo"] == "nfe"} == {
        "cancelado"
    }
    assert told(NOTA) == {}


def test_who_commits_first_waits_for_who_began_first(servico: Servico, caller: Caller) -> None:
    """A sequence would have given the first's number, and the second's been told beyond it."""

    async def out_of_order() -> None:
        async with servico.api.banco.transacao(caller.organizacao) as first:
            await put(first, caller.organizacao, note(650))
            await written(servico, caller.organizacao, note(651))
            await caller.ask()
            assert caller.told == [], "the second is delayed"
        await caller.ask()

    servico.run(out_of_order())
    assert len(caller.told) == 2


def test_one_that_is_rolled_back_delays_and_leaves_nothing(
    servico: Servico, caller: Caller
) -> None:
    async def rolled_back() -> None:
        async with servico.api.banco.transacao(caller.organizacao) as conn:
            await put(conn, caller.organizacao, note(660))
            await written(servico, caller.organizacao, note(661))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        servico.run(rolled_back())
    servico.run(caller.ask())
    assert len(caller.told) == 1


@pytest.mark.parametrize("seed", range(3))
def test_whoever_asks_while_many_write_misses_nothing(
    servico: Servico, caller: Caller, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - pauses
    numbers = iter(range(1000 * (seed + 1), 1000 * (seed + 2)))
    stopped = asyncio.Event()

    async def write_some(pause: float) -> None:
        async with servico.api.banco.transacao(caller.organizacao) as conn:
            await put(conn, caller.organizacao, note(next(numbers)), note(next(numbers)))
            await asyncio.sleep(pause)

    async def keep_asking() -> None:
        while not stopped.is_set():
            await caller.ask(limite=3)
            await asyncio.sleep(0.002)

    async def both() -> None:
        asking = asyncio.create_task(keep_asking())
        for _ in range(6):
            pauses = [chance.random() * 0.05 for _ in range(3)]
            await asyncio.gather(*map(write_some, pauses))
        stopped.set()
        await asking
        await caller.ask()

    servico.run(both())
    rows = servico.run(_ids(servico, caller.organizacao))
    assert set(caller.told) <= rows
    assert len(caller.told) == len(rows) - 1 == 36, "nothing twice, where nothing changed twice"


async def _ids(servico: Servico, organizacao: UUID) -> set[str]:
    other = Caller(servico, organizacao)
    await other.ask()
    return set(other.known)


def test_a_version_that_was_never_given_is_refused(servico: Servico) -> None:
    found = servico.request("GET", f"/v1/documentos/mudancas?desde={2**50}")
    assert found.status_code == 409
    assert found.json()["codigo"] == "sincronia_perdida"


def test_a_version_that_is_not_settled_yet_is_no_loss(servico: Servico, caller: Caller) -> None:
    async def ahead() -> None:
        await caller.ask()
        async with servico.api.banco.transacao(caller.organizacao) as conn:
            await put(conn, caller.organizacao, note(670))
            await written(servico, caller.organizacao, note(671))
            caller.versao += 2
            await caller.ask()
        await caller.ask()

    servico.run(ahead())


@pytest.mark.parametrize("query", ["desde=-1", "desde=x", "cursor=x", "limite=0", "desde=9e9"])
def test_parameters_that_are_none_are_refused(servico: Servico, query: str) -> None:
    assert servico.request("GET", f"/v1/documentos/mudancas?{query}").status_code == 422


def test_another_organisation_s_changes_are_not_told(servico: Servico, caller: Caller) -> None:
    servico.run(written(servico, uuid4(), NOTA))
    servico.run(caller.ask())
    assert caller.told == []
