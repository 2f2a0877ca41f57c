"""What is seen from outside."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.cases.model import counter, gauge
from fiscalxml_ops.alerts.cases.symptoms.case import DAY, SECONDS, Caso

DE_FORA: Final = (
    Caso(
        nome="ErrosNumServico",
        series={
            f'{SECONDS}{{job="auth",http_response_status_code="200"}}': counter((120, 90)),
            f'{SECONDS}{{job="auth",http_response_status_code="500"}}': counter((20, 0), (100, 10)),
            f'{SECONDS}{{job="api",http_response_status_code="200"}}': counter((120, 9000)),
        },
        quieto=("19m",),
        dispara="40m",
        rotulos={"job": "auth"},
    ),
    Caso(
        nome="ErrosNumServico",
        o_que="não por quatro erros",
        series={
            f'{SECONDS}{{job="auth",http_response_status_code="200"}}': counter((120, 0.5)),
            f'{SECONDS}{{job="auth",http_response_status_code="500"}}': counter((120, 0.4)),
        },
        quieto=("60m",),
    ),
    Caso(
        nome="CanarioMudo",
        series={'canary_last_success_timestamp_seconds{job="canario"}': "0+60x10 600+0x60"},
        quieto=("10m", "16m"),
        dispara="18m",
    ),
    Caso(
        nome="CertificadoVencendo",
        regra="21d",
        series={
            'canary_certificate_expiry_timestamp_seconds{service="api"}': gauge((200, 20 * DAY)),
            'canary_certificate_expiry_timestamp_seconds{service="webhooks"}': gauge(
                (200, 40 * DAY)
            ),
        },
        quieto=("50m",),
        dispara="70m",
        valor="19d 22h 50m 0s",
        rotulos={"service": "api"},
    ),
    Caso(
        nome="CertificadoVencendo",
        regra="21d",
        junto=("3d",),
        o_que="em dois dias",
        series={
            'canary_certificate_expiry_timestamp_seconds{service="api"}': gauge((200, 2 * DAY))
        },
        dispara="70m",
        valor="1d 22h 50m 0s",
        rotulos={"service": "api"},
    ),
)
