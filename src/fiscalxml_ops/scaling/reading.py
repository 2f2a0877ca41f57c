"""What there is to do, read from where it is known: jobs in PostgreSQL, tasks at ECS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fiscalxml_ops.scaling.pressure import Work
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.jobs import Fila

Count = Callable[[], Coroutine[Any, Any, int]]
"""how many tasks of the worker run"""


@dataclass(frozen=True)
class Backlog:
    """Jobs that another worker would take, seconds since the oldest was written, jobs at work."""

    depth: int
    age: float
    running: int


def backlog(filas: Iterable[Fila], windows: Mapping[str, int], later: Collection[str]) -> Backlog:
    """Of the queues as `kit.jobs.queue` gives them.

    `windows`: of these types only so many are out at a time, so that more workers would not take
    more of them. `later`: types that use what there is, and ask for nothing.
    """
    of = {(each.tipo, each.situacao): each for each in filas if each.tipo not in later}
    depth, age = 0, 0.0
    for (tipo, situacao), waiting in of.items():
        if situacao != "pendente":
            continue
        takes = waiting.quantos
        if tipo in windows:
            at_work = of.get((tipo, "em_curso"))
            takes = min(takes, max(0, windows[tipo] - (at_work.quantos if at_work else 0)))
        if takes:
            depth += takes
            age = max(age, waiting.idade)
    running = sum(each.quantos for (_, situacao), each in of.items() if situacao == "em_curso")
    return Backlog(depth, age, running)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """`processes`: of each task of the worker."""

    banco: Banco
    workers: Count
    processes: int
    windows: Mapping[str, int]
    later: Collection[str]

    async def work(self) -> Work:
        """As it is now. Raises what the database and ECS do."""
        workers = await self.workers()
        async with self.banco.transacao() as conn:
            found = backlog(await jobs.queue(conn), self.windows, self.later)
        return Work(
            depth=found.depth,
            age=found.age,
            running=found.running,
            workers=workers,
            processes=self.processes,
        )


class ServicoAusente(LookupError):
    """ECS knows no such service: what is asked for is set wrongly."""


def of_service(client: Any, cluster: str, service: str) -> Count:
    """The running tasks of a service, of all its revisions; `client` is boto3's for ECS."""

    def ask() -> int:
        answer = client.describe_services(cluster=cluster, services=[service])
        found = answer["services"]
        if not found:
            msg = f"o cluster {cluster} não tem o serviço {service}"
            raise ServicoAusente(msg)
        return int(found[0]["runningCount"])

    async def count() -> int:
        return await asyncio.to_thread(ask)

    return count


def always(number: int) -> Count:
    """So many, where nobody can be asked."""

    async def count() -> int:
        return number

    return count
