"""Lotes."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.cases.model import counter, gauge
from fiscalxml_ops.alerts.cases.symptoms.case import BUSY, IDLE, Caso, goes

_RELAY: Final = 'queue_oldest_age_seconds{job="relay",queue="processar.pendente"}'

PROCESSAMENTO: Final = (
    Caso(
        nome="SemWorker",
        series={IDLE: goes(1, None), BUSY: goes(0, None)},
        quieto=("9m",),
        dispara="18m",
    ),
    Caso(
        nome="SemWorker",
        o_que="não quando todos trabalham",
        series={IDLE: goes(1, 0), BUSY: goes(0, 1)},
        quieto=("30m",),
    ),
    Caso(
        nome="RelayAusente", series={'up{job="relay"}': goes(1, 0)}, quieto=("9m",), dispara="13m"
    ),
    Caso(
        nome="RepasseParado",
        series={_RELAY: gauge((10, 1)) + " " + gauge((60, 150)), IDLE: goes(1, 2)},
        quieto=("9m", "12m"),
        dispara="14m",
        valor="2m 30s",
    ),
    Caso(
        nome="RepasseParado",
        o_que="não quando todos os workers trabalham",
        series={_RELAY: goes(1, 800), IDLE: goes(0, 0), BUSY: goes(2, 2)},
        quieto=("60m",),
    ),
    Caso(
        nome="FilaAtrasada",
        series={_RELAY: goes(200, 420)},
        quieto=("9m", "14m"),
        dispara="16m",
        valor="7m 0s",
    ),
    Caso(
        nome="MortosAumentando",
        series={'queue_depth{job="relay",queue="processar.morto"}': gauge((10, 2), (120, 3))},
        # From then on it is as it was an hour ago.
        quieto=("85m",),
        dispara="69m",
        valor="3",
    ),
    Caso(
        nome="TrabalhosFalhando",
        series={
            'job_duration_seconds_count{job_type="processar",outcome="done"}': counter((120, 90)),
            'job_duration_seconds_count{job_type="processar",outcome="error"}': counter(
                (30, 5), (90, 60)
            ),
            'job_duration_seconds_count{job_type="abrir",outcome="done"}': counter((120, 90)),
        },
        quieto=("29m",),
        dispara="60m",
        rotulos={"job_type": "processar"},
    ),
)
