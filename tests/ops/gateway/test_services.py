"""The services themselves, asked through the gateway."""

from __future__ import annotations

import io
import json
import secrets
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factory import build
from fiscalxml_ops.gateway.policies import security_headers
from fiscalxml_server.kit.api_keys import checksum, new_key
from fiscalxml_server.kit.http.body import largest_body
from fiscalxml_server.kit.settings import Settings
from services.auth.chaves.casa import Casa
from services.servers.running import server_folder

from .entrance import HOSTS, Entrada
from .services import Sistema, system

SCOPES = ["validar", "documentos:ler", "documentos:escrever", "webhooks:ler", "webhooks:escrever"]
SECURITY = [name.lower() for name in security_headers()]
BIG = 50 * 1024 * 1024


@pytest.fixture(scope="module")
def sistema(banco: str, valkey: str) -> Iterator[Sistema]:
    with server_folder() as folder, system(banco, valkey, Path(folder)) as found:
        yield found


@pytest.fixture(scope="module")
def casa(sistema: Sistema) -> Casa:
    return Casa(sistema.portal)


@pytest.fixture(scope="module")
def chave(casa: Casa) -> str:
    made: str = casa.new(escopos=SCOPES)["chave"]
    return made


@pytest.fixture
def entrada(sistema: Sistema) -> Entrada:
    return sistema.entrada


def test_each_address_reaches_its_service(entrada: Entrada, casa: Casa, chave: str) -> None:
    rules = entrada.ask("GET", "/v1/regras/629", x_api_key=chave)
    assert (rules.status, rules.cabecalhos["content-type"]) == (200, "application/json")
    assert b'"629"' in rules.corpo
    keys = entrada.ask(
        "GET", "/v1/chaves-api", servico="auth", authorization=f"Bearer {casa.token()}"
    )
    assert keys.status == 200
    assert chave[:16].encode() in keys.corpo
    hooks = entrada.ask("GET", "/v1/webhooks", servico="webhooks", x_api_key=chave)
    assert hooks.status == 200, hooks
    for servico in HOSTS:
        state = entrada.ask("GET", "/pronto", servico=servico)
        assert state.status == 200
    assert "keys" in entrada.ask("GET", "/.well-known/jwks.json", servico="auth").json


def test_a_document_is_validated_and_limits_are_told_by_the_service(
    entrada: Entrada, chave: str
) -> None:
    answer = entrada.ask(
        "POST",
        "/v1/validacoes",
        corpo=build("nfe"),
        content_type="application/xml",
        x_api_key=chave,
    )
    assert answer.status == 200, answer
    assert "veredito" in answer.json
    assert answer.cabecalhos["ratelimit-policy"].startswith('"validar"')
    assert answer.cabecalhos["strict-transport-security"]


def test_the_services_refuse_what_only_they_can_know(entrada: Entrada, casa: Casa) -> None:
    stranger = casa.new(escopos=["validar"])["chave"]
    assert entrada.ask("GET", "/v1/lotes", x_api_key=stranger).status == 403
    unknown = "fx_live_Ab3dE6gH_" + "0" * 22
    answer = entrada.ask("GET", "/v1/lotes", x_api_key=unknown + checksum(unknown))
    assert (answer.status, answer.json["codigo"]) == (401, "nao_autenticado")


def test_gateway_and_service_say_the_same(sistema: Sistema, chave: str) -> None:
    """The one before the service is asked, the other by it: the same problem, word for word."""
    large = b" " * (largest_body(Settings.model_construct().max_document_bytes) + 1)
    xml = {"content_type": "application/json", "x_api_key": chave}
    refused: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("GET", "/v1/lotes", {}),
        ("GET", "/v1/lotes", {"x_api_key": chave[:-1] + "_"}),
        ("GET", "/v1/lotes", {"x_api_key": chave, "authorization": f"Bearer {chave}"}),
        ("GET", "/v1/lotes", {"authorization": "Basic x"}),
        ("GET", "/v1/lotes", {"authorization": "Bearer "}),
        ("GET", "/v1/lotes", {"authorization": "Bearer a.b.c"}),
        ("GET", "/v1/nada", {"x_api_key": chave}),
        ("POST", "/v1/validacoes", {"corpo": large, **xml}),
        ("POST", "/v1/revalidacoes", {"corpo": b" " * 70_000, **xml}),
        ("POST", "/v1/validacoes", {"corpo": iter([large]), **xml}),
    )
    for metodo, caminho, asked in refused:
        of_gateway = sistema.entrada.ask(metodo, caminho, **asked)
        of_service = sistema.api.ask(metodo, caminho, **{**asked, "corpo": _again(asked, large)})
        assert of_gateway.json == of_service.json
        for name in ("content-type", "www-authenticate", "cache-control", *SECURITY):
            assert of_gateway.cabecalhos.get(name) == of_service.cabecalhos.get(name), name


def _again(asked: dict[str, Any], large: bytes) -> Any:
    """A body that was sent, once more."""
    return asked.get("corpo") if isinstance(asked.get("corpo"), bytes | None) else iter([large])


def test_methods_that_an_address_allows_are_those_of_the_service(sistema: Sistema) -> None:
    for caminho in ("/v1/lotes", "/v1/documentos/totais", "/v1/exportacoes/x"):
        of_gateway = sistema.entrada.ask("PUT", caminho)
        of_service = sistema.api.ask("PUT", caminho)
        assert of_gateway.status == of_service.status == 405
        assert of_gateway.cabecalhos["allow"] == of_service.cabecalhos["allow"]


def test_fifty_megabytes_pass_and_their_progress_is_followed(entrada: Entrada, chave: str) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        member = tarfile.TarInfo("grande.bin")
        member.size = BIG
        tar.addfile(member, io.BytesIO(secrets.token_bytes(BIG)))
    sent = entrada.ask(
        "POST",
        "/v1/lotes",
        corpo=archive.getvalue(),
        content_type="application/x-tar",
        x_api_key=chave,
    )
    assert sent.status == 202, sent
    connection = entrada.connect()
    path = f"{sent.cabecalhos['location']}/progresso"
    connection.request("GET", path, headers={"Host": HOSTS["api"], "X-API-Key": chave})
    answer = connection.getresponse()
    assert answer.getheader("content-type", "").startswith("text/event-stream")
    assert answer.readline().startswith(b"id: ")  # no worker runs: the stream goes on
    connection.close()


def test_a_throttle_sees_the_callers_address_and_not_the_gateways(entrada: Entrada) -> None:
    def report(de: str) -> int:
        """Of a key that nobody has; an address may report 30 an hour."""
        return entrada.ask(
            "POST",
            "/v1/chaves-vazadas",
            servico="auth",
            corpo=json.dumps({"chave": new_key(teste=False)}),
            content_type="application/json",
            x_forwarded_for=de,
        ).status

    codes = [report("198.51.100.30") for _ in range(31)]
    assert codes[-1] == 429
    assert 429 not in codes[:30]
    assert report("198.51.100.31") != 429
