"""What is seen from outside: answers, rounds of the canary, certificates."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.objectives import CANARIO

DE_FORA: Final = (
    Alerta(
        nome="ErrosNumServico",
        expr="sum by (job) (rate(http_server_request_duration_seconds_count"
        '{http_response_status_code=~"5..",http_route!~"/saude|/pronto"}[10m]))'
        " > 0.05 * sum by (job) (rate(http_server_request_duration_seconds_count"
        '{http_route!~"/saude|/pronto"}[10m]))'
        " and sum by (job) (increase(http_server_request_duration_seconds_count"
        '{http_response_status_code=~"5..",http_route!~"/saude|/pronto"}[10m])) >= 5',
        por="5m",
        severidade="aviso",
        resumo="O serviço {{ $labels.job }} responde com erros",
        descricao="Mais de 5 % das respostas do serviço {{ $labels.job }} são 5xx há 10 minutos.",
    ),
    Alerta(
        nome="CanarioMudo",
        expr=f'time() - (max(canary_last_success_timestamp_seconds{{job="{CANARIO}"}})'
        " or vector(0)) > 300",
        por="2m",
        severidade="critica",
        resumo="O canário não completa uma volta há mais de 5 minutos",
        descricao="Um documento enviado de fora não volta como webhook conferido, ou o canário "
        "parou: o serviço pode estar fora para todos.",
    ),
    Alerta(
        nome="CertificadoVencendo",
        expr="min by (service) (canary_certificate_expiry_timestamp_seconds) - time() < 21 * 86400",
        por="1h",
        severidade="chamado",
        resumo="O certificado de {{ $labels.service }} vence em menos de 21 dias",
        descricao="Vence em {{ $value | humanizeDuration }}. A renovação automática já deveria ter "
        "trocado o certificado.",
        rotulos={"prazo": "21d"},
    ),
    Alerta(
        nome="CertificadoVencendo",
        expr="min by (service) (canary_certificate_expiry_timestamp_seconds) - time() < 3 * 86400",
        por="10m",
        severidade="critica",
        resumo="O certificado de {{ $labels.service }} vence em menos de 3 dias",
        descricao="Vence em {{ $value | humanizeDuration }}. Depois disso nenhum cliente conecta.",
        rotulos={"prazo": "3d"},
    ),
)
