"""How soon and how fast webhooks are delivered, and what a dead receiver costs the others.

`PYTHONPATH=tests .venv/bin/python -m benchmarks.webhooks`: a PostgreSQL as in production (durable),
the processes that deliver, and a receiver, all on this machine. Prints its figures.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID, uuid4

from benchmarks import machine
from benchmarks.processes import role_seconds
from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.types import Lote
from fiscalxml_server.stack.database import prepare
from fiscalxml_server.stack.postgres import LOCAL, Postgres
from ports import free_port
from services.servers.postgres import Servidor, migrate, new_database
from services.servers.running import running
from services.webhooks.entregador.central import LOCAL as RECEIVERS_HERE
from services.webhooks.entregador.central import start_process
from services.webhooks.portal import Casa, Portal

HOUSES: Final = 100
"""organisations, each with a subscription"""
BEHIND: Final = 50_000
"""deliveries behind the dead receiver"""
ROLES: Final = {
    "fiscalxml_server.webhooks.entregador": "entregador",
    "benchmarks.webhook_receiver": "receiver",
    "postgres": "postgresql",
}
"""a word in the command line of a process -> whose time it takes"""
_STALL: Final = 120.0


def main() -> None:
    """Measure, and print."""
    options = _options()
    print(machine.description(), flush=True)
    with TemporaryDirectory() as root:
        folder = Path(root)
        folder.chmod(0o755)
        postgres = Postgres(folder / "postgres", LOCAL)
        postgres.install(sync=False)
        with running(postgres.papel(), folder / "postgres.log", postgres.accepts) as pid:
            servidor = Servidor(postgres, pid)
            asyncio.run(prepare(servidor.admin_url(), "vazio"))
            model = migrate(servidor, dict(os.environ))
            for measure in (_delay, _throughput, _beside_the_dead):
                if not options.only or options.only in measure.__name__:
                    with new_database(servidor, model) as url:
                        measure(Bench(url, folder, options.rate), options)
        postgres.clean()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webhooks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="of the steady rate")
    parser.add_argument("--rate", type=int, default=200, help="notificações a second")
    parser.add_argument("--deliveries", type=int, default=40_000, help="of the throughput")
    parser.add_argument("--only", default="", help="delay, throughput or dead")
    return parser.parse_args()


class Bench:
    """The Webhook Service on a database, and a receiver."""

    def __init__(self, url: str, folder: Path, rate: int) -> None:
        self.rate = rate
        self.folder = folder / uuid4().hex
        self.folder.mkdir()
        self.port = free_port()
        self.came = self.folder / "came.txt"
        self.came.touch()
        self.portal = Portal(url, self.folder, database_pool=16, **RECEIVERS_HERE)

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """The receiver is there."""
        command = [sys.executable, "-m", "benchmarks.webhook_receiver"]
        process = subprocess.Popen([*command, str(self.port), str(self.came)])  # noqa: S603
        try:
            yield
        finally:
            process.terminate()
            process.wait()

    @contextmanager
    def delivering(self, processes: int) -> Iterator[None]:
        """So many processes deliver."""
        started = [start_process(self.portal, self.folder) for _ in range(processes)]
        try:
            yield
        finally:
            for each in started:
                each.terminate()
            for each in started:
                each.wait()

    def houses(self, count: int, path: str = "/") -> list[Casa]:
        """New organisations that subscribe."""
        houses = [self.portal.casa() for _ in range(count)]
        for casa in houses:
            casa.new(url=f"http://127.0.0.1:{self.port}{path}")
        return houses

    def arrivals(self) -> dict[str, float]:
        """lote -> when it came first."""
        came: dict[str, float] = {}
        for line in self.came.read_text().splitlines():
            when, lote = line.split()
            came.setdefault(lote, float(when))
        return came

    def wait_for(self, count: int) -> dict[str, float]:
        """Until so many have come."""
        deadline = time.monotonic() + _STALL
        while len(came := self.arrivals()) < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(came)} of {count} came")
            time.sleep(0.5)
        return came

    def queue(self, casa: Casa, count: int) -> None:
        """Have so many told, a thousand in a transaction."""
        for first in range(0, count, 1000):
            casa.publish(*(told(uuid4()) for _ in range(min(1000, count - first))))

    def steadily(self, houses: Sequence[Casa], seconds: float) -> list[float]:
        """Tell one after the other at the rate; gives seconds from commit to arrival, in order."""
        before = len(self.arrivals())
        committed = self.portal.run(self._steadily(houses, seconds))
        came = self.wait_for(before + len(committed))
        return sorted(came[lote] - when for lote, when in committed.items())

    async def _steadily(self, houses: Sequence[Casa], seconds: float) -> dict[str, float]:
        committed: dict[str, float] = {}
        banco = self.portal.recursos.banco

        async def tell(casa: Casa) -> None:
            lote = uuid4()
            async with banco.transacao(casa.id) as conn:
                await publish(conn, casa.id, lambda: [told(lote)])
            committed[str(lote)] = time.time()

        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(int(self.rate * seconds)):
                await asyncio.sleep(max(0.0, began + number / self.rate - time.monotonic()))
                group.create_task(tell(houses[number % len(houses)]))
        return committed


def told(lote: UUID) -> Notificacao:
    """A lote that came to its end."""
    dados = Lote(lote=lote, situacao="concluido", link=f"/v1/lotes/{lote}")
    return Notificacao(tipo=Tipo.LOTE_CONCLUIDO, alvo=f"lote:{lote}", dados=dados)


def _delay(bench: Bench, options: argparse.Namespace) -> None:
    houses = bench.houses(HOUSES)
    with bench.receiving(), bench.delivering(1):
        bench.steadily(houses, 3)  # warm
        _tell(f"commit to first attempt, {bench.rate}/s", bench.steadily(houses, options.seconds))
    bench.portal.close()


def _throughput(bench: Bench, options: argparse.Namespace) -> None:
    houses, done = bench.houses(HOUSES), 0
    for processes in (1, 2):
        for casa in houses:
            bench.queue(casa, options.deliveries // HOUSES)
        with bench.receiving(), bench.delivering(processes):
            done += options.deliveries
            before = role_seconds(os.getpid(), ROLES)
            times = sorted(bench.wait_for(done).values())[-options.deliveries :]
            after = role_seconds(os.getpid(), ROLES)
        rate = len(times) / (times[-1] - times[0])
        spent = ", ".join(
            f"{role} {1e6 * (after[role] - before.get(role, 0)) / len(times):.0f} µs"
            for role in sorted(after)
        )
        print(f"{processes} processes: {rate:.0f} deliveries/s; CPU of each: {spent}", flush=True)
    bench.portal.close()


def _beside_the_dead(bench: Bench, options: argparse.Namespace) -> None:
    houses = bench.houses(HOUSES - 1)
    with bench.receiving(), bench.delivering(1):
        bench.steadily(houses, 3)  # warm
        _tell("without a dead one", bench.steadily(houses, options.seconds))
        (dead,) = bench.houses(1, "/morto")
        bench.queue(dead, BEHIND)
        _tell("while it is found dead", bench.steadily(houses, options.seconds))
        _tell("beside a dead one", bench.steadily(houses, options.seconds))
        _tell("again", bench.steadily(houses, options.seconds))
    bench.portal.close()


def _tell(what: str, taken: Sequence[float]) -> None:
    p50, p99 = (1000 * taken[int(len(taken) * share)] for share in (0.5, 0.99))
    print(f"{what}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, most {1000 * taken[-1]:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
