"""Jobs: PostgreSQL is the truth, the broker only carries ids.

A job's row is its own outbox entry: it is written in the transaction that causes the work, and
published while `publicado_em` is empty. A worker claims it with a lease and a fence; effects and
completion commit together, and only for who still holds the fence. A lease that ran out, or a
message that the broker forgot, makes the job pending again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    ScalarSelect,
    Table,
    Text,
    Uuid,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.db import metadata, new_id
from fiscalxml_server.kit.privacy import Base, Titular, lgpd

CHANNEL: Final = "fiscalxml_jobs"
"""notified when a transaction that added jobs commits"""

jobs = Table(
    "jobs",
    metadata,
    Column("dia", Date, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("organizacao", Uuid, nullable=False),
    Column("tipo", Text, nullable=False),
    Column("lote", Uuid, nullable=False),
    Column("bloco", Integer, nullable=False),
    Column("inicio", Integer, nullable=False),
    Column("fim", Integer, nullable=False),
    Column("situacao", Text, nullable=False, server_default="pendente"),
    Column("tentativas", Integer, nullable=False, server_default="0"),
    Column("cerca", Integer, nullable=False, server_default="0"),
    Column("lease_ate", DateTime(timezone=True)),
    Column("disponivel_em", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("publicado_em", DateTime(timezone=True)),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("concluido_em", DateTime(timezone=True)),
    Column("erro", Text),
    Column("traceparent", Text),
    info=lgpd(
        Titular.NINGUEM,
        Base.CONTRATO,
        "Fila de trabalho: só ids",
        "7 dias depois de feito",
        tecnico="id organizacao lote traceparent criado_em concluido_em",
        nenhum=(
            "dia tipo bloco inicio fim situacao tentativas cerca lease_ate disponivel_em "
            "publicado_em erro"
        ),
    ),
)


class Trabalho(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done: entries `inicio` to `fim` (exclusive) of a block of a lote.

    Whatever else is worked off in blocks has its own id in the place of a lote's.
    """

    organizacao: UUID
    tipo: str
    lote: UUID
    bloco: int = 0
    inicio: int = 0
    fim: int = 0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job. `tentativas` counts this one; `cerca` is the fence it was claimed with."""

    id: UUID
    trabalho: Trabalho
    tentativas: int
    cerca: int
    traceparent: str | None


class Ref(msgspec.Struct, frozen=True):
    """What a message carries: where a job's row is."""

    dia: date
    id: UUID

    def __str__(self) -> str:
        return f"{self.dia}/{self.id}"

    @classmethod
    def parse(cls, value: str) -> Ref:
        """The inverse of `str`. Raises ValueError."""
        day, _, ident = value.partition("/")
        return cls(date.fromisoformat(day), UUID(ident))


class LeasePerdido(Exception):
    """Another worker has the job by now: whatever this one did must be rolled back."""


_OPEN = ("pendente", "em_curso")
ESTADOS: Final = (*_OPEN, "morto")
"""of jobs that are not done"""


def dia(uuid7: UUID) -> date:
    """The day (UTC) that a UUIDv7 was made on; a job is kept under the day of its lote."""
    return datetime.fromtimestamp((uuid7.int >> 80) / 1000, UTC).date()


async def add(
    conn: AsyncConnection, trabalhos: Sequence[Trabalho], traceparent: str | None
) -> None:
    """Write jobs in the caller's transaction; a trabalho that has one already is left alone."""
    rows = [
        {"dia": dia(each.lote), "id": new_id(), "traceparent": traceparent}
        | msgspec.structs.asdict(each)
        for each in trabalhos
    ]
    if rows:
        adding = insert(jobs).on_conflict_do_nothing(constraint="jobs_trabalho")
        await conn.execute(adding, rows)
        await conn.execute(text(f"NOTIFY {CHANNEL}"))


# Medida: trabalhos-duraveis
async def claim(conn: AsyncConnection, ref: Ref, lease: float) -> Job | None:
    """The job, ours for `lease` seconds; None when it is done or somebody else has it."""
    free = (jobs.c.situacao == "pendente") | (
        (jobs.c.situacao == "em_curso") & (jobs.c.lease_ate < func.now())
    )
    found = await conn.execute(
        update(jobs)
        .where(jobs.c.dia == ref.dia, jobs.c.id == ref.id, free)
        .values(
            situacao="em_curso",
            tentativas=jobs.c.tentativas + 1,
            cerca=jobs.c.cerca + 1,
            lease_ate=_in(lease),
        )
        .returning(jobs)
    )
    row = found.mappings().one_or_none()
    if row is None:
        return None
    return Job(
        id=row["id"],
        trabalho=Trabalho(**{name: row[name] for name in Trabalho.__struct_fields__}),
        tentativas=row["tentativas"],
        cerca=row["cerca"],
        traceparent=row["traceparent"],
    )


async def finish(conn: AsyncConnection, job: Job, situacao: str = "feito") -> None:
    """Complete a job in the transaction of its effects; call it before them.

    Raises `LeasePerdido`.
    """
    await _held(conn, job, situacao=situacao, lease_ate=None, concluido_em=func.now())


async def progress(conn: AsyncConnection, job: Job, lease: float) -> None:
    """Keep a long job after a part of it, which this transaction commits: attempts begin anew.

    Raises `LeasePerdido`.
    """
    await _held(conn, job, tentativas=1, lease_ate=_in(lease))


async def renew(conn: AsyncConnection, job: Job, lease: float) -> None:
    """Keep a job that works on without anything to commit yet. Raises `LeasePerdido`."""
    await _held(conn, job, lease_ate=_in(lease))


async def release(
    conn: AsyncConnection, job: Job, erro: str, *, after: float, counts: bool = True
) -> None:
    """Give a job back after an error, to be taken again in `after` seconds.

    `counts`: whether the attempt speaks against the job; not so when a server was away.
    Raises `LeasePerdido`.
    """
    await _held(
        conn,
        job,
        situacao="pendente",
        lease_ate=None,
        publicado_em=None,
        erro=erro,
        tentativas=job.tentativas if counts else job.tentativas - 1,
        disponivel_em=_in(after),
    )


async def bury(conn: AsyncConnection, job: Job) -> None:
    """Make a dead letter of a job, in the transaction that records its failure.

    Its last error stays with it. Raises `LeasePerdido`.
    """
    await finish(conn, job, "morto")


async def backlog_age(
    conn: AsyncConnection, organizacao: UUID, tipos: Collection[str] | None = None
) -> float:
    """Seconds since an organisation's oldest unfinished job was written; 0 without one.

    `tipos`: only of these types.
    """
    oldest = select(func.min(jobs.c.criado_em)).where(
        jobs.c.organizacao == organizacao, jobs.c.situacao.in_(_OPEN)
    )
    if tipos is not None:
        oldest = oldest.where(jobs.c.tipo.in_(tipos))
    age = select(func.extract("epoch", func.now() - oldest.scalar_subquery()))
    return float((await conn.execute(age)).scalar() or 0)


async def to_publish(
    conn: AsyncConnection,
    window: int,
    at_once: Mapping[str, int] | None = None,
    later: Collection[str] = (),
    limit: int = 500,
) -> list[tuple[Ref, str]]:
    """Jobs (and their type) to hand to the broker, marked as published by this transaction.

    Oldest first, and of each organisation no more than `window` at the broker at a time, so that
    one with a million documents does not make the others wait. `at_once`: of these types no more
    than so many in all, since long jobs could take every worker; organisations take turns.
    `later`: types that wait for all others of their organisation.
    """
    is_out = jobs.c.situacao.in_(_OPEN) & jobs.c.publicado_em.is_not(None)
    out = (
        select(jobs.c.organizacao, func.count().label("n"))
        .where(is_out)
        .group_by(jobs.c.organizacao)
        .subquery()
    )
    place = func.row_number().over(
        partition_by=jobs.c.organizacao, order_by=(jobs.c.tipo.in_(later), jobs.c.id)
    )
    waiting = (
        select(jobs.c.dia, jobs.c.id, jobs.c.organizacao, jobs.c.tipo, place.label("place"))
        .where(
            jobs.c.situacao == "pendente",
            jobs.c.publicado_em.is_(None),
            jobs.c.disponivel_em <= func.now(),
        )
        .subquery()
    )
    turn = func.row_number().over(
        partition_by=waiting.c.tipo, order_by=(waiting.c.place, waiting.c.id)
    )
    ranked = (
        select(waiting, turn.label("turn"))
        .outerjoin(out, out.c.organizacao == waiting.c.organizacao)
        .where(waiting.c.place <= window - func.coalesce(out.c.n, 0))
        .subquery()
    )
    free = [
        (ranked.c.tipo != tipo) | (ranked.c.turn <= most - _count_of(tipo, is_out))
        for tipo, most in (at_once or {}).items()
    ]
    chosen = (
        select(ranked.c.dia, ranked.c.id)
        .where(*free)
        .order_by(ranked.c.place)
        .limit(limit)
        .subquery()
    )
    locked = (
        select(jobs.c.dia, jobs.c.id)
        .join(chosen, (jobs.c.dia == chosen.c.dia) & (jobs.c.id == chosen.c.id))
        .where(jobs.c.publicado_em.is_(None), jobs.c.situacao == "pendente")
        .with_for_update(skip_locked=True, of=jobs)
        .subquery()
    )
    rows = await conn.execute(
        update(jobs)
        .where(jobs.c.dia == locked.c.dia, jobs.c.id == locked.c.id)
        .values(publicado_em=func.now())
        .returning(jobs.c.dia, jobs.c.id, jobs.c.tipo)
    )
    return sorted(((Ref(row.dia, row.id), row.tipo) for row in rows), key=lambda found: found[0].id)


async def expired(conn: AsyncConnection) -> int:
    """Make jobs pending again whose worker let the lease run out. Returns how many."""
    return await _again(
        conn,
        (jobs.c.situacao == "em_curso") & (jobs.c.lease_ate < func.now()),
        erro="o processo que trabalhava nele terminou ou parou",
    )


async def forgotten(conn: AsyncConnection, after: float) -> int:
    """Publish again what was handed to the broker `after` seconds ago and nobody claimed."""
    return await _again(
        conn, (jobs.c.situacao == "pendente") & (jobs.c.publicado_em < func.now() - _seconds(after))
    )


class Fila(msgspec.Struct, frozen=True):
    """How much waits. `idade`: seconds, of the oldest."""

    tipo: str
    situacao: str
    quantos: int
    idade: float


async def queue(conn: AsyncConnection) -> list[Fila]:
    """Unfinished jobs and dead letters, by type."""
    age = func.extract("epoch", func.now() - func.min(jobs.c.criado_em))
    rows = await conn.execute(
        select(jobs.c.tipo, jobs.c.situacao, func.count(), age)
        .where(jobs.c.situacao.in_(ESTADOS))
        .group_by(jobs.c.tipo, jobs.c.situacao)
    )
    return [Fila(tipo, situacao, quantos, float(idade)) for tipo, situacao, quantos, idade in rows]


def _count_of(tipo: str, which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(jobs.c.tipo == tipo, which).scalar_subquery()


async def _held(conn: AsyncConnection, job: Job, **values: object) -> None:
    done = await conn.execute(
        update(jobs)
        .where(
            jobs.c.dia == dia(job.trabalho.lote),
            jobs.c.id == job.id,
            jobs.c.cerca == job.cerca,
            jobs.c.situacao == "em_curso",
        )
        .values(**values)
    )
    if done.rowcount != 1:
        raise LeasePerdido(job.id)


async def _again(conn: AsyncConnection, which: ColumnElement[bool], **values: object) -> int:
    again = {"situacao": "pendente", "publicado_em": None, "lease_ate": None}
    # One that is locked is being finished, or its worker was stopped: the others do not wait.
    found = select(jobs.c.dia, jobs.c.id).where(which).with_for_update(skip_locked=True).subquery()
    done = await conn.execute(
        update(jobs)
        .where(jobs.c.dia == found.c.dia, jobs.c.id == found.c.id)
        .values(**again | values)
    )
    if done.rowcount:
        await conn.execute(text(f"NOTIFY {CHANNEL}"))
    return done.rowcount


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def _in(seconds: float) -> ColumnElement[datetime]:
    return func.now() + _seconds(seconds)
