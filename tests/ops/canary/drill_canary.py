"""`make drill-alertas`: canary, rules and runbooks on the service as it runs.

A drill, since it starts the whole service and a Prometheus for a minute; the suite takes one round
of the canary along where the service runs anyway (`tests/services/stack`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
import yaml

from fiscalxml.client import Cliente
from fiscalxml_ops.alerts.rules import RULES
from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.objectives import CANARIO, OBJETIVOS, PAPEIS
from fiscalxml_server.stack.ports import is_free
from ops.alerts.pages import blocks
from ops.alerts.watching import scraping, wait_for
from ports import free_port
from services.chaos.system import Sistema, start_system

from .asking import WHOLE, arguments, once

# In the order in which the service gives its roles their ports.
ROLES: Final = ("api", "worker", "relay", "auth", "webhooks", "entregador")
COMMAND: Final = str(Path(sys.executable).with_name("fiscalxml-ops"))


@dataclass
class Casa:
    """The running service; `metrics`: the first of its roles' ports."""

    sistema: Sistema
    metrics: int

    def arguments(self, receiver: int) -> list[str]:
        """Of the command."""
        key = self.sistema.logs.parent / "chave-dev.txt"
        return arguments(self.sistema.base, self.sistema.base_webhooks, key, receiver)

    def webhooks(self) -> list[str]:
        """Addresses of the subscriptions that there are."""
        with Cliente(
            self.sistema.base, self.sistema.chave, webhooks_url=self.sistema.base_webhooks
        ) as cliente:
            return [webhook.url for webhook in cliente.webhooks()]


@pytest.fixture(scope="module")
def casa() -> Iterator[Casa]:
    metrics = next(port for port in iter(free_port, None) if is_free(port, 6))
    settings = {"FISCALXML_METRICS_PORT": str(metrics), "FISCALXML_LOG_LEVEL": "WARNING"}
    with start_system(workers=1, settings=settings) as sistema:
        yield Casa(sistema, metrics)


def test_a_round_leaves_no_subscription(casa: Casa) -> None:
    port = free_port()
    assert once(casa.arguments(port), "--escuta", f"127.0.0.1:{port}") == (0, WHOLE)
    assert casa.webhooks() == []


def test_a_webhook_that_does_not_come_is_told_as_such(casa: Casa) -> None:
    nobody, elsewhere = free_port(), free_port()
    further = ("--escuta", f"127.0.0.1:{elsewhere}", "--prazo", "3")
    code, said = once(casa.arguments(nobody), *further)
    assert (code, said[:-1], said[-1]) == (1, WHOLE[:3], "✖ webhook")


def test_a_service_that_is_away_is_told_as_such(casa: Casa) -> None:
    away, port = free_port(), free_port()
    given = casa.arguments(port)
    given[given.index("--url") + 1] = f"http://127.0.0.1:{away}"
    assert once(given, "--escuta", f"127.0.0.1:{port}") == (1, ["✖ validar"])


def test_objectives_are_measured_and_nothing_that_is_well_alarms(
    casa: Casa, tmp_path: Path
) -> None:
    """Rounds a second instead of a minute; every rule as it is made, evaluated each second."""
    with running_canary(casa) as canary:
        targets = {papel: casa.metrics + ROLES.index(papel) for papel in PAPEIS}
        with scraping(tmp_path, {**targets, CANARIO: canary}, _rules()) as prometheus:

            def measured() -> set[str]:
                found = asked(prometheus, "slo:falhas:razao_5m >= 0")
                return {each["metric"]["objetivo"] for each in found}

            wanted = {objetivo.nome for objetivo in OBJETIVOS}
            wait_for(lambda: measured() == wanted, measured)
            assert asked(prometheus, "fiscalxml:servico_disponivel == 0") == []

            def alerts() -> set[str]:
                """Also those that only have to hold for longer."""
                found = asked(prometheus, 'ALERTS{objetivo!="latencia"}')
                return {each["metric"]["alertname"] for each in found}

            # Of a machine as busy as this one, nothing is said about latency.
            wait_for(lambda: alerts() == {"Sentinela"}, alerts)
            health = httpx2.get(f"{prometheus}/api/v1/rules").json()["data"]["groups"]
            assert {rule["health"] for group in health for rule in group["rules"]} == {"ok"}
    assert casa.webhooks() == []


def test_each_query_of_a_runbook_runs_on_the_tables_as_they_are(casa: Casa) -> None:
    queries = blocks("sql")
    assert len(queries) > 10
    for page, query in queries:
        try:
            casa.sistema.rows(query)
        except Exception as error:
            raise AssertionError(f"{page}: {query}") from error


@contextmanager
def running_canary(casa: Casa) -> Iterator[int]:
    """The port of its metrics. It ends as it is told, and cleanly."""
    port, metrics = free_port(), free_port()
    further = ("--escuta", f"127.0.0.1:{port}", "--intervalo", "1")
    process = subprocess.Popen(
        [COMMAND, *casa.arguments(port), *further],
        env={**os.environ, "FISCALXML_METRICS_PORT": str(metrics)},
    )
    try:
        yield metrics
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def asked(prometheus: str, query: str) -> list[Any]:
    """Series that a query finds now."""
    answer = httpx2.get(f"{prometheus}/api/v1/query", params={"query": query}).json()
    assert answer["status"] == "success", answer
    found: list[Any] = answer["data"]["result"]
    return found


def _rules() -> list[dict[str, Any]]:
    return [
        {**group, "interval": "1s"}
        for file in sorted((ROOT / RULES).glob("*.yml"))
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    ]
