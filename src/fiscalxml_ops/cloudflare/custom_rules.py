"""What is refused before anything is looked into: what no service of ours has.

Nothing is challenged: who calls is a machine, which cannot answer one. No country is refused: an
ERP calls from wherever its cloud stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from fiscalxml_ops.cloudflare import answers
from fiscalxml_ops.cloudflare.expressions import (
    HOST,
    METHOD,
    all_of,
    among,
    any_of,
    equal,
    header_contains,
    no,
)
from fiscalxml_ops.cloudflare.paths import addresses, known, methods
from fiscalxml_ops.cloudflare.rules import Json, rule
from fiscalxml_ops.cloudflare.zones import Vinculo, Zona
from fiscalxml_ops.gateway.operations import SERVICOS, Operacao
from fiscalxml_server.kit.errors import Problema


def custom_rules(zona: Zona, operacoes: tuple[Operacao, ...]) -> list[Json]:
    """Of one zone."""
    return [
        _block(
            "trabalhador_alheio",
            "Worker de outra zona: seu endereço é da própria Cloudflare",
            'cf.worker.upstream_zone ne ""',
            answers.WORKER,
        ),
        _block(
            "nome_alheio",
            "Nome que não é nosso",
            no(among(HOST, (*zona.hosts, *zona.paginas))),
            answers.NOT_FOUND,
        ),
        _block(
            "metodo",
            "Método que nenhuma operação tem",
            no(among(METHOD, methods(operacoes))),
            answers.METHOD,
        ),
        *_elsewhere(zona, operacoes),
        *(_bound(zona, vinculo) for vinculo in zona.vinculos),
    ]


def _elsewhere(zona: Zona, operacoes: tuple[Operacao, ...]) -> Iterator[Json]:
    for servico in SERVICOS:
        caminhos = addresses(operacoes, servico)
        yield _block(
            f"caminho_{servico}",
            f"Endereço que o serviço {servico} não tem",
            all_of(equal(HOST, zona.host(servico)), no(known(caminhos))),
            answers.NOT_FOUND,
        )


def _bound(zona: Zona, vinculo: Vinculo) -> Json:
    """`contains`, since the scheme before a key may be written in many ways."""
    key = f"{vinculo.chave}_"
    given = any_of(header_contains("authorization", key), header_contains("x-api-key", key))
    proven = all_of(
        "cf.tls_client_auth.cert_verified",
        no("cf.tls_client_auth.cert_revoked"),
        equal("cf.tls_client_auth.cert_fingerprint_sha256", vinculo.certificado),
    )
    return _block(
        f"vinculo_{vinculo.chave}",
        f"Chave {vinculo.chave} sem o certificado do seu dono",
        all_of(among(HOST, zona.hosts), given, no(proven)),
        answers.UNKNOWN_CREDENTIAL,
    )


def _block(ref: str, description: str, expression: str, problema: Problema) -> Json:
    return rule(ref, description, expression, "block", {"response": answers.response(problema)})
