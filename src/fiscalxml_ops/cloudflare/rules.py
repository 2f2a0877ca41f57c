"""A rule of Cloudflare, and the rulesets that a zone has: one a phase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fiscalxml_ops.cloudflare.plans import EXPRESSION_CHARACTERS

Json = dict[str, Any]

_NAMES: Final = {
    "http_request_firewall_custom": "O que não é do serviço",
    "http_request_firewall_managed": "Regras gerenciadas",
    "http_ratelimit": "Taxas",
    "http_request_cache_settings": "Cache",
    "http_custom_errors": "Erros",
    "http_response_headers_transform": "Cabeçalhos de resposta",
    "ddos_l7": "Negação de serviço",
}


def rule(
    ref: str, description: str, expression: str, action: str, parameters: Json, **more: Json
) -> Json:
    """One; `ref` keeps its identity when it moves. Raises ValueError for what is too long."""
    if len(expression) > EXPRESSION_CHARACTERS:
        raise ValueError(f"{ref}: an expression of {len(expression)} characters")
    return {
        "ref": ref,
        "description": description,
        "expression": expression,
        "action": action,
        **({"action_parameters": parameters} if parameters else {}),
        **more,
        "enabled": True,
    }


def ruleset(phase: str, rules: Sequence[Json]) -> Json:
    """The one of a phase: all its rules, in the order in which they are asked."""
    return {
        "zone_id": "${cloudflare_zone.zona.id}",
        "name": _NAMES[phase],
        "kind": "zone",
        "phase": phase,
        "rules": list(rules),
    }
