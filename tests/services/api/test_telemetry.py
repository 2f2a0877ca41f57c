"""What the API's log and metrics tell of requests: route, method, who asked, and why it failed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.telemetry.logs import EcsFormatter
from ports import free_port
from services.servico import Servico
from services.telemetry.processes import eventually, total

from .running import running_service


@dataclass
class Observed:
    """A running service, its log and its metrics."""

    client: httpx2.Client
    log: Path
    metrics: int
    limited: str
    """a key that may validate and no more"""

    def ask(self, method: str, path: str, **options: Any) -> list[dict[str, Any]]:
        """The log's lines of one request, the last of which is its access line."""
        request_id = str(uuid4())
        headers = {"X-Request-Id": request_id, **options.pop("headers", {})}
        self.client.request(method, path, headers=headers, **options)

        def lines() -> list[dict[str, Any]]:
            every = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
            told = [line for line in map(json.loads, every) if _of(line) == request_id]
            return told if told and told[-1]["event.dataset"] == "fiscalxml.access" else []

        return eventually(lines)


def _of(line: dict[str, Any]) -> str | None:
    return line.get("http.request.id")


@pytest.fixture(scope="module")
def observed(servico: Servico, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    folder = tmp_path_factory.mktemp("observado")
    settings = {name: str(value) for name, value in servico.values.items()}
    limited = servico.new_key(servico.organizacao, Escopo.VALIDAR)
    port = free_port()
    settings |= {"metrics_port": str(port), "metrics_dir": str(folder / "metricas")}
    key = _key(servico.chave)
    with (
        running_service(folder, **settings, database_role="fiscalxml_api") as address,
        httpx2.Client(base_url=address, headers=key, timeout=30) as client,
    ):
        yield Observed(client, folder / "servidor.log", port, limited)


def _key(chave: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {chave}"}


REQUESTS = [
    ("POST", "/v1/validacoes", "/v1/validacoes"),
    ("POST", "/v1/validacoes?perfil=auto", "/v1/validacoes"),
    ("POST", "/v1/resumos", "/v1/resumos"),
    ("POST", "/v1/documentos", "/v1/documentos"),
    ("GET", "/v1/documentos/123", "/v1/documentos/{chave}"),
    ("GET", "/v1/documentos/123/xml", "/v1/documentos/{chave}/xml"),
    ("GET", "/v1/lotes", "/v1/lotes"),
    ("GET", "/v1/lotes/123/itens", "/v1/lotes/{lote}/itens"),
    ("GET", "/v1/regras/629", "/v1/regras/{codigo}"),
    ("GET", "/problemas/conflito", "/problemas/{codigo}"),
    ("GET", "/docs", "/docs"),
    ("GET", "/docs/docs.js", "/docs/{name}"),
    ("GET", "/openapi.json", "/openapi.json"),
    ("GET", "/nada/52998224725", "unmatched"),
    ("HEAD", "/v1/regras/629", "/v1/regras/{codigo}"),
]


@pytest.mark.parametrize(
    ("method", "path", "route"), REQUESTS, ids=[f"{each[0]} {each[1]}" for each in REQUESTS]
)
def test_a_request_is_told_by_its_route_and_its_own_method(
    observed: Observed, servico: Servico, nota: bytes, method: str, path: str, route: str
) -> None:
    name = "http_server_request_duration_seconds_count"
    labels = {"http_route": route, "http_request_method": method}
    before = total(observed.metrics, name, **labels)
    content = nota if method == "POST" else None
    line = observed.ask(method, path, content=content)[-1]
    assert (line["http.request.method"], line["url.path"]) == (method, route)
    if path.startswith("/v1/"):
        assert line["organization.id"] == str(servico.organizacao)
    eventually(lambda: total(observed.metrics, name, **labels) == before + 1)


@pytest.mark.parametrize("path", ["/saude", "/pronto"])
def test_a_probe_that_succeeds_is_counted_and_is_no_line(observed: Observed, path: str) -> None:
    name = "http_server_request_duration_seconds_count"
    before = total(observed.metrics, name, http_route=path, http_response_status_code="200")
    probe = str(uuid4())
    assert observed.client.get(path, headers={"X-Request-Id": probe}).status_code == 200
    observed.ask("GET", "/v1/regras/629")  # whose line comes after what the probe would have
    assert probe not in observed.log.read_text()
    eventually(
        lambda: (
            total(observed.metrics, name, http_route=path, http_response_status_code="200") > before
        )
    )


@pytest.mark.parametrize("path", ["/saude", "/pronto"])
def test_a_probe_that_fails_is_a_line(observed: Observed, path: str) -> None:
    line = observed.ask("POST", path)[-1]
    assert (line["url.path"], line["http.response.status_code"]) == (path, 405)


def test_a_method_that_is_not_allowed_is_told_without_the_path(observed: Observed) -> None:
    line = observed.ask("DELETE", "/v1/validacoes")[-1]
    assert (line["http.request.method"], line["http.response.status_code"]) == ("DELETE", 405)


def test_a_refusal_is_told_by_its_code_and_by_who_asked(
    observed: Observed, servico: Servico
) -> None:
    unknown = observed.ask("GET", "/v1/lotes", headers=_key("fx_dev_outra"))[-1]
    assert (unknown["http.response.status_code"], unknown["error.code"]) == (401, "nao_autenticado")
    assert "organization.id" not in unknown
    closed = observed.ask("GET", "/v1/lotes", headers=_key(observed.limited))[-1]
    assert (closed["http.response.status_code"], closed["error.code"]) == (403, "sem_permissao")
    assert closed["organization.id"] == str(servico.organizacao)
    wrong = observed.ask("GET", "/v1/lotes?limite=nada")[-1]
    assert wrong["error.code"] == "parametros_invalidos"


def test_a_database_that_is_not_there_is_told_by_its_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    servico = Servico(f"postgresql://fiscalxml@127.0.0.1:{free_port()}/nada", tmp_path)
    answer = servico.request("GET", "/v1/lotes")
    servico.close()
    assert answer.status_code == 503
    line = EcsFormatter("api").format(next(r for r in caplog.records if r.exc_info))
    assert json.loads(line)["error.type"] == "ConnectionRefusedError"
    assert json.loads(line)["url.path"] == "/v1/lotes"
