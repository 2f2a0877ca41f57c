"""Who watches."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.cases.model import counter, gauge
from fiscalxml_ops.alerts.cases.symptoms.case import IDLE, Caso, goes
from fiscalxml_ops.objectives import SERVICOS

_QUIET: Final = {
    **{f'up{{job="{papel}"}}': gauge((130, 1)) for papel in (*SERVICOS, "relay")},
    IDLE: gauge((130, 1)),
    'database_connections{job="relay"}': gauge((130, 1)),
    'broker_clients{job="relay"}': gauge((130, 1)),
    'canary_last_success_timestamp_seconds{job="canario"}': "0+60x130",
}
"""what keeps everything else that is critical silent"""


VIGILANCIA: Final = (
    Caso(
        nome="VigilanciaFalhando",
        regra="avisos",
        series={
            'alertmanager_notifications_failed_total{integration="slack"}': counter(
                (10, 0), (60, 2)
            ),
            'alertmanager_notifications_failed_total{integration="email"}': counter((70, 0)),
        },
        quieto=("10m", "14m"),
        dispara="30m",
        rotulos={"integration": "slack"},
    ),
    Caso(
        nome="VigilanciaFalhando",
        regra="regras",
        series={"prometheus_rule_evaluation_failures_total": counter((10, 0), (60, 1))},
        quieto=("10m",),
        dispara="30m",
    ),
    Caso(
        nome="CriticaSemSolucao",
        series={'up{job="entregador"}': goes(1, 0), **_QUIET},
        quieto=("9m", "50m"),
        dispara="57m",
        valor="47m 0s",
        rotulos={"alerta": "EntregadorAusente"},
    ),
    Caso(nome="Sentinela", series={"up": "1x10"}, dispara="1m"),
)
