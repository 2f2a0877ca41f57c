"""Whom Cloudflare tells what: PagerDuty for what cannot wait, Slack for what a person plans."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from fiscalxml_ops.cloudflare.plans import Plano
from fiscalxml_ops.cloudflare.zones import Zona

Json = dict[str, Any]


class Aviso(NamedTuple):
    """One policy. Kinds and plans: https://developers.cloudflare.com/notifications/
    notification-available/, 2026-11-29."""

    tipo: str
    nome: str
    acorda: bool
    """whether somebody is called"""
    enterprise: bool = False
    por_zona: bool = False
    filtros: tuple[tuple[str, tuple[str, ...]], ...] = ()


AVISOS: Final = (
    Aviso("real_origin_monitoring", "Origem recusa a Cloudflare (521)", acorda=True),
    Aviso("dos_attack_l7", "Ataque de negação de serviço contido", acorda=False),
    Aviso("universal_ssl_event_type", "Certificado da borda", acorda=False),
    Aviso(
        "zone_aop_custom_certificate_expiration_type",
        "Vence o certificado que a origem exige da Cloudflare",
        acorda=True,
    ),
    Aviso("clickhouse_alert_fw_anomaly", "Salto de bloqueios", acorda=False, por_zona=True),
    Aviso(
        "incident_alert",
        "Incidente na Cloudflare",
        acorda=False,
        filtros=(("incident_impact", ("INCIDENT_IMPACT_MAJOR", "INCIDENT_IMPACT_CRITICAL")),),
    ),
    Aviso(
        "http_alert_origin_error",
        "Erros da origem acima do normal",
        acorda=True,
        enterprise=True,
        por_zona=True,
    ),
    Aviso(
        "http_alert_edge_error",
        "Erros da Cloudflare acima do normal",
        acorda=True,
        enterprise=True,
        por_zona=True,
    ),
    Aviso(
        "failing_logpush_job_disabled_alert", "Logs deixaram de sair", acorda=True, enterprise=True
    ),
)


def policies(zona: Zona) -> dict[str, Json]:
    """Name of each resource -> its policy. Destinations are made by hand and told by id: their
    addresses are secrets, which the state of a resource would hold."""
    return {
        aviso.tipo: _policy(zona, aviso)
        for aviso in AVISOS
        if (zona.plano is Plano.ENTERPRISE or not aviso.enterprise)
        and (zona.avisos_da_conta or aviso.por_zona)
    }


def _policy(zona: Zona, aviso: Aviso) -> Json:
    filters: dict[str, list[str]] = {name: list(values) for name, values in aviso.filtros}
    if aviso.por_zona:
        filters["zones"] = ["${cloudflare_zone.zona.id}"]
    pager = {"pagerduty": [{"id": "${var.pagerduty_id}"}]} if aviso.acorda else {}
    return {
        "account_id": "${var.conta}",
        "name": f"fiscalxml {zona.ambiente}: {aviso.nome}",
        "alert_type": aviso.tipo,
        "enabled": True,
        "mechanisms": {"webhooks": [{"id": "${var.slack_id}"}], **pager},
        **({"filters": filters} if filters else {}),
    }
