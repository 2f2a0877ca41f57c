"""Processes that are away, or say nothing."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.objectives import CANARIO, MAQUINA, PAPEIS, SERVICOS

FALTA: Final = "papel"
"""label for which role is away"""

_AWAY: Final = tuple(
    Alerta(
        nome="ServicoForaDoAr",
        expr=f'absent(up{{job="{servico}"}} == 1)',
        por="2m",
        severidade="critica",
        resumo=f"Nenhum processo de {servico} responde",
        descricao=f"Há 2 minutos o Prometheus não alcança nenhum processo do papel {servico}: "
        "ou todos caíram, ou deixaram de ser alvos.",
        rotulos={FALTA: servico},
    )
    for servico in SERVICOS
)

PAPEIS_FORA: Final = (
    *_AWAY,
    Alerta(
        nome="ProcessoFora",
        expr=f'up{{job=~"{"|".join((*PAPEIS, CANARIO, MAQUINA))}"}} == 0',
        por="5m",
        severidade="aviso",
        resumo="Um processo de {{ $labels.job }} não responde ao Prometheus",
        descricao="{{ $labels.instance }} ({{ $labels.job }}) está fora há 5 minutos; os outros "
        "processos do papel, onde há, fazem o trabalho dele.",
    ),
    Alerta(
        nome="MetricaAusente",
        expr=" or ".join(
            (
                *(
                    f'absent(http_server_request_duration_seconds_count{{job="{servico}"}})'
                    for servico in SERVICOS
                ),
                'absent(worker_processes{job="worker"})',
                'absent(webhook_lanes{job="entregador"})',
                'absent(queue_depth{job="relay",queue="outbox"})',
                'absent(queue_depth{job="entregador",queue="webhooks.livre"})',
                'absent(queue_depth{job="auth",queue="emails.espera"})',
                # Of machines only where somebody told of one within a day.
                f'absent(node_filesystem_avail_bytes{{job="{MAQUINA}"}})'
                f' and on () count(count_over_time(up{{job="{MAQUINA}"}}[1d]))',
            )
        ),
        por="15m",
        severidade="aviso",
        resumo="O papel {{ $labels.job }} não publica as métricas que os alertas usam",
        descricao="Há 15 minutos falta uma métrica do papel {{ $labels.job }}: um alerta que se "
        "apoia nela não dispararia.",
    ),
)
