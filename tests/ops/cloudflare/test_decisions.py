"""What a zone's rules do with requests: those of the services, those of attackers, and errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from fiscalxml_ops.cloudflare.managed_rules import CLOUDFLARE, OWASP
from fiscalxml_ops.cloudflare.paths import let_in
from fiscalxml_ops.cloudflare.plans import Plano
from fiscalxml_ops.cloudflare.zones import ZONAS, Vinculo, Zona
from fiscalxml_ops.gateway.operations import Classe, Operacao
from fiscalxml_server.kit.api_keys import new_key
from ops.edge.ataques import listed

from .pedidos import SETTINGS, Pedido, Regras

PRODUCAO = ZONAS[0]
IMPRESSAO = "ab" * 32
OPERACOES = let_in(PRODUCAO, SETTINGS)
_PARAMETER = re.compile(r"\{[^/{}]+\}")


@pytest.fixture(scope="module")
def regras() -> Regras:
    return Regras(PRODUCAO)


def requests(operacao: Operacao, zona: Zona = PRODUCAO) -> Iterator[Pedido]:
    """It, as callers write it: with a chave, a UUID, a name."""
    values = ("3" * 44, "01981d5c-7f2e-7c3a-9a51-0123456789ab", "pagina.css")
    for value in dict.fromkeys(_PARAMETER.sub(value, operacao.caminho) for value in values):
        yield Pedido(operacao.metodo, value, zona.host(operacao.servico))


def test_every_operation_of_every_service_is_let_in() -> None:
    for zona in reversed(ZONAS):
        regras = Regras(zona)
        for operacao in let_in(zona, SETTINGS):
            for pedido in requests(operacao, zona):
                assert regras.refusal(pedido) is None, pedido
                for method in ("OPTIONS", "HEAD"):
                    assert regras.refusal(replace(pedido, metodo=method)) is None
    assert len(OPERACOES) > 150
    assert regras.refusal(Pedido("GET", "/painel/notas", "fiscal.example.com.br")) is None


@pytest.mark.parametrize(
    ("pedido", "status", "codigo"),
    [
        (Pedido("GET", "/wp-login.php"), 404, "nao_encontrado"),
        (Pedido("GET", "/.env"), 404, "nao_encontrado"),
        (Pedido("GET", "/interno/revogacoes"), 404, "nao_encontrado"),
        (Pedido("GET", "/metrics"), 404, "nao_encontrado"),
        (Pedido("GET", "/docs"), 404, "nao_encontrado"),
        (Pedido("GET", "/v1/lotes/../../interno/introspeccao"), 404, "nao_encontrado"),
        (Pedido("GET", "/v1/lotes/%2e%2e/%2e%2e/interno/x"), 404, "nao_encontrado"),
        (Pedido("GET", "/V1/documentos"), 404, "nao_encontrado"),
        (Pedido("GET", "/v1/webhooks"), 404, "nao_encontrado"),
        (Pedido("GET", "/", "203.0.113.5"), 404, "nao_encontrado"),
        (Pedido("GET", "/v1/regras", "api.outra.example.com"), 404, "nao_encontrado"),
        (Pedido("TRACE", "/v1/regras"), 405, "metodo_nao_permitido"),
        (Pedido("PROPFIND", "/v1/regras"), 405, "metodo_nao_permitido"),
        (Pedido("GET", "/v1/regras", trabalhador="evil.example"), 403, "requisicao_bloqueada"),
    ],
)
def test_what_no_service_has_ends_here_with_a_problem(
    regras: Regras, pedido: Pedido, status: int, codigo: str
) -> None:
    answer = regras.refusal(pedido)
    assert answer is not None
    assert answer["status_code"] == status
    assert f'"codigo":"{codigo}"' in answer["content"]
    assert f'"status":{status}' in answer["content"]


def test_the_canary_is_told_by_a_webhook_and_asked_nothing(regras: Regras) -> None:
    told = Pedido("POST", "/", PRODUCAO.canario)
    assert regras.refusal(told) is None
    assert regras.counted_by(told) == {"taxa_endereco"}
    for other in (replace(told, metodo="GET"), replace(told, alvo="/metrics")):
        answer = regras.refusal(other)
        assert answer is not None
        assert answer["status_code"] == 404


def test_of_the_edges_attacks_only_those_elsewhere_end_here(regras: Regras) -> None:
    """The others have an address, a name and a method of ours: the edge and the services refuse
    them. What ends here is what the gateway has no route for."""
    ended = []
    attacks = listed(new_key(teste=False))
    ours = {(PRODUCAO.host(each.servico), each.metodo, each.caminho) for each in OPERACOES}
    for attack in attacks:
        found = re.match(rb"([!-~]+) ([!-~]+) HTTP/1\.[01]\r\n", attack.bytes_)
        host = re.search(rb"\r\nHost: ([^\r\n]*)\r\n", attack.bytes_)
        if found is None or host is None or not found[2].startswith(b"/"):
            continue  # Cloudflare's own servers take no such request
        pedido = Pedido(found[1].decode(), found[2].decode("latin-1"), host[1].decode())
        if regras.refusal(pedido) is not None:
            ended.append(attack.titulo)
            path = pedido.fields()["http.request.uri.path"]
            assert (pedido.host, pedido.metodo, path) not in ours, attack.titulo
    assert len(attacks) > 200
    assert len(ended) >= 20, ended


def test_no_rule_reads_a_fiscal_document(regras: Regras) -> None:
    """A note may have any text: the edge, which is tried with all of them, looks into it."""
    carried = {Classe.DOCUMENTO, Classe.ENVIO}
    found = [each for each in OPERACOES if each.classe in carried]
    assert {each.caminho for each in found} >= {"/v1/validacoes", "/v1/resumos", "/v1/lotes"}
    for operacao in found:
        (pedido,) = requests(operacao)
        assert regras.looked_into_by(pedido) == set()
        assert regras.looked_into_by(replace(pedido, metodo="GET")) == {CLOUDFLARE, OWASP}


def test_passwords_are_not_read_as_attacks_and_all_else_is_looked_into(regras: Regras) -> None:
    for operacao in OPERACOES:
        if operacao.classe in {Classe.DOCUMENTO, Classe.ENVIO}:
            continue
        writes = operacao.metodo in {"POST", "PUT", "PATCH"}
        expected = {CLOUDFLARE} if operacao.servico == "auth" and writes else {CLOUDFLARE, OWASP}
        for pedido in requests(operacao):
            assert regras.looked_into_by(pedido) == expected, pedido


def test_nothing_is_kept_but_what_is_the_same_for_everybody(regras: Regras) -> None:
    kept = set()
    for operacao in OPERACOES:
        for pedido in requests(operacao):
            if regras.kept(pedido):
                kept.add((operacao.servico, operacao.metodo, operacao.caminho))
                assert operacao.aberta
    assert kept == {("auth", "GET", "/paginas/{nome}")}
    assert not regras.kept(Pedido("GET", "/paginas/pagina.css"))


def test_every_request_is_counted_by_address_and_guesses_twice(regras: Regras) -> None:
    for operacao in OPERACOES:
        guess = operacao.servico == "auth" and operacao.aberta and operacao.metodo == "POST"
        for pedido in requests(operacao):
            counted = regras.counted_by(pedido)
            assert counted == {"taxa_endereco"} | ({"taxa_entrada"} if guess else set())


def test_with_enterprise_a_credential_is_counted_wherever_it_comes_from() -> None:
    regras = Regras(replace(PRODUCAO, plano=Plano.ENTERPRISE))
    asked = Pedido("GET", "/v1/regras")
    assert regras.counted_by(asked) == {"taxa_endereco"}
    for header in ("authorization", "x-api-key"):
        counted = regras.counted_by(replace(asked, cabecalhos={header: ("x",)}))
        assert counted == {"taxa_endereco", f"taxa_credencial_{header.replace('-', '_')}"}


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
@pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer   "])
def test_a_bound_key_is_worth_nothing_without_its_certificate(header: str, scheme: str) -> None:
    key = new_key(teste=False)
    bound = Vinculo(key[: len("fx_live_") + 8], IMPRESSAO)
    regras = Regras(replace(PRODUCAO, vinculos=(bound,)))
    asked = Pedido("GET", "/v1/regras", cabecalhos={header: (scheme + key,)})
    answer = regras.refusal(asked)
    assert answer is not None
    assert answer["status_code"] == 401
    assert regras.refusal(replace(asked, certificado=IMPRESSAO)) is None
    assert regras.refusal(replace(asked, certificado="cd" * 32)) is not None
    assert regras.refusal(replace(asked, certificado=IMPRESSAO, revogado=True)) is not None
    other = {header: (scheme + new_key(teste=False),)}
    assert regras.refusal(replace(asked, cabecalhos=other)) is None


@pytest.mark.parametrize(
    ("kind", "status", "codigo", "again"),
    [
        ("5xx", 503, "indisponivel", "2"),
        ("waf", 403, "requisicao_bloqueada", None),
        ("ratelimit", 429, "limite_de_requisicoes", "10"),
    ],
)
def test_an_error_of_cloudflares_is_told_as_the_services_tell_theirs(
    regras: Regras, kind: str, status: int, codigo: str, again: str | None
) -> None:
    told = regras.error(kind, "text/html; charset=UTF-8")
    assert told is not None
    assert told["status_code"] == status
    assert f'"codigo":"{codigo}"' in told["content"]
    assert told["cabecalhos"].get("Retry-After") == again
    assert told["cabecalhos"]["Content-Type"] == "application/problem+json"
    assert told["cabecalhos"]["Cache-Control"] == "no-store"


def test_an_error_that_a_service_told_passes_as_it_is(regras: Regras) -> None:
    assert regras.error("5xx", "application/problem+json; charset=utf-8") is None
    assert regras.error("", "application/json") is None
