"""Names of metrics: those in an expression, and those that there are."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml_ops.alerts.burning import recorded, windows
from fiscalxml_server.kit.telemetry.catalogue import SAMPLED
from fiscalxml_server.kit.telemetry.metrics import REGISTRY

ELSEWHERE: Final = {
    "up",  # Prometheus, of each target
    "ALERTS_FOR_STATE",  # Prometheus, of each alert: since when
    "prometheus_rule_evaluation_failures_total",  # Prometheus, of itself
    "alertmanager_notifications_failed_total",  # Alertmanager
    "node_filesystem_avail_bytes",  # node_exporter
    "node_filesystem_size_bytes",
}
"""metrics that others make"""
_SAMPLES: Final = ("", "_total", "_count", "_bucket", "_sum")
_WORDS: Final = {"and", "or", "unless", "bool", "offset", "by", "on", "without", "h", "m", "d"}


def metrics_of(expr: str) -> list[str]:
    """Names in PromQL: what is no function, no label, no keyword."""
    bare = re.sub(r"\{[^}]*\}", "", re.sub(r'"[^"]*"', "", expr))
    bare = re.sub(r"\b(by|without|on|ignoring|group_left|group_right) *\([^)]*\)", "", bare)
    bare = re.sub(r"\[[^]]*\]|\boffset +\w+", "", bare)
    names: list[str] = re.findall(r"[a-zA-Z_:][\w:]*(?![\w:]*\s*\()", bare)
    return [name for name in names if name not in _WORDS]


def known_metrics() -> set[str]:
    """Of the services, of rules that record, and of others."""
    families = {family.name for family in REGISTRY.collect()} | {each.name for each in SAMPLED}
    samples = {f"{family}{sample}" for family in families for sample in _SAMPLES}
    return samples | {rule["record"] for rule in (*recorded(), *windows())} | ELSEWHERE
