"""The queries of the dashboards, as Grafana would send them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.dashboards.writing import PASTA


class Pergunta(NamedTuple):
    """A query of a panel. `instante`: asked for now, and not over time."""

    painel: str
    expr: str
    instante: bool


def files() -> dict[str, dict[str, Any]]:
    """The dashboards as they are in the repository, by their files' names."""
    return {
        path.name: json.loads(path.read_text()) for path in sorted((ROOT / PASTA).glob("*.json"))
    }


def panels(dashboard: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those that show something."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(values: Mapping[str, str]) -> Iterator[Pergunta]:
    """Of all panels, with these values in the place of their variables."""
    for name, dashboard in files().items():
        for panel in panels(dashboard):
            for target in panel["targets"]:
                expr = target["expr"]
                for variable, value in values.items():
                    expr = expr.replace(f"${variable}", value)
                where = f"{name.removesuffix('.json')} / {panel['title']} / {target['refId']}"
                yield Pergunta(where, expr, bool(target["instant"]))
