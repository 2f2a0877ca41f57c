"""Webhooks and e-mails that do not leave."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.alerts.symptoms.roles import FALTA

_EMAILS: Final = 'max(queue_depth{job="auth",queue="emails.espera"})'
_OLDEST_EMAIL: Final = 'max(queue_oldest_age_seconds{job="auth",queue="emails.espera"})'

WEBHOOKS: Final = (
    Alerta(
        nome="EntregadorAusente",
        expr='absent(up{job="entregador"} == 1)',
        por="2m",
        severidade="critica",
        resumo="Nenhum entregador envia webhooks",
        descricao="Notificações são gravadas e ninguém as entrega: nada se perde, e tudo atrasa.",
        rotulos={FALTA: "entregador"},
    ),
    Alerta(
        nome="WebhooksParados",
        expr='max(queue_oldest_age_seconds{job="entregador",queue="webhooks.livre"}) > 120',
        por="3m",
        severidade="critica",
        resumo="Entregas vencidas esperam e ninguém as toma",
        descricao="A mais antiga espera há {{ $value | humanizeDuration }}: há fatias sem dono, ou "
        "os entregadores não dão conta.",
    ),
    Alerta(
        nome="EntregasFalhando",
        expr='sum(rate(webhook_attempts_total{outcome!~"2.."}[15m]))'
        " > 0.5 * sum(rate(webhook_attempts_total[15m]))"
        ' and on () sum(webhook_lanes{state="open"}) > 0.3 * sum(webhook_lanes{state="all"})'
        ' and on () sum(webhook_lanes{state="all"}) >= 10',
        por="10m",
        severidade="aviso",
        resumo="A maioria das entregas falha, e em muitos receptores ao mesmo tempo",
        descricao="Quando muitos receptores falham juntos, a causa costuma ser nossa: saída para a "
        "internet, proxy ou DNS.",
    ),
)

# One letter may wait for hours: its receiver puts it off. Several that wait are ours.
EMAILS: Final = (
    Alerta(
        nome="EmailsParados",
        expr=f"{_EMAILS} >= 5 and {_OLDEST_EMAIL} > 900",
        por="10m",
        severidade="aviso",
        resumo="E-mails esperam e não saem",
        descricao="Esperam {{ $value }} e-mails, o mais antigo há mais de 15 minutos: confirmações "
        "de cadastro e trocas de senha não chegam a todos.",
        rotulos={"nivel": "alguns"},
    ),
    Alerta(
        nome="EmailsParados",
        expr=f"{_EMAILS} >= 50 and {_OLDEST_EMAIL} > 1800",
        por="10m",
        severidade="critica",
        resumo="Nenhum e-mail sai",
        descricao="Esperam {{ $value }} e-mails, o mais antigo há mais de meia hora: ninguém "
        "confirma um cadastro nem recupera a senha.",
        rotulos={"nivel": "muitos"},
    ),
)
