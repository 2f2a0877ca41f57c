"""A real Prometheus for as long as a `with` block, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx2
import yaml

from fiscalxml_ops.alerts.rules import rule_files
from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.dashboards.writing import PROMETHEUS
from fiscalxml_server.stack.papel import Papel
from parts import found
from ports import free_port
from services.servers.running import running

SECONDS: Final = 1
"""between two scrapes"""


class Prometheus:
    """What it knows."""

    def __init__(self, port: int) -> None:
        self._client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def close(self) -> None:
        """No more questions."""
        self._client.close()

    def ask(self, expr: str, at: float) -> list[dict[str, Any]]:
        """Series of a query at a moment: `metric`, `value`."""
        return self._result("/api/v1/query", {"query": expr, "time": str(at)})

    def over(self, expr: str, start: float, end: float) -> list[dict[str, Any]]:
        """Series of a query over time: `metric`, `values`."""
        times = {"start": str(start), "end": str(end), "step": "1"}
        return self._result("/api/v1/query_range", {"query": expr, **times})

    def has_data(self, expr: str, start: float, end: float, *, instant: bool) -> bool:
        """Whether any number comes of it. Raises AssertionError for a query that is none."""
        if instant:
            return any(_is_number(each["value"]) for each in self.ask(expr, end))
        series = self.over(expr, start, end)
        return any(_is_number(value) for each in series for value in each["values"])

    def label_values(self) -> dict[str, set[str]]:
        """All labels of all series."""
        names = self._client.get("/api/v1/labels").json()["data"]
        return {
            name: set(self._client.get(f"/api/v1/label/{name}/values").json()["data"])
            for name in names
        }

    def down(self) -> dict[str, str]:
        """Jobs that could not be scraped lately, and why."""
        targets = self._client.get("/api/v1/targets").json()["data"]["activeTargets"]
        return {
            each["labels"]["job"]: each["lastError"] for each in targets if each["health"] != "up"
        }

    def _result(self, path: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        answer = self._client.post(path, data=dict(asked)).json()
        assert answer["status"] == "success", (asked["query"], answer["error"])
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result


@contextmanager
def start_prometheus(folder: Path, targets: Mapping[str, int]) -> Iterator[Prometheus]:
    """Configured by the project's file; its targets (job -> port) are found in one of `alvos/`.

    Who is found by compose's DNS is left out, and it looks more often.
    """
    config = yaml.safe_load((ROOT / PROMETHEUS).read_text())
    config["global"] |= {"scrape_interval": f"{SECONDS}s", "scrape_timeout": f"{SECONDS}s"}
    config["scrape_configs"] = [
        each for each in config["scrape_configs"] if "file_sd_configs" in each
    ]
    del config["alerting"]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    _copy_rules(folder / "rules")
    (folder / "alvos").mkdir()
    found_by_file = [
        {"targets": [f"127.0.0.1:{port}"], "labels": {"job": job}} for job, port in targets.items()
    ]
    (folder / "alvos" / "up.yml").write_text(yaml.safe_dump(found_by_file))
    port = free_port()
    papel = Papel(
        nome="prometheus",
        argv=[
            str(found("prometheus")),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
    )
    with running(papel, folder / "prometheus.log", lambda: _ready(port)):
        prometheus = Prometheus(port)
        try:
            yield prometheus
        finally:
            prometheus.close()


def _copy_rules(folder: Path) -> None:
    """The project's, which are recorded each half minute, at each scrape."""
    folder.mkdir()
    for name, content in rule_files().items():
        rules = yaml.safe_load(content)
        for group in rules["groups"]:
            group["interval"] = f"{SECONDS}s"
        (folder / Path(name).name).write_text(yaml.safe_dump(rules))


async def _ready(port: int) -> bool:
    async with httpx2.AsyncClient() as client:
        try:
            return (await client.get(f"http://127.0.0.1:{port}/-/ready")).is_success
        except httpx2.TransportError:
            return False


def _is_number(sample: list[Any]) -> bool:
    return math.isfinite(float(sample[1]))
