"""Errors of Cloudflare's own in the services' words, and what may be kept of answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_ops.cloudflare import answers
from fiscalxml_ops.cloudflare.expressions import (
    ALWAYS,
    HOST,
    METHOD,
    PATH,
    all_of,
    among,
    equal,
    starting,
)
from fiscalxml_ops.cloudflare.rate_rules import MITIGATION
from fiscalxml_ops.cloudflare.rules import Json, rule
from fiscalxml_ops.cloudflare.zones import Zona
from fiscalxml_ops.gateway.operations import Operacao
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.problems import MEDIA_TYPE

_TYPE: Final = "cf.response.error_type"
_OURS: Final = f'any(http.response.headers["content-type"][*] contains "{MEDIA_TYPE}")'
_ASSETS: Final = "/paginas/"
"""of the Auth Service: scripts and styles, which are the same for everybody"""


def error_rules() -> list[Json]:
    """In place of its pages. An error that a service told passes as it is."""
    return [
        _error("origem_fora", "A origem não respondeu", "5xx", answers.AWAY),
        _error("bloqueio", "Regra gerenciada", "waf", answers.BLOCKED),
        _error(
            "taxa",
            "Taxa sem resposta própria",
            "ratelimit",
            answers.too_many(
                "endereco",
                "Vieram requisições demais deste endereço de rede; espere o que diz Retry-After.",
            ),
        ),
    ]


def _error(ref: str, description: str, kind: str, problema: Problema) -> Json:
    return rule(
        f"erro_{ref}",
        description,
        all_of(equal(_TYPE, kind), f"not {_OURS}"),
        "serve_error",
        answers.error(problema),
    )


def header_rules() -> list[Json]:
    """What an answer of Cloudflare's own lacks beside those of the services."""
    return [
        _headers(
            "tipo_do_erro",
            "Problemas que a Cloudflare responde são como os outros",
            among(_TYPE, ("5xx", "waf", "ratelimit")),
            {"Cache-Control": "no-store", "Content-Type": MEDIA_TYPE},
        ),
        _headers(
            "de_novo_origem",
            "Quando tentar de novo: origem",
            equal(_TYPE, "5xx"),
            {"Retry-After": str(answers.RETRY_SECONDS)},
        ),
        _headers(
            "de_novo_taxa",
            "Quando tentar de novo: taxa",
            equal(_TYPE, "ratelimit"),
            {"Retry-After": str(MITIGATION)},
        ),
    ]


def _headers(ref: str, description: str, expression: str, values: Mapping[str, str]) -> Json:
    """A service that told an error itself has said all of it."""
    told = {name: {"operation": "set", "value": value} for name, value in values.items()}
    return rule(ref, description, all_of(expression, f"not {_OURS}"), "rewrite", {"headers": told})


def cache_rules(zona: Zona, operacoes: tuple[Operacao, ...]) -> list[Json]:
    """Nothing is kept, then what is the same for everybody: of several that match, the last one
    decides. The services' own Cache-Control holds there, too: a copy is asked about each time."""
    if not any(each.caminho.startswith(_ASSETS) and each.aberta for each in operacoes):
        raise ValueError(f"nothing open is below {_ASSETS}")
    return [
        rule("nada", "Nada se guarda", ALWAYS, "set_cache_settings", {"cache": False}),
        rule(
            "partes_de_paginas",
            "Scripts e estilos das páginas, iguais para todos",
            all_of(
                equal(HOST, zona.host("auth")),
                among(METHOD, ("GET", "HEAD")),
                starting(PATH, _ASSETS),
            ),
            "set_cache_settings",
            {
                "cache": True,
                "edge_ttl": {"mode": "respect_origin"},
                "browser_ttl": {"mode": "respect_origin"},
                "respect_strong_etags": True,
            },
        ),
    ]
