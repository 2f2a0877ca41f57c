"""Rules: each proven by promtool, each with a runbook, on metrics and routes that there are."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from fiscalxml_ops.alerts.burning import recorded, windows
from fiscalxml_ops.alerts.made import TESTS
from fiscalxml_ops.alerts.model import PASTA
from fiscalxml_ops.alerts.rules import RULES, all_alerts
from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.objectives import (
    CANARIO,
    DEMORADAS,
    LATENCIA_SEGUNDOS,
    OBJETIVOS,
    PAPEIS,
    QUEIMAS,
    SEM_PESSOAS,
    WEBHOOK_SEGUNDOS,
)
from fiscalxml_server.api.app import ROUTERS as API
from fiscalxml_server.auth.app import ROUTERS as AUTH
from fiscalxml_server.kit.http.permissions import decisions
from fiscalxml_server.kit.telemetry.deliveries import DELAY_SECONDS
from fiscalxml_server.kit.telemetry.metrics import REQUEST_SECONDS
from fiscalxml_server.kit.telemetry.middleware import UNMATCHED
from fiscalxml_server.stack.folder import Pasta
from fiscalxml_server.stack.roles import Contexto, service_roles
from fiscalxml_server.webhooks.app import ROUTERS as WEBHOOKS
from parts import found

from .names import known_metrics, metrics_of

FILES: Final = sorted((ROOT / TESTS).glob("*.yml"))
RULE_FILES: Final = sorted((ROOT / RULES).glob("*.yml"))
SECTIONS: Final = (
    "## O que significa",
    "## O que o usuário vê",
    "## Primeiros 5 minutos",
    "## Mais fundo",
    "## Quando escalar",
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_rule_fires_when_it_should_and_only_then(file: Path) -> None:
    run = subprocess.run(
        [found("promtool"), "test", "rules", file.name],
        cwd=file.parent,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_prometheus_takes_the_rules() -> None:
    run = subprocess.run(
        [found("promtool"), "check", "rules", "--lint=all", *RULE_FILES],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_each_rule_has_a_case_in_which_it_fires() -> None:
    fires = set(_fired())
    assert {_identity(alerta.nome, alerta.labels) for alerta in all_alerts()} <= fires


def test_each_alert_has_a_case_in_which_it_does_not_fire() -> None:
    quiet = {
        check["alertname"]
        for group in _groups()
        for check in group["alert_rule_test"]
        if not check["exp_alerts"]
    } | {
        _named(query["expr"])
        for group in _groups()
        for query in group["promql_expr_test"]
        if not query["exp_samples"]
    }
    assert {alerta.nome for alerta in all_alerts()} - quiet == {"Sentinela"}


def test_each_alert_has_its_runbook_and_each_runbook_its_alert() -> None:
    pages = {path.stem for path in (ROOT / PASTA).glob("*.md")} - {"README"}
    assert pages == {alerta.nome for alerta in all_alerts()}


@pytest.mark.parametrize(
    "page", sorted((ROOT / PASTA).glob("[A-Z]*[a-z].md")), ids=lambda p: p.stem
)
def test_a_runbook_says_what_one_needs_at_night(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem}\n")
    places = [text.find(f"\n{section}\n") for section in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)
    assert "```" in text[places[2] : places[4]], "no command"


def test_each_metric_of_a_rule_exists() -> None:
    known = known_metrics()
    for expr in _expressions():
        assert not set(metrics_of(expr)) - known, expr


def test_each_route_that_is_told_apart_exists() -> None:
    routes = {
        decision.caminho
        for router in (*API, *AUTH, *WEBHOOKS)
        for decision in decisions(router.routes)
    } | {UNMATCHED}
    for pattern in (*DEMORADAS, *SEM_PESSOAS):
        matched = re.compile(re.sub(r"([{}])", r"\\\1", pattern))
        assert any(map(matched.fullmatch, routes)), pattern


def test_each_bound_is_one_of_a_histogram() -> None:
    assert LATENCIA_SEGUNDOS in REQUEST_SECONDS
    assert WEBHOOK_SEGUNDOS in DELAY_SECONDS


def test_no_budget_can_only_burn_slower_than_its_rules_ask() -> None:
    for objetivo in OBJETIVOS:
        for queima in QUEIMAS:
            assert queima.fator * objetivo.orcamento < 1, objetivo.nome


def test_the_roles_are_those_that_run(tmp_path: Path) -> None:
    contexto = Contexto(pasta=Pasta(tmp_path), porta=1, workers=1, database_url="", broker_url="")
    names = {papel.nome for papel in service_roles(contexto).papeis}
    assert names - {CANARIO} == set(PAPEIS)


@cache
def _groups() -> list[dict[str, Any]]:
    loaded = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES)
    return [group for file in loaded for group in file["tests"]]


def _fired() -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    """Name and labels of all rules that some case makes fire."""
    rules = [_identity(alerta.nome, alerta.labels) for alerta in all_alerts()]
    for group in _groups():
        for check in group["alert_rule_test"]:
            for alert in check["exp_alerts"]:
                has = set(alert["exp_labels"].items())
                yield from (
                    rule for rule in rules if rule[0] == check["alertname"] and rule[1] <= has
                )
        for query in group["promql_expr_test"]:
            for sample in query["exp_samples"]:
                ((label, value),) = re.findall(r'(\w+)="([^"]+)"', sample["labels"])
                yield from (
                    rule
                    for rule in rules
                    if rule[0] == _named(query["expr"]) and (label, value) in rule[1]
                )


def _identity(nome: str, labels: dict[str, str]) -> tuple[str, frozenset[tuple[str, str]]]:
    return nome, frozenset(labels.items())


def _named(expr: str) -> str:
    (name,) = re.findall(r'alertname="(\w+)"', expr)
    return str(name)


def _expressions() -> Iterator[str]:
    yield from (alerta.expr for alerta in all_alerts())
    yield from (str(rule["expr"]) for rule in (*recorded(), *windows()))
