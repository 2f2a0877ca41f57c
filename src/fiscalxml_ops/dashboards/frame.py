"""What all dashboards have: variables, links, refresh."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from grafana_foundation_sdk.builders.dashboard import (
    Dashboard,
    DashboardLink,
    DatasourceVariable,
    QueryVariable,
    Row,
    TextBoxVariable,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    Panel,
    VariableRefresh,
    VariableSort,
)

from fiscalxml_ops.alerts.model import PASTA
from fiscalxml_ops.dashboards.panels import FONTE
from fiscalxml_ops.objectives import PAPEIS

MARCA: Final = "fiscalxml"
_REPOSITORIO: Final = "https://github.com/ORGANIZACAO/fiscalxml/blob/main"
"""only a shape: where the repository is read is the reader's to say"""

Part = Row | Builder[Panel]


def frame(nome: str, titulo: str, descricao: str, parts: Iterable[Part]) -> Dashboard:
    """A dashboard; `nome` is its uid and its file."""
    made = (
        Dashboard(f"API Fiscal XML · {titulo}")
        .uid(f"fiscalxml-{nome}")
        .description(descricao)
        .tags([MARCA])
        .timezone("browser")
        .time("now-6h", "now")
        .refresh("30s")
        .editable()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .with_variable(DatasourceVariable("fonte").label("Fonte").type("prometheus"))
        .with_variable(
            QueryVariable("servico")
            .label("Serviço")
            .datasource(FONTE)
            .query(f'label_values(up{{job=~"{"|".join(PAPEIS)}"}}, job)')
            .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
            .sort(VariableSort.ALPHABETICAL_ASC)
            .multi(True)
            .include_all(True)
            .all_value(".*")
        )
        .with_variable(
            TextBoxVariable("repositorio").label("Repositório").default_value(_REPOSITORIO)
        )
        .link(
            DashboardLink("Outros painéis")
            .type(DashboardLinkType.DASHBOARDS)
            .tags([MARCA])
            .as_dropdown(True)
            .keep_time(True)
            .include_vars(True)
        )
        .link(
            DashboardLink("O que fazer (runbooks)")
            .type(DashboardLinkType.LINK)
            .url(f"${{repositorio}}/{PASTA}")
            .target_blank(True)
        )
        .link(
            DashboardLink("O que cada métrica diz")
            .type(DashboardLinkType.LINK)
            .url("${repositorio}/docs/metricas.md")
            .target_blank(True)
        )
    )
    for part in parts:
        made = made.with_row(part) if isinstance(part, Row) else made.with_panel(part)
    return made
