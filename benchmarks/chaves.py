"""What an API key costs the Auth Service: to be made, and to be told of to another service.

`PYTHONPATH=tests .venv/bin/python -m benchmarks.chaves`: one process of the service on a durable
PostgreSQL, asked over HTTP. A service asks about a key once in four seconds, and not for each
request that brings it.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx2
import msgspec

from benchmarks.processes import role_seconds
from benchmarks.search_page import p50, p95
from fiscalxml_server.auth.introspeccao.service import introspect
from fiscalxml_server.kit.api_keys import new_key, parse
from fiscalxml_server.kit.service_identity import Identidade
from fiscalxml_server.stack.database import prepare
from fiscalxml_server.stack.postgres import LOCAL, Postgres
from services.auth.chaves.casa import Casa
from services.auth.portal import Portal
from services.servers.postgres import Servidor, migrate
from services.servers.running import running
from services.servers.valkey import start_valkey
from services.telemetry.processes import Server, application

_KEYS: Final = 200
_AT_ONCE: Final = (1, 16)
_ASKED: Final = 4_000
_ASK: Final = "/interno/introspeccao"
_TARGET: Final = "fiscalxml_server.auth.app:create_app"
_ROUNDS: Final = 5


def main() -> None:
    """Print microseconds of the parts, then questions and keys a second."""
    with TemporaryDirectory() as root, start_valkey(Path(root) / "valkey") as valkey:
        folder = Path(root)
        postgres = Postgres(folder / "postgres", LOCAL)
        postgres.install(sync=False)
        with running(postgres.papel(), folder / "postgres.log", postgres.accepts) as pid:
            servidor = Servidor(postgres, pid)
            asyncio.run(prepare(servidor.admin_url(), "vazio"))
            url = servidor.owner_url(migrate(servidor, dict(os.environ)))
            portal = Portal(url, valkey, folder, api_keys_per_organization=1_000_000)
            _measure_parts(portal)
            with application(_TARGET, folder, {**portal.values, "database_pool": 8}) as server:
                _measure_service(portal, server)
            portal.close()
        postgres.clean()


def _measure_parts(portal: Portal) -> None:
    chave = Casa(portal).new()["chave"]
    segredos = portal.recursos.segredos
    parts: dict[str, Callable[[], object]] = {
        "to make a text": lambda: new_key(teste=False),
        "to refuse a text by its shape": lambda: parse(chave[:-1]),
        "to take a text apart": lambda: parse(chave),
        "the keyed hash": lambda: segredos.digest(b"chave de api", chave.encode()),
    }
    for name, work in parts.items():
        print(f"{name}: {_best(work, 2_000):.1f} µs")

    async def ask() -> None:
        for _ in range(500):
            await introspect(portal.recursos, chave)

    print(f"to look it up and judge it: {_best(lambda: portal.run(ask()), 1) / 500:.0f} µs of CPU")


def _best(work: Callable[[], object], times: int) -> float:
    """Microseconds of CPU of this process, in the best of some rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times)
    return min(rounds) * 1e6


def _measure_service(portal: Portal, server: Server) -> None:
    casa = Casa(portal)
    token, body = casa.token(), msgspec.json.encode({"nome": "ERP", "escopos": ["validar"]})
    made: list[str] = []

    async def make(client: httpx2.AsyncClient, _: int) -> None:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = await client.post("/v1/chaves-api", content=body, headers=headers)
        made.append(answer.raise_for_status().json()["chave"])

    print(_line("keys made", 1, *asyncio.run(_times(server, make, _KEYS, 1))))
    folder = portal.values["services_file"].parent
    identidade = Identidade.read(folder / "api.jwk", portal.recursos.settings.auth_issuer)

    async def ask(client: httpx2.AsyncClient, number: int) -> None:
        headers = {
            "Authorization": f"Bearer {identidade.assertion(_ASK)}",
            "Content-Type": "application/json",
        }
        content = msgspec.json.encode({"chave": made[number % len(made)]})
        answer = await client.post(_ASK, content=content, headers=headers)
        assert answer.raise_for_status().json()["ativa"]  # noqa: S101 - a figure of errors is none

    asyncio.run(_times(server, ask, 500, 8))  # warm
    for at_once in _AT_ONCE:
        taken = asyncio.run(_times(server, ask, _ASKED, at_once))
        print(_line("questions", at_once, *taken))


async def _times(
    server: Server,
    work: Callable[[httpx2.AsyncClient, int], Awaitable[None]],
    times: int,
    at_once: int,
) -> tuple[list[float], float, float]:
    """Seconds of each, of all, and of the service's CPU."""
    taken: list[float] = []
    numbers = iter(range(times))
    async with httpx2.AsyncClient(base_url=server.url(""), timeout=30) as client:

        async def one() -> None:
            for number in numbers:
                began = time.perf_counter()
                await work(client, number)
                taken.append(time.perf_counter() - began)

        cpu, began = _cpu(server), time.perf_counter()
        await asyncio.gather(*(one() for _ in range(at_once)))
        return taken, time.perf_counter() - began, _cpu(server) - cpu


def _cpu(server: Server) -> float:
    return role_seconds(server.process.pid, {"serving": "auth"})["auth"]


def _line(name: str, at_once: int, taken: list[float], seconds: float, cpu: float) -> str:
    return (
        f"{name}, {at_once} at once: {len(taken) / seconds:.0f}/s,"
        f" {cpu / len(taken) * 1e6:.0f} µs of CPU each,"
        f" {p50(taken):.1f} ms (p95 {p95(taken):.1f})"
    )


if __name__ == "__main__":
    main()
