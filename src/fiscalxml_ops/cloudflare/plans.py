"""What a plan of Cloudflare lets a zone do: only what decides how it is made.

Read on 2026-11-29 in Cloudflare's documentation, the page named beside each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MEGABYTE: Final = 1_000_000

READ_SECONDS: Final = 120
"""without a byte of the answer, then 524: fundamentals/reference/connection-limits"""
WRITE_SECONDS: Final = 30
"""for the origin to take something of the body, then 524: the same page"""
EXPRESSION_CHARACTERS: Final = 4096
"""of a rule: ruleset-engine/rules-language/expressions"""
RESPONSE_BYTES: Final = 10_240
"""of a custom error: rules/custom-errors/parameters; those of blocks may have three times that"""


class Plano(StrEnum):
    """Those that are sold with managed rules, custom errors and rules by method and host."""

    BUSINESS = "business"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True)
class Limites:
    """Of one plan."""

    corpo: int
    """bytes of a request's body, then 413: cache/concepts/default-cache-behavior, upload limits"""
    taxas: int
    """rules in http_ratelimit: waf/rate-limiting-rules, availability"""
    periodos: frozenset[int]
    """seconds over which they count: the same page"""
    por_cabecalho: bool
    """whether they may count by a header: the same page, Advanced Rate Limiting"""
    logpush: bool
    """logs/logpush: availability"""


PLANOS: Final[Mapping[Plano, Limites]] = MappingProxyType(
    {
        Plano.BUSINESS: Limites(
            corpo=200 * MEGABYTE,
            taxas=5,
            periodos=frozenset({10, 60, 600}),
            por_cabecalho=False,
            logpush=False,
        ),
        Plano.ENTERPRISE: Limites(
            corpo=500 * MEGABYTE,
            taxas=100,
            periodos=frozenset({10, 60, 120, 300, 600, 3600}),
            por_cabecalho=True,
            logpush=True,
        ),
    }
)
