"""Cloudflare's own rules, those of OWASP, and what they may not look into; floods.

They read bodies as texts: an `infCpl` with SQL in it, or a password, is an attack to them, and
no member of a body can be excepted. So what carries fiscal documents goes past both, and what
carries passwords past those of OWASP: our edge looks into these, and is tried with every document
of the corpus (infra/edge).
"""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.cloudflare.expressions import ALWAYS
from fiscalxml_ops.cloudflare.paths import fiscal_bodies, secrets_in_bodies
from fiscalxml_ops.cloudflare.rules import Json, rule
from fiscalxml_ops.cloudflare.zones import Zona
from fiscalxml_ops.gateway.operations import Operacao

CLOUDFLARE: Final = "efb7b8c949ac4650a09736fc376e9aee"
OWASP: Final = "4814384a9e5d4991b9815dcfc25d2f1f"
"""rulesets: https://developers.cloudflare.com/waf/managed-rules/"""
OWASP_SCORE: Final = "6179ae15870a4bb7b2d480d4843b323c"
"""the rule of it that decides"""
HTTP_DDOS: Final = "4d21379b4f9f4bb088e0729962c8b3cf"
"""ruleset: https://developers.cloudflare.com/ddos-protection/managed-rulesets/http/"""
THRESHOLD: Final = 40
"""medium; at paranoia level 1, as at our edge"""
_ABOVE_LEVEL_1: Final = ("paranoia-level-2", "paranoia-level-3", "paranoia-level-4")


def managed_rules(zona: Zona, operacoes: tuple[Operacao, ...]) -> list[Json]:
    """Exceptions first: they hold for what comes after them. Rules keep their own actions: a new
    one is only logged at first, and one action for all would make it block."""
    return [
        rule(
            "corpo_fiscal",
            "Documentos fiscais: examinados pela borda, que os conhece",
            fiscal_bodies(zona, operacoes),
            "skip",
            {"rulesets": [CLOUDFLARE, OWASP]},
            logging={"enabled": False},
        ),
        rule(
            "corpo_com_segredo",
            "Senhas são quaisquer caracteres",
            secrets_in_bodies(zona),
            "skip",
            {"rulesets": [OWASP]},
            logging={"enabled": False},
        ),
        rule(
            "gerenciadas",
            "Cloudflare Managed Ruleset",
            ALWAYS,
            "execute",
            {"id": CLOUDFLARE},
        ),
        rule(
            "owasp",
            "OWASP Core Ruleset, nível 1",
            ALWAYS,
            "execute",
            {
                "id": OWASP,
                "overrides": {
                    "categories": [{"category": each, "enabled": False} for each in _ABOVE_LEVEL_1],
                    "rules": [{"id": OWASP_SCORE, "action": "block", "score_threshold": THRESHOLD}],
                },
            },
        ),
    ]


def ddos_rules() -> list[Json]:
    """Always on; here only: not at the first sign of a month's end, when ten times the usual comes
    from few addresses."""
    return [
        rule(
            "inundacao",
            "HTTP DDoS: sensibilidade média",
            ALWAYS,
            "execute",
            {
                "id": HTTP_DDOS,
                "overrides": {"sensitivity_level": "medium"},
            },
        )
    ]
