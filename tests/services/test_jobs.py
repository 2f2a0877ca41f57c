"""Jobs as a specification: PostgreSQL is the truth, whatever workers and the broker do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.jobs import Job, LeasePerdido, Ref, Trabalho
from fiscalxml_server.kit.settings import Settings

T = TypeVar("T")
LEASE = 60.0
EXPIRED = -1.0
"""a lease that has run out already: no test waits"""


class Fila:
    """The table of jobs, as one role of the service works with it; every call is a transaction."""

    def __init__(self, banco: Banco, runner: asyncio.Runner) -> None:
        self.banco = banco
        self._runner = runner

    def do(self, work: Callable[..., Awaitable[T]], *arguments: Any, **options: Any) -> T:
        """A function of `kit.jobs`, committed."""

        async def done() -> T:
            async with self.banco.transacao() as conn:
                return await work(conn, *arguments, **options)

        return self._runner.run(done())

    def add(self, *trabalhos: Trabalho) -> None:
        self.do(jobs.add, trabalhos, None)

    def add_one(self, organizacao: UUID | None = None, tipo: str = "processar") -> Ref:
        """A job; gives where it is."""
        trabalho = msgspec.structs.replace(work_of(organizacao or uuid4()), tipo=tipo)
        self.add(trabalho)
        return self.refs(trabalho.lote)[0]

    def claim(self, ref: Ref, lease: float = LEASE) -> Job:
        """A job that is free."""
        job = self.do(jobs.claim, ref, lease)
        assert job is not None
        return job

    def publish(self, window: int = 64) -> list[Ref]:
        return [ref for ref, _ in self.do(jobs.to_publish, window)]

    def refs(self, lote: UUID) -> list[Ref]:
        async def read(conn: AsyncConnection) -> list[Ref]:
            table = jobs.jobs.c
            rows = await conn.execute(select(table.dia, table.id).where(table.lote == lote))
            return [Ref(*row) for row in rows]

        return self.do(read)

    def row(self, ref: Ref) -> Any:
        async def read(conn: AsyncConnection) -> Any:
            rows = await conn.execute(select(jobs.jobs).where(jobs.jobs.c.id == ref.id))
            return rows.one()

        return self.do(read)

    def age(self, ref: Ref, seconds: float) -> None:
        """As if all that has happened to it had happened `seconds` earlier."""

        async def write(conn: AsyncConnection) -> None:
            table = jobs.jobs.c
            earlier = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
            columns = (table.criado_em, table.publicado_em, table.disponivel_em)
            await conn.execute(
                update(jobs.jobs)
                .where(table.id == ref.id)
                .values({column: column - earlier for column in columns})
            )

        self.do(write)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Banco]:
    banco = Banco.open(Settings(database_url=url, database_pool=2))  # type: ignore[arg-type]
    yield banco
    await banco.close()


@pytest.fixture
def fila(banco: str, runner: asyncio.Runner) -> Iterator[Fila]:
    """An empty table."""
    context = opened(banco)
    fila = Fila(runner.run(context.__aenter__()), runner)
    fila.do(lambda conn: conn.execute(delete(jobs.jobs)))
    yield fila
    runner.run(context.__aexit__(None, None, None))


def work_of(organizacao: UUID, bloco: int = 0, lote: UUID | None = None) -> Trabalho:
    return Trabalho(
        organizacao=organizacao, tipo="processar", lote=lote or new_id(), bloco=bloco, fim=200
    )


def test_a_job_is_claimed_once(fila: Fila) -> None:
    ref = fila.add_one()
    job = fila.claim(ref)
    assert (job.id, job.tentativas, job.cerca) == (ref.id, 1, 1)
    assert fila.do(jobs.claim, ref, LEASE) is None


def test_the_same_work_is_one_job_however_often_it_is_added(fila: Fila) -> None:
    trabalho = work_of(uuid4())
    fila.add(trabalho, trabalho)
    fila.add(trabalho)
    assert len(fila.refs(trabalho.lote)) == 1


def test_a_job_carries_its_work_and_the_trace_that_caused_it(fila: Fila) -> None:
    trabalho = work_of(uuid4(), bloco=7)
    fila.do(jobs.add, [trabalho], "00-trace")
    job = fila.claim(fila.refs(trabalho.lote)[0])
    assert (job.trabalho, job.traceparent) == (trabalho, "00-trace")


def test_work_that_was_rolled_back_leaves_no_job(fila: Fila) -> None:
    trabalho = work_of(uuid4())

    async def fail(conn: AsyncConnection) -> None:
        await jobs.add(conn, [trabalho], None)
        raise LookupError

    with pytest.raises(LookupError):
        fila.do(fail)
    assert fila.refs(trabalho.lote) == []


def test_a_finished_job_is_never_claimed_again(fila: Fila) -> None:
    ref = fila.add_one()
    fila.do(jobs.finish, fila.claim(ref))
    assert fila.do(jobs.claim, ref, LEASE) is None
    assert fila.row(ref).situacao == "feito"


def test_a_job_whose_lease_ran_out_goes_to_the_next_who_asks(fila: Fila) -> None:
    ref = fila.add_one()
    fila.claim(ref, EXPIRED)
    again = fila.claim(ref)
    assert (again.tentativas, again.cerca) == (2, 2)


@pytest.mark.parametrize("late", ["finish", "progress", "renew", "release", "bury"])
def test_who_lost_the_lease_can_do_nothing_any_more(fila: Fila, late: str) -> None:
    ref = fila.add_one()
    first = fila.claim(ref, EXPIRED)
    second = fila.claim(ref)
    calls: dict[str, Callable[[], object]] = {
        "finish": lambda: fila.do(jobs.finish, first),
        "progress": lambda: fila.do(jobs.progress, first, LEASE),
        "renew": lambda: fila.do(jobs.renew, first, LEASE),
        "release": lambda: fila.do(jobs.release, first, "erro", after=0),
        "bury": lambda: fila.do(jobs.bury, first),
    }
    with pytest.raises(LeasePerdido):
        calls[late]()
    fila.do(jobs.finish, second)


def test_who_is_late_can_still_finish_while_nobody_else_has_taken_the_job(fila: Fila) -> None:
    ref = fila.add_one()
    fila.do(jobs.finish, fila.claim(ref, EXPIRED))
    assert fila.row(ref).situacao == "feito"


def test_a_job_that_was_made_pending_again_is_lost_to_who_had_it(fila: Fila) -> None:
    job = fila.claim(fila.add_one(), EXPIRED)
    assert fila.do(jobs.expired) == 1
    with pytest.raises(LeasePerdido):
        fila.do(jobs.finish, job)


def test_a_job_that_is_renewed_is_kept(fila: Fila) -> None:
    ref = fila.add_one()
    job = fila.claim(ref, EXPIRED)
    fila.do(jobs.renew, job, LEASE)
    assert fila.do(jobs.expired) == 0
    assert fila.do(jobs.claim, ref, LEASE) is None


def test_progress_begins_the_attempts_anew(fila: Fila) -> None:
    ref = fila.add_one()
    for _ in range(3):
        job = fila.claim(ref, EXPIRED)
    fila.do(jobs.progress, job, EXPIRED)
    assert fila.claim(ref).tentativas == 2


def test_a_released_job_is_published_again_when_its_time_has_come(fila: Fila) -> None:
    ref = fila.add_one()
    fila.publish()
    fila.do(jobs.release, fila.claim(ref), "ValueError", after=60)
    assert fila.publish() == []
    fila.age(ref, 61)
    assert fila.publish() == [ref]
    assert fila.row(ref).erro == "ValueError"


def test_an_error_counts_as_an_attempt_and_a_server_that_was_away_does_not(fila: Fila) -> None:
    ref = fila.add_one()
    fila.do(jobs.release, fila.claim(ref), "ValueError", after=0)
    fila.do(jobs.release, fila.claim(ref), "Indisponivel", after=0, counts=False)
    job = fila.claim(ref)
    assert (job.tentativas, job.cerca) == (2, 3), "the fence rises with every claim"


def test_a_job_is_published_once(fila: Fila) -> None:
    ref = fila.add_one()
    assert fila.publish() == [ref]
    assert fila.publish() == []


def test_two_relays_publish_different_jobs(fila: Fila, runner: asyncio.Runner) -> None:
    refs = {fila.add_one() for _ in range(6)}

    async def both() -> tuple[set[Ref], set[Ref]]:
        banco = fila.banco
        async with banco.transacao() as one, banco.transacao() as other:
            first = await jobs.to_publish(one, 64, limit=3)
            second = await jobs.to_publish(other, 64)
        return {ref for ref, _ in first}, {ref for ref, _ in second}

    first, second = runner.run(both())
    assert not first & second
    assert first | second | set(fila.publish()) == refs


def test_jobs_that_were_not_handed_over_are_published_later(fila: Fila) -> None:
    ref = fila.add_one()

    async def broker_away(conn: AsyncConnection) -> None:
        await jobs.to_publish(conn, 64)
        raise OSError

    with pytest.raises(Indisponivel):
        fila.do(broker_away)
    assert fila.publish() == [ref]


def test_no_more_than_a_window_of_an_organisation_is_at_the_broker(fila: Fila) -> None:
    organizacao = uuid4()
    refs = [fila.add_one(organizacao) for _ in range(5)]
    assert fila.publish(window=3) == refs[:3], "the oldest first"
    assert fila.publish(window=3) == []
    fila.do(jobs.finish, fila.claim(refs[1]))
    assert fila.publish(window=3) == [refs[3]]
    fila.claim(refs[0])
    assert fila.publish(window=3) == [], "one that is being done is still out"


def test_one_who_has_much_does_not_make_the_others_wait(fila: Fila) -> None:
    large, small = uuid4(), uuid4()
    for _ in range(20):
        fila.add_one(large)
    own = fila.add_one(small)
    assert own in fila.publish(window=4)


def test_where_not_all_can_be_published_each_organisation_has_its_turn(fila: Fila) -> None:
    large, small = uuid4(), uuid4()
    for _ in range(20):
        fila.add_one(large)
    own = fila.add_one(small)
    found = [ref for ref, _ in fila.do(jobs.to_publish, 64, limit=2)]
    assert own in found
    assert len(found) == 2


def test_of_a_long_type_only_so_many_are_out_and_organisations_take_turns(fila: Fila) -> None:
    large, small = uuid4(), uuid4()
    first, second, _ = (fila.add_one(large, "longo") for _ in range(3))
    own, short = fila.add_one(small, "longo"), fila.add_one(large)
    at_once = {"longo": 2}
    found = {ref for ref, _ in fila.do(jobs.to_publish, 64, at_once)}
    assert found == {first, own, short}, "one of each organisation, and what is short"
    assert fila.do(jobs.to_publish, 64, at_once) == []
    fila.do(jobs.finish, fila.claim(own))
    assert [ref for ref, _ in fila.do(jobs.to_publish, 64, at_once)] == [second]


def test_a_type_that_can_wait_is_published_after_all_others_of_its_organisation(
    fila: Fila,
) -> None:
    organizacao = uuid4()
    patient, urgent = fila.add_one(organizacao, "paciente"), fila.add_one(organizacao)
    later = {"later": ("paciente",)}
    assert [ref for ref, _ in fila.do(jobs.to_publish, 1, **later)] == [urgent]
    fila.do(jobs.finish, fila.claim(urgent))
    assert [ref for ref, _ in fila.do(jobs.to_publish, 1, **later)] == [patient]


def test_what_the_broker_forgot_is_published_again(fila: Fila) -> None:
    ref = fila.add_one()
    fila.publish()
    assert fila.do(jobs.forgotten, 5) == 0, "it may still be on its way"
    fila.age(ref, 6)
    assert fila.do(jobs.forgotten, 5) == 1
    assert fila.publish() == [ref]


def test_what_is_being_done_was_not_forgotten(fila: Fila) -> None:
    ref = fila.add_one()
    fila.publish()
    fila.claim(ref)
    fila.age(ref, 600)
    assert fila.do(jobs.forgotten, 5) == 0


def test_a_job_whose_worker_died_is_published_again_with_its_reason(fila: Fila) -> None:
    ref = fila.add_one()
    fila.publish()
    fila.claim(ref, EXPIRED)
    assert fila.do(jobs.expired) == 1
    assert fila.publish() == [ref]
    assert "terminou ou parou" in fila.row(ref).erro


def test_a_worker_that_stands_still_in_its_transaction_does_not_hold_up_the_other_jobs(
    fila: Fila, runner: asyncio.Runner
) -> None:
    stuck, lost = fila.claim(fila.add_one(), EXPIRED), fila.claim(fila.add_one(), EXPIRED)

    async def recover() -> int:
        async with fila.banco.transacao() as worker, fila.banco.transacao() as relay:
            await jobs.finish(worker, stuck)
            return await jobs.expired(relay)

    assert runner.run(recover()) == 1
    assert fila.publish() == [Ref(jobs.dia(lost.trabalho.lote), lost.id)]


def test_a_dead_letter_keeps_its_last_error_and_is_not_work_any_more(fila: Fila) -> None:
    organizacao = uuid4()
    ref = fila.add_one(organizacao)
    fila.do(jobs.release, fila.claim(ref), "MemoryError", after=0)
    fila.do(jobs.bury, fila.claim(ref))
    assert (fila.row(ref).situacao, fila.row(ref).erro) == ("morto", "MemoryError")
    assert fila.do(jobs.claim, ref, LEASE) is None
    assert fila.publish() == []
    assert fila.do(jobs.backlog_age, organizacao) == 0
    assert [(each.situacao, each.quantos) for each in fila.do(jobs.queue)] == [("morto", 1)]


def test_the_backlog_is_as_old_as_its_oldest_unfinished_job(fila: Fila) -> None:
    organizacao, other = uuid4(), uuid4()
    old, new = fila.add_one(organizacao), fila.add_one(organizacao)
    fila.age(old, 1000)
    fila.age(new, 100)
    assert 1000 <= fila.do(jobs.backlog_age, organizacao) < 1100
    assert fila.do(jobs.backlog_age, other) == 0
    fila.do(jobs.finish, fila.claim(old))
    assert 100 <= fila.do(jobs.backlog_age, organizacao) < 200
    fila.do(jobs.finish, fila.claim(new))
    assert fila.do(jobs.backlog_age, organizacao) == 0


def test_the_queue_is_told_by_type_and_state(fila: Fila) -> None:
    fila.add_one()
    fila.claim(fila.add_one())
    fila.do(jobs.finish, fila.claim(fila.add_one()))
    told = {(each.tipo, each.situacao): each.quantos for each in fila.do(jobs.queue)}
    assert told == {("processar", "pendente"): 1, ("processar", "em_curso"): 1}


def test_a_reference_survives_a_message(fila: Fila) -> None:
    ref = fila.add_one()
    assert Ref.parse(str(ref)) == ref


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-28", "2026-11-28/x", "x/6d56ba5b-6cb5-4c0f-9a89-150acdcb1b27"]
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - from the parts
        Ref.parse(text)


def test_the_backlog_of_some_types_is_asked_for_by_itself(fila: Fila) -> None:
    organizacao = uuid4()
    fila.age(fila.add_one(organizacao, "paciente"), 1000)
    fila.age(fila.add_one(organizacao), 100)
    assert 100 <= fila.do(jobs.backlog_age, organizacao, ("processar",)) < 200
