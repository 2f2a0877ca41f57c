"""The configuration of Alertmanager: who is told what, how often, and what is not worth telling.

Secrets are files that it reads itself. What is the installation's own (addresses, a channel) is
given to `configuration`; `fiscalxml-ops alertmanager` does so on the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fiscalxml_ops.alerts.inhibiting import inhibitions
from fiscalxml_ops.alerts.model import Severidade
from fiscalxml_ops.alerts.symptoms import ALERTA, FALTA

SEGREDOS: Final = "/run/secrets"
MODELOS: Final = "mensagens.tmpl"
"""beside the configuration"""

PLANTAO, GESTAO, AVISOS, CHAMADOS, VIDA = "plantao", "gestao", "avisos", "chamados", "sentinela"
RECEPTORES: Final[dict[Severidade, str]] = {
    "critica": PLANTAO,
    "escalada": GESTAO,
    "aviso": AVISOS,
    "chamado": CHAMADOS,
    "sentinela": VIDA,
}
"""severity -> who is told"""


@dataclass(frozen=True, kw_only=True)
class Instalacao:
    """What differs from one installation to another. `segredos`: folder of the files
    `pagerduty-plantao`, `pagerduty-gestao`, `slack-url` and `smtp-senha`."""

    smtp: str = "smtp.exemplo.com.br:587"
    usuario: str = "alertas@exemplo.com.br"
    remetente: str = "API Fiscal XML <alertas@exemplo.com.br>"
    destinatarios: Sequence[str] = ("operacao@exemplo.com.br",)
    canal: str = "#fiscalxml-plantao"
    sentinela: str = "https://sentinela.exemplo.com.br/fiscalxml"
    """asked once a minute: of a service outside that calls when that stops"""
    segredos: str = SEGREDOS
    pagerduty: str = "https://events.pagerduty.com/v2/enqueue"
    tls: bool = True
    """to the SMTP server; off only on loopback"""


def configuration(casa: Instalacao) -> dict[str, Any]:
    """As Alertmanager reads it, from version 0.25 on."""
    return {
        "global": {
            "resolve_timeout": "5m",
            "pagerduty_url": casa.pagerduty,
            "smtp_smarthost": casa.smtp,
            "smtp_from": casa.remetente,
            "smtp_require_tls": casa.tls,
        },
        "templates": [MODELOS],
        "route": _routes(),
        "inhibit_rules": inhibitions(),
        "receivers": _receivers(casa),
    }


def _routes() -> dict[str, Any]:
    """What nobody thought of is a ticket: it is read, and wakes nobody."""
    return {
        "receiver": CHAMADOS,
        # Who has acknowledged one is called again for another role, or another alert that lasts.
        "group_by": ["alertname", "objetivo", "job", FALTA, ALERTA],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "24h",
        "routes": [
            # PagerDuty keeps one incident of a group however often it hears of it; a repetition
            # reopens one that was closed by hand while the alert went on.
            _route("critica", "10s", "1m", "30m"),
            _route("escalada", "0s", "1m", "30m"),
            _route("aviso", "30s", "5m", "4h"),
            _route("chamado", "5m", "30m", "24h"),
            # Less than an interval: as long as one, every second turn may be too early.
            _route("sentinela", "0s", "1m", "50s"),
        ],
    }


def _route(severidade: Severidade, wait: str, interval: str, repeat: str) -> dict[str, Any]:
    return {
        "receiver": RECEPTORES[severidade],
        "matchers": [f'severidade="{severidade}"'],
        "group_wait": wait,
        "group_interval": interval,
        "repeat_interval": repeat,
    }


def _receivers(casa: Instalacao) -> list[dict[str, Any]]:
    slack = {
        "api_url_file": f"{casa.segredos}/slack-url",
        "channel": casa.canal,
        "send_resolved": True,
        "title": '{{ template "fiscalxml.titulo" . }}',
        "title_link": '{{ template "fiscalxml.runbook" . }}',
        "text": '{{ template "fiscalxml.texto" . }}',
        "color": '{{ template "fiscalxml.cor" . }}',
        "fallback": '{{ template "fiscalxml.titulo" . }}',
    }
    return [
        {
            "name": PLANTAO,
            "pagerduty_configs": [_pagerduty(casa, "pagerduty-plantao")],
            "slack_configs": [slack],
        },
        {
            "name": GESTAO,
            "pagerduty_configs": [_pagerduty(casa, "pagerduty-gestao")],
            "slack_configs": [slack],
        },
        {"name": AVISOS, "slack_configs": [slack]},
        {"name": CHAMADOS, "email_configs": [_email(casa, to) for to in casa.destinatarios]},
        {
            "name": VIDA,
            "webhook_configs": [{"url": casa.sentinela, "send_resolved": False, "max_alerts": 1}],
        },
    ]


def _pagerduty(casa: Instalacao, key: str) -> dict[str, Any]:
    return {
        "routing_key_file": f"{casa.segredos}/{key}",
        "send_resolved": True,
        "severity": "critical",
        "client": "API Fiscal XML",
        "client_url": '{{ template "fiscalxml.runbook" . }}',
        "description": '{{ template "fiscalxml.titulo" . }}',
        "details": {"o_que": '{{ template "fiscalxml.texto" . }}'},
        "links": [{"href": '{{ template "fiscalxml.runbook" . }}', "text": "O que fazer"}],
    }


def _email(casa: Instalacao, to: str) -> dict[str, Any]:
    sign_in = {
        "auth_username": casa.usuario,
        "auth_password_file": f"{casa.segredos}/smtp-senha",
    }
    return {
        "to": to,
        "send_resolved": True,
        **(sign_in if casa.usuario else {}),
        "headers": {"Subject": '{{ template "fiscalxml.titulo" . }}'},
        "html": "",
        "text": '{{ template "fiscalxml.titulo" . }}\n\n{{ template "fiscalxml.texto" . }}\n',
    }
