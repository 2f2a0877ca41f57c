"""One journey through the whole system, as a gateway begins it: what it leaves in traces and logs.

Seeds of people and of credentials (`seeds`) are put into all that a caller reaches.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Any, Final

import httpx2
from opentelemetry.proto.trace.v1.trace_pb2 import Span

import seeds
from factory import build
from fiscalxml_ops.logs.searches import SLOW_NANOSECONDS
from fiscalxml_server.kit.api_keys import new_key
from services.chaos.system import Sistema, start_system
from services.servico import zipped
from services.telemetry.processes import eventually
from services.telemetry.receiver import Receiver, receiving
from services.webhooks.entregador.receptor import Chegada, Receptor, Resposta

from .gateway import gateway

LOTES: Final = 2
PROCESSES: Final = ("api", "auth", "webhooks", "entregador", "worker", "relay")
_DOOR: Final = "/avisos"
_LIMIT: Final = 60.0
_PAUSE: Final = 0.2


@dataclass(frozen=True)
class Percurso:
    """What came of it. `traces`: of the lotes; a real gateway began the first."""

    traces: list[str]
    refused: str
    """the trace of a request whose credential the Auth Service was asked about"""
    spans: list[Span]
    chegadas: list[Chegada]
    children: list[set[int]]
    """processes of the worker, before and after"""
    logs: Path

    def of(self, trace: str) -> list[Span]:
        """The spans of a trace."""
        return [span for span in self.spans if span.trace_id.hex() == trace]

    def lines(self) -> list[dict[str, Any]]:
        """All that services told."""
        texts = [file.read_text() for file in sorted(self.logs.glob("*.log"))]
        told = [line for text in texts for line in text.splitlines() if line.startswith("{")]
        return [json.loads(line) for line in told]


def gateway_header(*, sampled: bool = True) -> tuple[str, dict[str, str]]:
    """A new trace, and what Kong sends of it (W3C Trace Context)."""
    trace = secrets.token_hex(16)
    return trace, {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-0{sampled:d}"}


@contextmanager
def journey(folder: Path) -> Iterator[Percurso]:
    """The whole of it; the system has ended when the block begins."""
    receptor = Receptor()
    receptor.answer(_DOOR, lambda each: Resposta(500 if each.numero == 1 else 204))
    try:
        with receiving() as receiver:
            settings = {
                "FISCALXML_OTLP_ENDPOINT": receiver.endpoint,
                "FISCALXML_TRACE_RATIO": "0",
                "FISCALXML_WEBHOOKS_SCHEDULE_SECONDS": "[0.1, 0.2]",
                "OTEL_BSP_SCHEDULE_DELAY": "200",
            }
            program = "ops.rastros.recycling"
            with (
                start_system(settings=settings, program=program) as sistema,
                gateway(folder, sistema.base) as front,
            ):
                walked = _walk(sistema, front, receiver, receptor)
                shutil.copytree(sistema.logs, folder / "logs")
            yield Percurso(
                *walked[:2],
                spans=receiver.spans,
                chegadas=receptor.at(_DOOR)[: LOTES + 1],
                children=walked[2],
                logs=folder / "logs",
            )
    finally:
        receptor.close()


def _walk(
    sistema: Sistema, front: str, receiver: Receiver, receptor: Receptor
) -> tuple[list[str], str, list[set[int]]]:
    headers = {"Authorization": f"Bearer {sistema.chave}"}
    with httpx2.Client(headers=headers, timeout=30, trust_env=False) as client:
        subscribed = client.post(
            f"{sistema.base_webhooks}/v1/webhooks",
            json={"url": receptor.url(_DOOR), "tipos": ["lote.concluido"]},
        )
        assert subscribed.status_code == 201, subscribed.text
        before = _children(sistema)
        traces = [_send_through(client, sistema, front), _send(client, sistema)]
        receptor.wait(_DOOR, LOTES + 1)
        refused = _ask_with_a_key_that_nobody_knows(client, sistema)
        _be_careless(client, sistema)
        _damage_what_is_stored(client, sistema)
        _take_the_servers_away(client, sistema)
        eventually(lambda: _whole(receiver, traces, refused), _LIMIT)
        return traces, refused, [before, _children(sistema)]


def _send_through(client: httpx2.Client, sistema: Sistema, front: str) -> str:
    """A lote by way of a gateway; the trace that it began is what the API calls the request."""
    sent = _post(client, front, 0, {})
    _conclude(client, sistema, sent)
    return str(sent.headers["x-request-id"])


def _send(client: httpx2.Client, sistema: Sistema) -> str:
    """A lote with a header as Kong's."""
    trace, headers = gateway_header()
    _conclude(client, sistema, _post(client, sistema.base, 1, headers))
    return trace


def _post(
    client: httpx2.Client, base: str, number: int, headers: Mapping[str, str]
) -> httpx2.Response:
    """A lote of one note, as soon as it is taken."""
    nota = build("nfe", changes={"ide/nNF": str(700 + number)})
    archive = zipped({f"{seeds.CPF}.xml": nota})

    def sent() -> httpx2.Response | None:
        answer = client.post(
            f"{base}/v1/lotes",
            content=archive,
            headers={**headers, "Content-Type": "application/zip"},
        )
        assert answer.status_code in (202, 503), answer.text
        return answer if answer.status_code == 202 else None

    return eventually(sent)


def _conclude(client: httpx2.Client, sistema: Sistema, sent: httpx2.Response) -> None:
    address = f"{sistema.base}/v1/lotes/{sent.json()['id']}"

    def concluded() -> bool:
        time.sleep(_PAUSE)
        return bool(client.get(address).json()["situacao"] == "concluido")

    eventually(concluded, _LIMIT)


def _ask_with_a_key_that_nobody_knows(client: httpx2.Client, sistema: Sistema) -> str:
    trace, headers = gateway_header()
    key = new_key(teste=False)
    answer = client.get(
        f"{sistema.base}/v1/regras", headers={**headers, "Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 401, answer.text
    return trace


def _be_careless(client: httpx2.Client, sistema: Sistema) -> None:
    """What callers put where it does not belong, and what they are refused for."""
    nota = build("nfe", changes={"ide/nNF": "800"})
    client.post(f"{sistema.base}/v1/validacoes", content=_slowly(nota))
    client.post(f"{sistema.base}/v1/documentos", content=nota)
    client.post(f"{sistema.base}/v1/validacoes", content=f"<a>{seeds.PESSOAS[3]}".encode())
    client.get(f"{sistema.base}/v1/documentos/3526{seeds.CNPJ_DA_EMPRESA}5500100000000110000000151")
    client.get(f"{sistema.base}/{seeds.CPF}", params={"nome": seeds.PESSOAS[0]})
    client.get(
        f"{sistema.base}/v1/lotes",
        headers={"X-Request-Id": seeds.CPF, "User-Agent": seeds.PESSOAS[1]},
    )
    client.post(
        f"{sistema.base_webhooks}/v1/webhooks",
        json={"url": f"https://{seeds.CPF}.{seeds.DOMINIO}/a", "descricao": seeds.PESSOAS[0]},
    )
    client.post(
        f"{sistema.base_auth}/v1/sessoes",
        json={"email": f"ana@{seeds.DOMINIO}", "senha": seeds.SENHA},
    )


def _slowly(content: bytes) -> Iterator[bytes]:
    """Longer than our objective for a request."""
    time.sleep(2 * SLOW_NANOSECONDS / 1e9)
    yield content


def _damage_what_is_stored(client: httpx2.Client, sistema: Sistema) -> None:
    """Nobody foresees that: what is told of an exception, with where it was."""
    nota = build("nfe", changes={"ide/nNF": "801"})
    stored = client.post(f"{sistema.base}/v1/documentos", content=nota)
    assert stored.status_code == 201, stored.text
    for file in (sistema.logs.parent / "objetos").rglob("*"):
        if file.is_file():
            file.write_bytes(bytes(file.stat().st_size))
    broken = client.get(f"{sistema.base}/v1/documentos/{stored.json()['id']}/xml")
    assert broken.status_code == 500, broken.text


def _take_the_servers_away(client: httpx2.Client, sistema: Sistema) -> None:
    """For a moment: what is told of exceptions, and by those who are silent on good days."""
    sistema.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> user")
    sistema.signal(SIGSTOP)
    try:
        (broker,) = sistema.main("valkey")
        os.kill(broker.pid, SIGKILL)
        sent = _post(client, sistema.base, LOTES, gateway_header(sampled=False)[1])
        eventually(lambda: (sistema.logs / "relay.log").read_bytes(), _LIMIT)
    finally:
        sistema.signal(SIGCONT)
    _conclude(client, sistema, sent)


def _children(sistema: Sistema) -> set[int]:
    return {each.pid for each in sistema.children("worker")}


def _whole(receiver: Receiver, traces: list[str], refused: str) -> bool:
    """Whether all spans that are to come have come."""
    names = {trace: _names(receiver, trace) for trace in (*traces, refused)}
    return names[refused].count("POST /interno/introspeccao") == LOTES and all(
        {"POST /v1/lotes", "job abrir", "job processar", "webhook delivery"} <= {*names[trace]}
        for trace in traces
    )


def _names(receiver: Receiver, trace: str) -> list[str]:
    return [span.name for span in receiver.spans if span.trace_id.hex() == trace]
