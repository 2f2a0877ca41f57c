"""The files: dashboards, provisioning, what is scraped, the page of all metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from fiscalxml_ops.dashboards import scraping
from fiscalxml_ops.dashboards.infraestrutura import infraestrutura
from fiscalxml_ops.dashboards.page import page
from fiscalxml_ops.dashboards.processamento import processamento
from fiscalxml_ops.dashboards.uso import uso
from fiscalxml_ops.dashboards.visao_geral import visao_geral
from fiscalxml_ops.dashboards.webhooks import webhooks

DASHBOARDS: Final = (visao_geral, processamento, webhooks, infraestrutura, uso)
PASTA: Final = "ops/dashboards"
PROMETHEUS: Final = "ops/prometheus/prometheus.yml"
_MADE: Final = "# Feito por `make operacao`; não edite.\n"


def artefacts() -> Mapping[str, str]:
    """Path -> content."""
    files = {f"{PASTA}/{each.uid}.json": _json(each) for each in dashboards()}
    grafana = "ops/grafana/provisioning"
    return {
        **files,
        f"{grafana}/datasources/prometheus.yml": _yaml(scraping.datasource()),
        f"{grafana}/dashboards/fiscalxml.yml": _yaml(scraping.provider()),
        PROMETHEUS: _yaml(scraping.prometheus()),
        "docs/metricas.md": page(),
    }


def dashboards() -> list[Dashboard]:
    """All of them, their panels numbered."""
    return [_numbered(make().build()) for make in DASHBOARDS]


def _numbered(dashboard: Dashboard) -> Dashboard:
    """A panel without a number gets one when it is shown, and links to it would not last."""
    for number, panel in enumerate(dashboard.panels or (), start=1):
        panel.id_val = number
    return dashboard


def _json(dashboard: Dashboard) -> str:
    encoder = JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False)
    return f"{encoder.encode(dashboard)}\n"


def _yaml(content: dict[str, Any]) -> str:
    return _MADE + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
