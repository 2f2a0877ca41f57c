"""`make drill-borda`: the whole corpus and all attacks through the edge, and what it costs.

Latencies and CPU are of the same requests, in turns: to the API, through an edge that looks into
nothing, and through the edge.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles

import httpx2

from factory.documents import build

from .ataques import listed
from .borda import NAME, Borda, children, running
from .frente import Frente, standing
from .legitimos import corpus, generated, samples
from .test_ataques import faults
from .test_legitimo import blocked

ROUNDS = 5
EACH = 100
TOGETHER = 16
SECONDS = 2
_TICKS = os.sysconf("SC_CLK_TCK")
_POST = """wrk.method = "POST"
wrk.headers["Content-Type"] = "application/xml"
wrk.headers["Host"] = "{host}"
wrk.headers["Authorization"] = "Bearer {chave}"
local file = io.open("{body}", "rb")
wrk.body = file:read("*a")
"""


def main() -> int:
    """1 where an attack was let in or a document was not."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        frente = stack.enter_context(standing(folder))
        _say(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs")
        stopped = _documents(frente)
        let_in = _attacks(frente)
        _costs(stack, frente, folder)
    return 1 if stopped or let_in else 0


def _say(words: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M} {words}\n")
    sys.stdout.flush()


def _documents(frente: Frente) -> list[str]:
    files = [*corpus(), *samples(), *generated()]
    began = time.monotonic()
    stopped = blocked(frente, files)
    seconds = time.monotonic() - began
    _say(f"{len(files)} documents in {seconds:.0f} s, {len(stopped)} blocked {stopped or ''}")
    return stopped


def _attacks(frente: Frente) -> list[str]:
    ataques = listed(frente.servico.chave)
    by_service = sum(each.recusa == "servico" for each in ataques)
    let_in = faults(frente)
    _say(
        f"{len(ataques)} attacks, {len(let_in)} not refused as said; {by_service} by the service "
        + "\n".join(let_in)
    )
    return let_in


def _costs(stack: ExitStack, frente: Frente, folder: Path) -> None:
    bare = stack.enter_context(_bare(folder / "sem", f"127.0.0.1:{frente.api.port}"))
    xml = build("nfe")
    headers = {
        "Authorization": f"Bearer {frente.servico.chave}",
        "Content-Type": "application/xml",
    }
    clients = {
        "API": (httpx2.Client(base_url=frente.api.url(""), timeout=60), None),
        "edge, nothing looked into": (bare.client(), bare),
        "edge": (frente.borda.client(), frente.borda),
    }
    api = frente.api.process.pid
    _before_others([0, api, *children(api), *bare.workers(), *frente.borda.workers()])
    seconds: dict[str, list[float]] = {name: [] for name in clients}
    cpu = dict.fromkeys(clients, 0.0)
    for _ in range(ROUNDS):
        for name, (client, borda) in clients.items():
            before = _cpu(borda)
            ask = partial(client.post, "/v1/validacoes", content=xml, headers=headers)
            seconds[name] += _times(ask)
            cpu[name] += _cpu(borda) - before
    for name, taken in seconds.items():
        cuts = quantiles(taken, n=100)
        _say(
            f"{name}: {len(xml)} bytes, {len(taken)} requests one after the other, "
            f"p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms, "
            f"nginx {cpu[name] / len(taken) * 1000:.2f} ms of CPU"
        )
    _rates({name: str(client.base_url) for name, (client, _) in clients.items()}, frente, xml)


def _before_others(pids: Iterable[int]) -> None:
    """Runs these before whatever else the machine does, so that waiting for it is not measured."""
    try:
        for pid in pids:
            os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(1))
    except OSError:
        _say("latencies include waiting for other processes: no right to run before them")


def _rates(bases: dict[str, str], frente: Frente, xml: bytes) -> None:
    program = shutil.which("wrk")
    if program is None:
        _say("no wrk on this machine: no rate")
        return
    folder = frente.borda.folder
    (folder / "nota.xml").write_bytes(xml)
    script = folder / "post.lua"
    script.write_text(_POST.format(host=NAME, chave=frente.servico.chave, body=folder / "nota.xml"))
    for name, base in bases.items():
        command = [program, "-t1", f"-c{TOGETHER}", f"-d{SECONDS}s", "-s", str(script)]
        told = subprocess.run(
            [*command, f"{base.rstrip('/')}/v1/validacoes"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        wrong = re.findall(r"Non-2xx.*", told)
        rate = re.findall(r"Requests/sec: +([\d.]+)", told)[0]
        _say(f"{name}: {TOGETHER} connections, {rate} requests/s {wrong or ''}")


def _bare(folder: Path, upstream: str) -> AbstractContextManager[Borda]:
    folder.mkdir()
    return running(folder, upstream, looked_into=False)


def _times(ask: Callable[[], httpx2.Response]) -> list[float]:
    taken = []
    for _ in range(EACH):
        began = time.perf_counter()
        assert ask().status_code == 200
        taken.append(time.perf_counter() - began)
    return taken


def _cpu(borda: Borda | None) -> float:
    """Seconds that an edge's workers have used."""
    if borda is None:
        return 0
    used = 0
    for child in borda.workers():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / _TICKS


if __name__ == "__main__":
    sys.exit(main())
