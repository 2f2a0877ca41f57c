"""Budgets that burn: each pace of each objective, and paces just below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fiscalxml_ops.alerts.burning import alerts
from fiscalxml_ops.alerts.cases.model import check, counter, expected, group, test_file
from fiscalxml_ops.objectives import POR_NOME, Objetivo

FILE: Final = "objetivos.yml"
GROUPS: Final = ("objetivos", "queimas")
_EVENTS: Final = tuple(POR_NOME[nome] for nome in ("latencia", "erros", "webhooks", "canario"))
_DAYS: Final = 3 * 24 * 60
_HOUR: Final = 60

# Rules are evaluated each hour here: a window of an hour needs two hours to be all bad.
_PACES: Final[tuple[tuple[str, int, float, tuple[str, ...]], ...]] = (
    # (what, minutes, times the budget, the factors of the rules that fire)
    ("uma hora a 16 vezes", 120, 16, ("14.4",)),
    ("uma hora a 12 vezes", 120, 12, ()),
    ("seis horas a 8 vezes", 420, 8, ("6",)),
    ("seis horas a 5 vezes", 420, 5, ()),
    ("três dias a 4 vezes", 4380, 4, ("3", "1")),
    ("três dias a 2,5 vezes", 4380, 2.5, ("1",)),
    ("um dia a 2,5 vezes", 1500, 2.5, ()),
    ("três dias a 0,8 vez", 4380, 0.8, ()),
)


def by_event() -> dict[str, Any]:
    """A file for objectives whose events come one by one."""
    groups = []
    for what, minutes, pace, factors in _PACES:
        before = _before(minutes)
        bad, after = before + minutes, before + minutes + _HOUR
        checks = [check(each.alerta, f"{before}m") for each in _EVENTS]
        checks += [check(each.alerta, f"{bad}m", _fires(each, pace, factors)) for each in _EVENTS]
        if pace > 4:
            # An hour later nothing is bad any more: the short windows of the pages are clean.
            checks += [check(each.alerta, f"{after}m") for each in _EVENTS]
        groups.append(group(what, _events(minutes, pace), checks))
    return test_file("60m", FILE, GROUPS, groups)


def _fires(objetivo: Objetivo, pace: float, factors: tuple[str, ...]) -> list[dict[str, Any]]:
    value = f"{float(objetivo.orcamento) * pace * 100:.4g}%"
    return [
        expected(alerta, value)
        for alerta in alerts()
        if alerta.rotulos["objetivo"] == objetivo.nome and alerta.rotulos["queima"] in factors
    ]


def _before(minutes: int) -> int:
    """Of nothing but good: so that the windows of days know more than what is bad."""
    return max(0, _DAYS - minutes)


def _events(minutes: int, pace: float) -> Mapping[str, str]:
    """Good days, bad minutes, a good hour."""

    def pieces(usual: float, then: float) -> str:
        before = _before(minutes)
        return counter(*([(before, usual)] if before else []), (minutes, then), (_HOUR, usual))

    def share(nome: str) -> float:
        return float(POR_NOME[nome].orcamento) * pace

    whole = pieces(1000, 1000)
    seconds = "http_server_request_duration_seconds"
    quick = '{job="api",http_route="/v1/validacoes",http_response_status_code="200"'
    # A lote promises no 0.1 s, but no error either: so the two objectives go their own ways.
    slow = '{job="api",http_route="/v1/lotes",http_response_status_code='
    failed = 2000 * share("erros")
    return {
        f"{seconds}_count{quick}}}": whole,
        f'{seconds}_bucket{quick},le="0.1"}}': pieces(1000, 1000 * (1 - share("latencia"))),
        f'{seconds}_count{slow}"202"}}': pieces(1000, 1000 - failed),
        f'{seconds}_count{slow}"500"}}': pieces(0, failed),
        # What no user waits for changes nothing.
        f'{seconds}_count{{job="api",http_route="/pronto",http_response_status_code="503"}}': whole,
        'webhook_delay_seconds_count{job="entregador",ordered="no"}': whole,
        'webhook_delay_seconds_bucket{job="entregador",ordered="no",le="5.0"}': pieces(
            1000, 1000 * (1 - share("webhooks"))
        ),
        'webhook_delay_seconds_count{job="entregador",ordered="yes"}': whole,
        'canary_rounds_total{job="canario",outcome="ok"}': pieces(1, 1 - share("canario")),
        'canary_rounds_total{job="canario",outcome="webhook"}': pieces(0, share("canario")),
    }
