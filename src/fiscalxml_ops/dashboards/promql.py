"""Names of series from the services' own families, and the few shapes of queries over them.

Labels of what is scraped: `job` is the role (api, auth, webhooks, worker, relay, entregador).
Values that are read elsewhere (`telemetry.sampled`) are told by each process that looks: `newest`.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from fiscalxml_ops.objectives import name_of
from fiscalxml_server.kit.telemetry.metrics import Family
from fiscalxml_server.kit.telemetry.sampled import Sampled

SERVICO: Final = 'job=~"$servico"'
"""what the reader chose"""
JANELA: Final = "$__rate_interval"
PERIODO: Final = "$__range"
"""all that is shown"""

AnyFamily = Family[Counter] | Family[Gauge] | Family[Histogram]


def labels_of(family: AnyFamily) -> tuple[str, ...]:
    """In their order."""
    names: tuple[str, ...] = family.metric._labelnames
    return names


def gauge(family: Family[Gauge], *where: str) -> str:
    """The series of a gauge with these labels."""
    return f"{name_of(family)}{{{','.join(where)}}}"


def rate(family: Family[Counter] | Family[Histogram], *where: str, over: str = JANELA) -> str:
    """A second: of a counter, or of what a histogram has seen."""
    ending = "total" if isinstance(family.metric, Counter) else "count"
    return f"rate({name_of(family)}_{ending}{{{','.join(where)}}}[{over}])"


def increase(family: Family[Counter], *where: str, over: str = PERIODO) -> str:
    """How many more."""
    return f"increase({name_of(family)}_total{{{','.join(where)}}}[{over}])"


def within(family: Family[Histogram], bound: float, *where: str, over: str = JANELA) -> str:
    """A second, of what took no longer than `bound`, which is that of a bucket."""
    le = f'le="{float(bound)}"'
    return f"rate({name_of(family)}_bucket{{{','.join((*where, le))}}}[{over}])"


def quantile(
    share: float, family: Family[Histogram], *where: str, by: str = "", over: str = JANELA
) -> str:
    """The time within which this share is."""
    buckets = f"rate({name_of(family)}_bucket{{{','.join(where)}}}[{over}])"
    grouped = f"sum by ({', '.join(filter(None, ('le', by)))}) ({buckets})"
    return f"histogram_quantile({share}, {grouped})"


def total(series: str, by: str = "") -> str:
    """Summed up, by these labels."""
    return f"sum by ({by}) ({series})" if by else f"sum({series})"


def share(part: str, whole: str, by: str = "") -> str:
    """Of `part` in `whole`; 0 where there is no such part."""
    of = total(whole, by)
    return f"({total(part, by)} or 0 * {of}) / ({of} > 0)"


def newest(sampled: Sampled, *where: str, by: str | None = None) -> str:
    """What any process last saw, by these labels: all that it has, unless told otherwise."""
    return _max(f"{sampled.name}{{{','.join(where)}}}", sampled, by)


def growth(sampled: Sampled, *where: str, by: str | None = None, over: str = JANELA) -> str:
    """A second, of a counter that a server has."""
    return _max(f"rate({sampled.name}{{{','.join(where)}}}[{over}])", sampled, by)


def _max(series: str, sampled: Sampled, by: str | None) -> str:
    by = ", ".join(sampled.labels) if by is None else by
    return f"max by ({by}) ({series})" if by else f"max({series})"
