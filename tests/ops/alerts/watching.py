"""A real Prometheus and a real Alertmanager, with the rules and routes as made, only quicker."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx2
import yaml

from fiscalxml_ops.alerts.made import MANAGER
from fiscalxml_ops.alerts.manager import MODELOS, Instalacao, configuration
from fiscalxml_ops.alerts.model import REPOSITORIO, Alerta
from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.objectives import CANARIO
from parts import found
from ports import free_port

REPOSITORY: Final = "https://repositorio.exemplo"
_SECONDS: Final = 30.0
_QUICK: Final = {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "1m"}


def wait_for(holds: Callable[[], object], what: Callable[[], object]) -> None:
    """Fails with what is there instead when it never does."""
    deadline = time.monotonic() + _SECONDS
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


@contextmanager
def start_alertmanager(folder: Path, casa: Instalacao) -> Iterator[str]:
    """Its address. Groups are not waited for."""
    config = configuration(casa)
    config["route"] |= _QUICK
    for route in config["route"]["routes"]:
        route |= _QUICK
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(config))
    shutil.copy(ROOT / Path(MANAGER).with_name(MODELOS), folder / MODELOS)
    port = free_port()
    command = [
        *(found("prometheus-alertmanager", "alertmanager"), "--cluster.listen-address="),
        *(f"--config.file={folder / 'alertmanager.yml'}", f"--storage.path={folder / 'am'}"),
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with _server(command, folder / "alertmanager.log", port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def start_prometheus(
    folder: Path, alerts: Sequence[Alerta], alertmanager: str, target: int
) -> Iterator[str]:
    """Its address. It scrapes the canary at `target`; alerts fire as soon as they hold."""
    rules = [replace(alerta, por="0s").rule() for alerta in alerts]
    groups = [{"name": "a", "interval": "1s", "rules": rules}]
    with scraping(folder, {CANARIO: target}, groups, alertmanager) as address:
        yield address


@contextmanager
def scraping(
    folder: Path, ports: Mapping[str, int], groups: Sequence[Any], alertmanager: str = ""
) -> Iterator[str]:
    """The address of a Prometheus; `ports`: of each job's one target. A scrape a second."""
    _write(folder / "rules.yml", {"groups": groups})
    managers = [{"targets": [alertmanager.removeprefix("http://")]}] if alertmanager else []
    _write(
        folder / "prometheus.yml",
        {
            "global": {"scrape_interval": "1s", "external_labels": {REPOSITORIO: REPOSITORY}},
            "rule_files": ["rules.yml"],
            "scrape_configs": [
                {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
                for job, port in ports.items()
            ],
            "alerting": {"alertmanagers": [{"static_configs": managers}]},
        },
    )
    port = free_port()
    command = [
        *(found("prometheus"), f"--config.file={folder / 'prometheus.yml'}"),
        *(f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address=127.0.0.1:{port}"),
        # What fires before Alertmanager is found is said again.
        "--rules.alert.resend-delay=1s",
    ]
    with _server(command, folder / "prometheus.log", port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def start_node_exporter(folder: Path) -> Iterator[str]:
    """Its address; it tells of file systems only."""
    port = free_port()
    command = [
        *(found("prometheus-node-exporter", "node_exporter"), "--collector.disable-defaults"),
        *("--collector.filesystem", f"--web.listen-address=127.0.0.1:{port}"),
    ]
    with _server(command, folder / "node.log", port, "/metrics"):
        yield f"http://127.0.0.1:{port}"


def _write(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content))


@contextmanager
def _server(
    command: Sequence[object], log: Path, port: int, path: str = "/-/ready"
) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=output)
        try:
            wait_for(lambda: _ready(port, path) or process.poll() is not None, log.read_text)
            assert process.poll() is None, log.read_text()
            yield
        finally:
            process.terminate()
            process.wait(20)


def _ready(port: int, path: str) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}{path}", timeout=2).status_code == 200
    except httpx2.TransportError:
        return False
