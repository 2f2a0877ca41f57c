"""`PYTHONPATH=tests python -m benchmarks.logins`: what signing in takes, and what a storm of it
does to the API beside it.

The Auth Service and the API are processes of their own on this machine, as is everything that they
stand on; what sends the requests is one more.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

from benchmarks import machine
from benchmarks.processes import role_seconds
from fiscalxml_server.stack import commands
from fiscalxml_server.stack.papel import Papel
from ports import free_port
from services.auth.accounts import SENHA, Gente, new_address, new_owner
from services.auth.portal import Portal
from services.servers.postgres import migrate, new_database, start_postgres
from services.servers.running import running, server_folder
from services.servers.valkey import start_valkey

_PEOPLE: Final = 60
_LOGINS: Final = 100
_SECONDS: Final = 10.0
_API_RATE: Final = 40.0  # requests a second
_STORM_RATE: Final = 80.0  # logins a second, some four times what one core hashes
_ASKED: Final = "/v1/lotes"


@dataclass(frozen=True)
class Servico:
    """A process that answers, with its children."""

    url: str
    pid: int

    def processor(self) -> float:
        """Seconds that they have had so far."""
        return role_seconds(self.pid, {"serving": "it"})["it"]


@dataclass
class Tempos:
    """Answers by their status, with their seconds."""

    by_status: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """of those that were let through"""
    processor: float = 0.0
    """seconds of the process that answered, for each request"""

    def line(self) -> str:
        """In one line, in milliseconds."""
        parts = statistics.quantiles(self.seconds, n=100, method="inclusive")
        p50, p95, p99 = (parts[at - 1] * 1000 for at in (50, 95, 99))
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.by_status.items()))
        return (
            f"p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms  processor "
            f"{self.processor * 1000:5.1f} ms  ({told})"
        )


def main() -> None:
    """The figures, printed."""
    print(machine.description())
    with _services() as (auth, api, people):
        asyncio.run(_measure(auth, api, people))


async def _measure(auth: Servico, api: Servico, people: list[Gente]) -> None:
    # A client for each: who waits for a login must not keep the API's requests waiting.
    async with _client() as of_auth, _client() as of_api:

        async def login(number: int) -> httpx2.Response:
            asked = {"email": people[number % len(people)].email, "senha": SENHA}
            headers = {"X-Forwarded-For": new_address()}
            return await of_auth.post(f"{auth.url}/v1/sessoes", json=asked, headers=headers)

        token = (await login(0)).json()["acesso"]

        async def ask(_: int) -> httpx2.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return await of_api.get(f"{api.url}{_ASKED}", headers=headers)

        alone = await _one_by_one(auth, login)
        calm = await _at_rate(api, ask, _API_RATE)
        during, storm = await asyncio.gather(
            _at_rate(api, ask, _API_RATE), _at_rate(auth, login, _STORM_RATE)
        )
    for name, tempos in (
        ("logins, one after the other", alone),
        (f"API, {_API_RATE:.0f}/s", calm),
        (f"API, {_API_RATE:.0f}/s, in a storm of logins", during),
        (f"the storm, {_STORM_RATE:.0f} logins/s", storm),
    ):
        print(f"{name:34}{tempos.line()}")


async def _one_by_one(papel: Servico, send: Callable[[int], Awaitable[httpx2.Response]]) -> Tempos:
    tempos, before = Tempos(), papel.processor()
    for number in range(_LOGINS):
        await _timed(send, number, tempos)
    tempos.processor = (papel.processor() - before) / _LOGINS
    return tempos


def _client() -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx2.AsyncClient(trust_env=False, timeout=60, limits=limits)


async def _at_rate(
    papel: Servico, send: Callable[[int], Awaitable[httpx2.Response]], rate: float
) -> Tempos:
    """Requests leave when they are due, whether or not answers come."""
    tempos, before, start = Tempos(), papel.processor(), time.perf_counter()
    tasks = []
    for number in range(int(rate * _SECONDS)):
        await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(_timed(send, number, tempos)))
    await asyncio.gather(*tasks)
    tempos.processor = (papel.processor() - before) / len(tasks)
    return tempos


async def _timed(
    send: Callable[[int], Awaitable[httpx2.Response]], number: int, tempos: Tempos
) -> None:
    begun = time.perf_counter()
    answer = await send(number)
    tempos.by_status[answer.status_code] += 1
    if answer.status_code < 300:
        tempos.seconds.append(time.perf_counter() - begun)


@contextmanager
def _services() -> Iterator[tuple[Servico, Servico, list[Gente]]]:
    """Auth, the API, and people who have accounts."""
    with ExitStack() as stack:
        folder = stack.enter_context(server_folder())
        (folder / "auth").mkdir()
        servidor = stack.enter_context(start_postgres(folder))
        valkey = stack.enter_context(start_valkey(folder))
        banco = stack.enter_context(new_database(servidor, migrate(servidor, {})))
        portal = Portal(banco, valkey, folder / "auth", trusted_proxies=1)
        stack.callback(portal.close)
        people = [new_owner(portal) for _ in range(_PEOPLE)]
        ports = free_port(), free_port()
        auth, api = (
            Servico(
                f"http://127.0.0.1:{porta}",
                stack.enter_context(
                    running(_granian(nome, porta, values), folder / f"{nome}.log", _ready(porta))
                ),
            )
            for nome, porta, values in (
                ("auth", ports[0], portal.values),
                ("api", ports[1], _of_api(portal, folder, ports[0])),
            )
        )
        yield auth, api, people


def _of_api(portal: Portal, folder: Path, auth: int) -> dict[str, Any]:
    (folder / "mestra.key").write_text(secrets.token_hex(32))
    return {
        "database_url": portal.values["database_url"],
        "database_role": "fiscalxml_api",
        "limits_url": portal.values["limits_url"],
        "broker_url": portal.values["limits_url"],
        "objects_url": (folder / "objetos").as_uri(),
        "keys_url": (folder / "chaves").as_uri(),
        "master_key_file": folder / "mestra.key",
        "auth_url": f"http://127.0.0.1:{auth}",
        "service_key_file": portal.values["services_file"].parent / "api.jwk",
    }


def _granian(nome: str, porta: int, values: dict[str, Any]) -> Papel:
    return Papel(
        nome=nome,
        argv=commands.web(nome, porta, 1),
        env={f"FISCALXML_{name.upper()}": str(value) for name, value in values.items()},
    )


def _ready(porta: int) -> Callable[[], Any]:
    async def ready() -> bool:
        try:
            async with httpx2.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"http://127.0.0.1:{porta}/pronto", timeout=2)
        except httpx2.HTTPError:
            return False
        return answer.status_code == 200

    return ready


if __name__ == "__main__":
    main()
