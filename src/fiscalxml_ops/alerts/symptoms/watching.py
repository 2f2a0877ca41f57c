"""Who watches, and for how long somebody was called."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.model import Alerta

ALERTA: Final = "alerta"
"""label for which critical alert lasts"""

ESCALADA: Final = Alerta(
    nome="CriticaSemSolucao",
    expr=f'max by ({ALERTA}) (label_replace(time() - ALERTS_FOR_STATE{{severidade="critica"}},'
    f' "{ALERTA}", "$1", "alertname", "(.+)")) > 2700',
    severidade="escalada",
    resumo="{{ $labels.alerta }} dispara há mais de 45 minutos",
    descricao="O alerta crítico {{ $labels.alerta }} dura {{ $value | humanizeDuration }}: a "
    "segunda linha é chamada, tenha o plantão reconhecido ou não.",
)
"""what Alertmanager cannot know is whether somebody acknowledged; that it lasts, Prometheus does"""

VIGILANCIA: Final = (
    ESCALADA,
    Alerta(
        nome="VigilanciaFalhando",
        expr="sum by (integration) (rate(alertmanager_notifications_failed_total[10m])) > 0",
        por="5m",
        severidade="critica",
        resumo="O Alertmanager não consegue avisar por {{ $labels.integration }}",
        descricao="Notificações para {{ $labels.integration }} falham há 5 minutos: um alerta pode "
        "não chegar a ninguém.",
        rotulos={"parte": "avisos"},
    ),
    Alerta(
        nome="VigilanciaFalhando",
        expr="sum(increase(prometheus_rule_evaluation_failures_total[10m])) > 0",
        por="5m",
        severidade="aviso",
        resumo="O Prometheus não avalia todas as regras",
        descricao="Regras de alerta falharam ao ser avaliadas nos últimos 10 minutos.",
        rotulos={"parte": "regras"},
    ),
    Alerta(
        nome="Sentinela",
        expr="vector(1)",
        severidade="sentinela",
        resumo="A vigilância está viva",
        descricao="Dispara sempre. Quem o recebe deve avisar quando ele deixa de chegar.",
    ),
)
