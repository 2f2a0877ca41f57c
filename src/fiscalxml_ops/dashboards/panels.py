"""The few kinds of panels that the dashboards have, over the builders of Grafana's SDK."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from grafana_foundation_sdk.builders import bargauge, common, dashboard, stat, table, timeseries
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import (
    BigValueGraphMode,
    DataSourceRef,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    TooltipDisplayMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardLink,
    DashboardLinkType,
    DataTransformerConfig,
    DynamicConfigValue,
    Panel,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from fiscalxml_ops.alerts.model import PASTA

FONTE: Final = DataSourceRef(type_val="prometheus", uid="${fonte}")
ALTURA: Final = 8
_BOM, _ATENCAO, _RUIM = "green", "orange", "red"


class Consulta(NamedTuple):
    """A query, and what its lines are called: `{{label}}`."""

    expr: str
    legenda: str = ""


class Limites(NamedTuple):
    """From which value on something needs a look, and from which it is bad.

    `acima`: what is above them is; otherwise, what is below.
    """

    atencao: float
    ruim: float
    acima: bool = True


def numero(
    titulo: str,
    unidade: str,
    descricao: str,
    expr: str,
    limites: Limites | None = None,
    *,
    largura: int = 4,
    decimais: int | None = None,
    runbook: str = "",
) -> Builder[Panel]:
    """One value, large. `runbook`: the alert whose page says what to do about it."""
    panel = (
        stat.Panel()
        .title(titulo)
        .description(descricao)
        .unit(unidade)
        .span(largura)
        .height(ALTURA // 2)
        .datasource(FONTE)
        .graph_mode(BigValueGraphMode.AREA)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(_thresholds(limites))
        .links(_links(runbook))
        .with_target(_query(0, Consulta(expr)))
    )
    return panel if decimais is None else panel.decimals(decimais)


def linhas(
    titulo: str,
    unidade: str,
    descricao: str,
    *consultas: Consulta,
    limites: Limites | None = None,
    largura: int = 12,
    runbook: str = "",
) -> Builder[Panel]:
    """Lines over time; limits are drawn as lines, too."""
    panel = (
        timeseries.Panel()
        .title(titulo)
        .description(descricao)
        .unit(unidade)
        .min(0)
        .span(largura)
        .height(ALTURA)
        .datasource(FONTE)
        .fill_opacity(10)
        .legend(
            common.VizLegendOptions()
            .show_legend(True)
            .display_mode(LegendDisplayMode.TABLE)
            .placement(LegendPlacement.BOTTOM)
            .calcs(["lastNotNull", "max"])
        )
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
        .thresholds(_thresholds(limites))
        .links(_links(runbook))
    )
    if limites is not None:
        style = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
        panel = panel.thresholds_style(style)
    for place, consulta in enumerate(consultas):
        panel = panel.with_target(_query(place, consulta))
    return panel


def barras(
    titulo: str,
    unidade: str,
    descricao: str,
    consulta: Consulta,
    *,
    largura: int = 12,
    altura: int = ALTURA,
) -> Builder[Panel]:
    """The values of now as bars, the longest first."""
    return (
        bargauge.Panel()
        .title(titulo)
        .description(descricao)
        .unit(unidade)
        .min(0)
        .span(largura)
        .height(altura)
        .datasource(FONTE)
        .orientation(VizOrientation.HORIZONTAL)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(_thresholds(None))
        .with_target(_query(0, consulta, instant=True))
    )


class Coluna(NamedTuple):
    """Of a table: a query of one value for each row."""

    titulo: str
    unidade: str
    expr: str


def tabela(
    titulo: str,
    descricao: str,
    chaves: Sequence[tuple[str, str]],
    colunas: Sequence[Coluna],
    *,
    altura: int = 2 * ALTURA,
) -> Builder[Panel]:
    """Rows by these labels (label, title), with a column for each query; the first one sorts."""
    values = [f"Value #{_ref(place)}" for place in range(len(colunas))]
    renamed = dict(chaves) | dict(zip(values, (each.titulo for each in colunas), strict=True))
    order = {name: place for place, name in enumerate(renamed)}
    panel = (
        table.Panel()
        .title(titulo)
        .description(descricao)
        .span(24)
        .height(altura)
        .datasource(FONTE)
        .with_transformation(DataTransformerConfig(id_val="merge", options={}))
        .with_transformation(
            DataTransformerConfig(
                id_val="organize",
                options={
                    "excludeByName": {"Time": True},
                    "indexByName": order,
                    "renameByName": renamed,
                },
            )
        )
        .sort_by([common.TableSortByFieldState().display_name(colunas[0].titulo).desc(True)])
    )
    for place, coluna in enumerate(colunas):
        query = _query(place, Consulta(coluna.expr), instant=True).format(PromQueryFormat.TABLE)
        panel = panel.with_target(query).override_by_name(
            coluna.titulo, [DynamicConfigValue(id_val="unit", value=coluna.unidade)]
        )
    return panel


def fileira(titulo: str) -> dashboard.Row:
    """A heading over the panels that follow."""
    return dashboard.Row(titulo)


def _query(place: int, consulta: Consulta, *, instant: bool = False) -> Dataquery:
    query = Dataquery().expr(consulta.expr).ref_id(_ref(place)).datasource(FONTE)
    query = query.legend_format(consulta.legenda or "__auto")
    return query.instant() if instant else query.range()


def _links(runbook: str) -> list[Builder[DashboardLink]]:
    url = f"${{repositorio}}/{PASTA}/{runbook}.md"
    link = dashboard.DashboardLink(f"O que fazer: {runbook}")
    return [link.type(DashboardLinkType.LINK).url(url).target_blank(True)] if runbook else []


def _ref(place: int) -> str:
    return "ABCDEFGHIJ"[place]


def _thresholds(limites: Limites | None) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color=_BOM)]
    if limites is not None and limites.acima:
        steps += [Threshold(limites.atencao, _ATENCAO), Threshold(limites.ruim, _RUIM)]
    elif limites is not None:
        steps = [
            Threshold(value=None, color=_RUIM),
            Threshold(limites.ruim, _ATENCAO),
            Threshold(limites.atencao, _BOM),
        ]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
