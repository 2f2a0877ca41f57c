"""Names of the zone: services and canary, through Cloudflare; who may certify them."""

from __future__ import annotations

from typing import Any, Final

from fiscalxml_ops.cloudflare.zones import Zona
from fiscalxml_ops.gateway.operations import SERVICOS

Json = dict[str, Any]

_ZONE: Final = "${cloudflare_zone.zona.id}"
_AUTOMATIC: Final = 1
_CAA_SECONDS: Final = 3600
# Those of Universal SSL are Cloudflare's to add, which it does as soon as there is any record of
# ours: https://developers.cloudflare.com/ssl/edge-certificates/caa-records/
_OF_THE_ORIGIN: Final = "amazon.com"


def records(zona: Zona) -> dict[str, Json]:
    """Name of each resource -> the record."""
    services = {
        name: {
            "zone_id": _ZONE,
            "name": host,
            "type": "CNAME",
            "content": "${var.origem}",
            "proxied": True,
            "ttl": _AUTOMATIC,
            "comment": f"fiscalxml: {name}",
        }
        for name, host in (*zip(SERVICOS, zona.hosts, strict=True), ("canario", zona.canario))
    }
    return {
        **services,
        "caa_origem": _caa(zona, "issue", _OF_THE_ORIGIN),
        "caa_aviso": _caa(zona, "iodef", "mailto:${var.email_seguranca}"),
        "validacao": {
            "for_each": "${var.validacoes_acm}",
            "zone_id": _ZONE,
            "name": "${each.key}",
            "type": "CNAME",
            "content": "${each.value}",
            "proxied": False,
            "ttl": _CAA_SECONDS,
            "comment": "fiscalxml: validação do certificado da origem (ACM)",
        },
    }


def _caa(zona: Zona, tag: str, value: str) -> Json:
    return {
        "zone_id": _ZONE,
        "name": zona.nome,
        "type": "CAA",
        "ttl": _CAA_SECONDS,
        "data": {"flags": 0, "tag": tag, "value": value},
    }
