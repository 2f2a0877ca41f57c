"""Roles that are away."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.cases.symptoms.case import EMAILS, IDLE, SECONDS, Caso, goes
from fiscalxml_ops.objectives import SERVICOS


def _away(servico: str) -> Caso:
    others = {f'up{{job="{other}"}}': goes(1, 1) for other in SERVICOS if other != servico}
    return Caso(
        nome="ServicoForaDoAr",
        regra=servico,
        series={**others, f'up{{job="{servico}"}}': goes(1, 0)},
        quieto=("9m", "11m"),
        dispara="13m",
        o_que=servico,
    )


PAPEIS_FORA: Final = (
    *map(_away, SERVICOS),
    Caso(
        nome="ProcessoFora",
        series={
            'up{job="api",instance="a"}': goes(1, 1),
            'up{job="api",instance="b"}': goes(1, 0),
        },
        quieto=("9m", "14m"),
        dispara="16m",
        rotulos={"job": "api", "instance": "b"},
    ),
    Caso(
        nome="MetricaAusente",
        series={
            f'{SECONDS}{{job="api"}}': goes(1, 1),
            f'{SECONDS}{{job="auth"}}': goes(1, None),
            f'{SECONDS}{{job="webhooks"}}': goes(1, 1),
            IDLE: goes(1, 1),
            'webhook_lanes{job="entregador",state="all"}': goes(0, 0),
            f"queue_depth{EMAILS}": goes(0, 0),
            'queue_depth{job="relay",queue="outbox"}': goes(0, 0),
            'queue_depth{job="entregador",queue="webhooks.livre"}': goes(0, 0),
        },
        quieto=("9m", "24m"),
        dispara="40m",
        rotulos={"job": "auth"},
    ),
    Caso(
        nome="MetricaAusente",
        o_que="a máquina que era vista",
        series={
            f'{SECONDS}{{job="api"}}': goes(1, 1),
            f'{SECONDS}{{job="auth"}}': goes(1, 1),
            f'{SECONDS}{{job="webhooks"}}': goes(1, 1),
            IDLE: goes(1, 1),
            'webhook_lanes{job="entregador",state="all"}': goes(0, 0),
            f"queue_depth{EMAILS}": goes(0, 0),
            'queue_depth{job="relay",queue="outbox"}': goes(0, 0),
            'queue_depth{job="entregador",queue="webhooks.livre"}': goes(0, 0),
            'up{job="maquina"}': goes(1, None),
            'node_filesystem_avail_bytes{job="maquina"}': goes(9, None),
        },
        quieto=("9m", "24m"),
        dispara="40m",
        rotulos={"job": "maquina"},
    ),
)
