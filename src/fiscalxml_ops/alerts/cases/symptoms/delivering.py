"""Webhooks and e-mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_ops.alerts.cases.model import counter, gauge
from fiscalxml_ops.alerts.cases.symptoms.case import DAY, EMAILS, Caso, goes


def _emails(depth: float, age: float) -> Mapping[str, str]:
    """After ten minutes of one that has waited for ten; two processes look at the same queue."""
    depths, ages = goes(1, depth), goes(600, age)
    return {
        f"queue_depth{EMAILS}": depths,
        f"queue_oldest_age_seconds{EMAILS}": ages,
        'queue_depth{job="auth",queue="emails.espera",instance="b"}': depths,
        'queue_oldest_age_seconds{job="auth",queue="emails.espera",instance="b"}': ages,
    }


ENTREGAS: Final = (
    Caso(
        nome="EntregadorAusente",
        series={'up{job="entregador"}': goes(1, 0)},
        quieto=("9m", "11m"),
        dispara="13m",
    ),
    Caso(
        nome="WebhooksParados",
        series={
            'queue_oldest_age_seconds{job="entregador",queue="webhooks.livre"}': goes(1, 150),
            # Parked: its receiver fails, and that is not ours.
            'queue_oldest_age_seconds{job="entregador",queue="webhooks.estacionada"}': goes(
                9e4, 9e4
            ),
        },
        quieto=("9m", "12m"),
        dispara="14m",
        valor="2m 30s",
    ),
    Caso(
        nome="EntregasFalhando",
        series={
            'webhook_attempts_total{outcome="204"}': counter((20, 100), (100, 30)),
            'webhook_attempts_total{outcome="conexao"}': counter((20, 1), (100, 70)),
            'webhook_lanes{state="all"}': gauge((120, 40)),
            'webhook_lanes{state="open"}': gauge((20, 1), (100, 20)),
        },
        quieto=("19m",),
        dispara="60m",
    ),
    Caso(
        nome="EntregasFalhando",
        o_que="não por um só receptor",
        series={
            'webhook_attempts_total{outcome="204"}': counter((120, 30)),
            'webhook_attempts_total{outcome="conexao"}': counter((120, 70)),
            'webhook_lanes{state="all"}': gauge((120, 40)),
            'webhook_lanes{state="open"}': gauge((120, 1)),
        },
        quieto=("60m",),
    ),
    Caso(
        nome="EmailsParados",
        regra="alguns",
        series=_emails(5, 1000),
        quieto=("9m", "19m"),
        dispara="21m",
        valor="5",
    ),
    Caso(
        nome="EmailsParados",
        regra="alguns",
        junto=("muitos",),
        o_que="nenhum sai",
        series=_emails(50, 2000),
        quieto=("9m", "19m"),
        dispara="21m",
        valor="50",
    ),
    Caso(
        nome="EmailsParados",
        o_que="não por um que o receptor adia há dias",
        series=_emails(1, 2 * DAY),
        quieto=("130m",),
    ),
    Caso(
        nome="EmailsParados",
        o_que="não por muitos que acabam de ser escritos",
        series=_emails(300, 60),
        quieto=("130m",),
    ),
)
