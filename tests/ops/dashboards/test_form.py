"""The dashboards as files: complete, and of nothing that the services do not tell."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from fiscalxml_ops.alerts.burning import recorded as recorded_rules
from fiscalxml_ops.alerts.burning import windows
from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.dashboards.page import PARA, families
from fiscalxml_ops.dashboards.writing import DASHBOARDS, PROMETHEUS
from fiscalxml_server.stack.roles import _ROLES
from parts import found

from .queries import files, panels, queries

TARGET = {"job", "instance", "le"}
"""labels of all series, or of all histograms"""
MADE = {"classe"}
"""by a query"""
VALUES = {"servico": ".*", "__rate_interval": "1m", "__range": "1h"}
ENDINGS = {"histograma": ("_bucket", "_count", "_sum"), "contador": ("",), "medidor": ("",)}

each_dashboard = pytest.mark.parametrize("name", files())


def known() -> dict[str, set[str]]:
    """Series -> labels, of all that is told."""
    series = {
        f"{linha.nome}{ending}": {*linha.rotulos, *TARGET}
        for linha in families()
        for ending in ENDINGS[linha.tipo]
    }
    recorded = {rule["record"]: {"objetivo"} for rule in (*recorded_rules(), *windows())}
    return {**series, **recorded, "up": TARGET}


def test_there_is_a_file_for_each_dashboard() -> None:
    assert len(files()) == len(DASHBOARDS)


@each_dashboard
def test_each_panel_says_what_it_shows_in_which_unit(name: str) -> None:
    for panel in panels(files()[name]):
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["targets"], panel["title"]
        overrides = panel["fieldConfig"]["overrides"]
        units = [each["id"] for override in overrides for each in override["properties"]]
        unit = panel["fieldConfig"]["defaults"].get("unit")
        assert unit or units == ["unit"] * len(panel["targets"]), panel["title"]


@each_dashboard
def test_panels_have_numbers_and_places_of_their_own(name: str) -> None:
    every = files()[name]["panels"]
    assert len({panel["id"] for panel in every}) == len(every)
    for one, other in combinations(every, 2):
        assert not _overlap(one["gridPos"], other["gridPos"]), (one["title"], other["title"])
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in every)


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    def apart(axis: str, size: str) -> bool:
        return one[axis] + one[size] <= other[axis] or other[axis] + other[size] <= one[axis]

    return not (apart("x", "w") or apart("y", "h"))


@each_dashboard
def test_the_data_source_is_the_readers_choice(name: str) -> None:
    dashboard = files()[name]
    variables = {each["name"]: each for each in dashboard["templating"]["list"]}
    assert variables["fonte"]["type"] == "datasource"
    assert variables["servico"]["includeAll"]
    sources = {
        json.dumps(each["datasource"])
        for panel in panels(dashboard)
        for each in (panel, *panel["targets"])
    }
    assert sources == {json.dumps({"type": "prometheus", "uid": "${fonte}"})}


@each_dashboard
def test_what_to_do_and_what_metrics_mean_are_a_link_away(name: str) -> None:
    urls = [each.get("url", "") for each in files()[name]["links"]]
    paths = [url.removeprefix("${repositorio}/") for url in urls if url]
    assert paths == ["docs/runbooks", "docs/metricas.md"]


@each_dashboard
def test_what_a_panel_says_to_read_is_there(name: str) -> None:
    for panel in panels(files()[name]):
        for link in panel.get("links", ()):
            assert (ROOT / link["url"].removeprefix("${repositorio}/")).is_file(), panel["title"]


@each_dashboard
def test_a_dashboard_is_what_the_schema_of_grafanas_sdk_reads(name: str) -> None:
    """Of all that the schema knows, nothing is lost or added on the way through it."""
    text = files()[name]
    read = json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(text)))
    assert read == text


def test_no_two_dashboards_are_one_for_grafana() -> None:
    uids = Counter(each["uid"] for each in files().values())
    assert set(uids.values()) == {1}
    assert all(len(uid) <= 40 for uid in uids)


def test_queries_ask_only_for_what_is_told() -> None:
    series = known()
    for question in queries(VALUES):
        for name, where in re.findall(r"([a-z_:0-9]+)\{([^}]*)\}", question.expr):
            assert name in series, question
            labels = set(re.findall(r"(\w+)(?:=|!=|=~|!~)\"", where))
            assert labels <= series[name], question
        used = {name for name, _ in re.findall(r"([a-z_:0-9]+)\{([^}]*)\}", question.expr)}
        assert used, question
        told = set().union(*(series[name] for name in used)) | MADE
        grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", question.expr)
        assert {each.strip() for some in grouped for each in some.split(",")} <= told, question


def test_no_variable_is_left_in_a_query() -> None:
    left = [each for each in queries(VALUES) if re.search(r"\$(?!\{1\}xx)", each.expr)]
    assert not left


def test_every_family_is_explained_and_nothing_else_is() -> None:
    told = [linha.raiz for linha in families()]
    assert len(set(told)) == len(told)
    assert set(told) == set(PARA)


def test_every_family_that_is_told_is_shown_somewhere() -> None:
    asked = " ".join(each.expr for each in queries(VALUES))
    assert not [linha.raiz for linha in families() if linha.raiz not in asked]


def test_every_role_is_scraped() -> None:
    config = yaml.safe_load((ROOT / PROMETHEUS).read_text())
    names = config["scrape_configs"][0]["dns_sd_configs"][0]["names"]
    assert set(_ROLES) <= set(names)


def test_prometheus_accepts_its_configuration(tmp_path: Path) -> None:
    promtool = found("promtool")
    config = tmp_path / "prometheus.yml"
    config.write_text((ROOT / PROMETHEUS).read_text())
    done = subprocess.run(
        [promtool, "check", "config", config], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_provisioning_finds_what_it_provides() -> None:
    folder = ROOT / "ops/grafana/provisioning"
    source: dict[str, Any] = yaml.safe_load((folder / "datasources/prometheus.yml").read_text())
    provider: dict[str, Any] = yaml.safe_load((folder / "dashboards/fiscalxml.yml").read_text())
    assert [each["type"] for each in source["datasources"]] == ["prometheus"]
    assert provider["providers"][0]["options"]["path"].startswith("/etc/grafana")
