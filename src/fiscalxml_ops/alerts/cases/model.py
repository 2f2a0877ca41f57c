"""A case, and how promtool reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fiscalxml_ops.alerts.model import REPOSITORIO, Alerta

BASE: Final = "https://repositorio.exemplo"
_PLACEHOLDER: Final = re.compile(r"\{\{ \$(\w+)(?:\.(\w+))?[^}]*\}\}")


def expected(alerta: Alerta, valor: str = "", /, **labels: str) -> dict[str, Any]:
    """The alert as it fires: with labels of its series, and the value as people read it."""
    known = {"externalLabels": {REPOSITORIO: BASE}, "labels": labels}

    def fill(found: re.Match[str]) -> str:
        source, name = found.groups()
        return valor if source == "value" else known[source][name]

    annotations: Mapping[str, str] = alerta.rule()["annotations"]
    return {
        "exp_labels": {**labels, **alerta.labels},
        "exp_annotations": {
            name: _PLACEHOLDER.sub(fill, text) for name, text in annotations.items()
        },
    }


def check(nome: str, em: str, fires: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """At this time just these alerts of the name fire."""
    return {"eval_time": em, "alertname": nome, "exp_alerts": list(fires)}


def group(
    nome: str,
    series: Mapping[str, str],
    checks: Sequence[dict[str, Any]] = (),
    queries: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Series with a value a minute, and what is looked for while they go on."""
    return {
        "name": nome,
        "interval": "1m",
        "external_labels": {REPOSITORIO: BASE},
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": list(checks),
        "promql_expr_test": list(queries),
    }


def firing(nome: str, em: str, label: str, values: Iterable[str]) -> dict[str, Any]:
    """At this time the rules of the name fire that have these values of a label, and no others;
    for where the value that they tell depends on how Prometheus counts a window's ends."""
    return {
        "expr": f'count by ({label}) (ALERTS{{alertname="{nome}",alertstate="firing"}})',
        "eval_time": em,
        "exp_samples": [{"labels": f'{{{label}="{value}"}}', "value": 1} for value in values],
    }


def test_file(
    every: str, rules: str, order: Sequence[str], groups: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """`every`: how often rules are evaluated; `rules`: their file; `order`: of its groups, which
    promtool would take at random, so that an alert might see nothing that was just recorded."""
    return {
        "rule_files": [f"../rules/{rules}"],
        "evaluation_interval": every,
        "group_eval_order": list(order),
        "tests": list(groups),
    }


def counter(*pieces: tuple[int, float]) -> str:
    """Values of a counter from 0: so many minutes, so much a minute, then the next piece."""
    texts, at = ["0"], 0.0
    for minutes, each in pieces:
        texts.append(f"{at + each:.10g}+{each:.10g}x{minutes - 1}")
        at += each * minutes
    return " ".join(texts)


def gauge(*pieces: tuple[int, float | None]) -> str:
    """So many minutes, this value, or none: then the series has ended, and is not just late."""
    return " ".join(
        " ".join(["stale", *["_"] * (minutes - 1)])
        if value is None
        else f"{value:.10g}x{minutes - 1}"
        for minutes, value in pieces
    )
