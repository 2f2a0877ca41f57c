"""How often, of one address: above what the edge and the gateway let through, which say more.

Whoever keeps to the services' RateLimit headers meets none of these. They are for floods, which
should end where they arrive.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.cloudflare import answers
from fiscalxml_ops.cloudflare.expressions import HOST, all_of, among, quoted
from fiscalxml_ops.cloudflare.paths import open_posts
from fiscalxml_ops.cloudflare.rules import Json, rule
from fiscalxml_ops.cloudflare.zones import Zona
from fiscalxml_ops.edge.limits import requests_per_second
from fiscalxml_ops.gateway.operations import Operacao
from fiscalxml_server.kit.settings import Settings

PERIOD: Final = 10
OPEN_PERIOD: Final = 60
MITIGATION: Final = 10
_BURST: Final = 2
"""seconds' worth that the edge lets through at once: nginx.py"""


def rate_rules(zona: Zona, operacoes: tuple[Operacao, ...], settings: Settings) -> list[Json]:
    """Of one zone; counted in each of Cloudflare's places by itself."""
    rules = [
        _rate(
            "endereco",
            "Um endereço de rede, no todo",
            among(HOST, (*zona.hosts, zona.canario)),
            ["ip.src"],
            per_address(settings),
            PERIOD,
            "Vieram requisições demais deste endereço de rede; espere o que diz Retry-After.",
        ),
        _rate(
            "entrada",
            "Um endereço de rede, onde se adivinham senhas",
            open_posts(zona, operacoes),
            ["ip.src"],
            per_address_open(zona),
            OPEN_PERIOD,
            "Vieram tentativas demais deste endereço de rede; espere o que diz Retry-After.",
        ),
    ]
    if zona.limites.por_cabecalho:
        rules += [_credential(zona, settings, name) for name in ("authorization", "x-api-key")]
    return rules


def per_address(settings: Settings) -> int:
    """In `PERIOD`: all that the edge lets through of one address."""
    return requests_per_second(settings) * (PERIOD + _BURST)


def per_address_open(zona: Zona) -> int:
    """In a minute: what the gateway lets through at *one* open address is for all of them here."""
    return zona.instalacao.limites.aberta


def _credential(zona: Zona, settings: Settings, header: str) -> Json:
    """One credential from many addresses: as many as its whole organisation has."""
    field = f"http.request.headers[{quoted(header)}]"
    return _rate(
        f"credencial_{header.replace('-', '_')}",
        f"Uma credencial em {header}, de quantos endereços vier",
        all_of(among(HOST, zona.hosts), f'any({field}[*] ne "")'),
        [field],
        per_address(settings),
        PERIOD,
        "Vieram requisições demais com esta credencial; espere o que diz Retry-After.",
    )


def _rate(
    ref: str,
    description: str,
    expression: str,
    counted_by: list[str],
    requests: int,
    period: int,
    detail: str,
) -> Json:
    return rule(
        f"taxa_{ref}",
        description,
        expression,
        "block",
        {"response": answers.response(answers.too_many(ref, detail))},
        ratelimit={
            "characteristics": ["cf.colo.id", *counted_by],
            "period": period,
            "requests_per_period": requests,
            "mitigation_timeout": MITIGATION,
        },
    )
