"""Every error is a problem in Portuguese with a stable code, and each code is explained."""

from __future__ import annotations

import asyncio
import json
import logging

import httpx2
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from fiscalxml_server.api.app import create_app
from fiscalxml_server.kit.errors import Indisponivel, all_problems
from fiscalxml_server.kit.http.boundary import install_boundary
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.logs import EcsFormatter

from .answers import problem


def test_an_unknown_address_is_404(anonymous: httpx2.Client) -> None:
    for path in ("/v1", "/v1/nada", "/v1/validacoes/", "/V1/validacoes", "/%00", "/docs/x.js"):
        problem(anonymous.get(path), 404, "nao_encontrado")


@pytest.mark.parametrize(
    ("path", "method", "allow"),
    [
        ("/v1/validacoes", "GET", "OPTIONS, POST"),
        ("/v1/validacoes", "DELETE", "OPTIONS, POST"),
        ("/v1/resumos", "PUT", "OPTIONS, POST"),
        ("/v1/regras", "POST", "GET, HEAD, OPTIONS"),
        ("/saude", "POST", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "PATCH", "GET, HEAD, OPTIONS"),
        ("/saude", "TRACE", "GET, HEAD, OPTIONS"),
        ("/saude", "INVENTADO", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_405_with_those_that_are_allowed(
    anonymous: httpx2.Client, path: str, method: str, allow: str
) -> None:
    response = anonymous.request(method, path)
    problem(response, 405, "metodo_nao_permitido")
    assert response.headers["allow"] == allow


@pytest.mark.parametrize("path", ["/v1/validacoes", "/v1/regras", "/v1/regras/629", "/saude"])
def test_options_tells_the_methods(anonymous: httpx2.Client, path: str) -> None:
    response = anonymous.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert ("POST" in response.headers["allow"]) == (path == "/v1/validacoes")


@pytest.mark.parametrize("path", ["/v1/regras", "/v1/regras/629", "/saude", "/pronto", "/docs"])
def test_head_is_get_without_its_body(caller: httpx2.Client, path: str) -> None:
    head, get = caller.head(path), caller.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["content-type"] == get.headers["content-type"]


def test_head_of_an_error_has_its_status_and_no_body(anonymous: httpx2.Client) -> None:
    assert [anonymous.head(path).status_code for path in ("/nada", "/v1/regras")] == [404, 401]
    assert anonymous.head("/v1/validacoes").status_code == 405


def test_every_problem_is_explained_where_its_type_points_to(anonymous: httpx2.Client) -> None:
    create_app(Settings.model_construct())
    listed = anonymous.get("/problemas").json()
    assert listed["proximo"] is None
    assert listed["itens"] == [each.explained() for each in all_problems("api")]
    for item in listed["itens"]:
        assert anonymous.get(f"/problemas/{item['codigo']}").json() == item
    problem(anonymous.get("/problemas/nada"), 404, "nao_encontrado")


def test_no_two_problems_share_a_code_and_each_is_told_in_whole_sentences() -> None:
    codes = [each.codigo for each in all_problems()]
    assert len(set(codes)) == len(codes)
    for each in all_problems():
        assert 400 <= each.status <= 599
        assert each.titulo
        assert each.explicacao.endswith(".")


def test_no_answer_may_be_taken_for_another_type(anonymous: httpx2.Client) -> None:
    for path in ("/saude", "/nada", "/docs"):
        assert anonymous.get(path).headers["x-content-type-options"] == "nosniff"


QUOTED = "CNPJ 12345678000195"


@pytest.fixture
def failing() -> FastAPI:
    """An application whose endpoints fail in each way."""
    app = FastAPI()
    install_boundary(app)

    @app.get("/erro")
    async def erro() -> Response:
        raise ValueError(QUOTED)

    @app.get("/http/{status}")
    async def http(status: int) -> Response:
        raise HTTPException(status, detail=QUOTED)

    @app.get("/fora")
    async def fora() -> Response:
        raise Indisponivel("O banco não responde.", headers={"Retry-After": "3"})

    @app.get("/causa")
    async def causa() -> Response:
        raise Indisponivel("O banco não responde.") from ConnectionRefusedError(QUOTED)

    @app.get("/meio")
    async def meio() -> Response:
        async def parts() -> object:
            yield b"inicio"
            raise ValueError(QUOTED)

        return StreamingResponse(parts())  # type: ignore[arg-type]

    return app


def _get(app: FastAPI, path: str) -> httpx2.Response:
    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_an_unforeseen_exception_is_500_without_its_message(
    failing: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = _get(failing, "/erro")
    problem(response, 500, "erro_interno")
    assert QUOTED not in response.text
    (record,) = caplog.records
    line = EcsFormatter("api").format(record)
    told = json.loads(line)
    assert told["error.type"] == "ValueError"
    assert told["error.stack_trace"].endswith(" erro")
    assert told["url.path"] == "/erro"
    assert QUOTED not in line


def test_what_made_the_service_fail_is_logged_by_its_type(
    failing: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        problem(_get(failing, "/causa"), 503, "indisponivel")
        problem(_get(failing, "/fora"), 503, "indisponivel")
    (record,) = caplog.records
    line = EcsFormatter("api").format(record)
    assert json.loads(line)["error.type"] == "ConnectionRefusedError"
    assert QUOTED not in line


@pytest.mark.parametrize(
    ("status", "expected", "codigo"),
    [
        (400, 400, "requisicao_invalida"),
        (404, 404, "nao_encontrado"),
        (413, 413, "corpo_grande_demais"),
        (415, 415, "tipo_nao_aceito"),
        (418, 400, "requisicao_invalida"),
        (500, 500, "erro_interno"),
        (502, 500, "erro_interno"),
        (503, 503, "indisponivel"),
    ],
)
def test_what_the_framework_raises_is_told_in_our_words(
    failing: FastAPI, status: int, expected: int, codigo: str
) -> None:
    response = _get(failing, f"/http/{status}")
    problem(response, expected, codigo)
    assert QUOTED not in response.text


def test_a_problem_keeps_its_headers(failing: FastAPI) -> None:
    response = _get(failing, "/fora")
    problem(response, 503, "indisponivel")
    assert response.headers["retry-after"] == "3"


@pytest.mark.parametrize(("version", "closes"), [("1.1", True), ("2", False)])
def test_a_refused_caller_who_sends_without_end_is_answered_after_a_while(
    failing: FastAPI, version: str, closes: bool
) -> None:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": version,
        "method": "POST",
        "scheme": "http",
        "path": "/nada",
        "raw_path": b"/nada",
        "query_string": b"",
        "root_path": "",
        "headers": [],
    }
    read, sent = [], []

    async def receive() -> Message:
        read.append(1)
        return {"type": "http.request", "body": bytes(1024 * 1024), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(failing(scope, receive, send))
    assert sent[0]["status"] == 404
    assert ((b"connection", b"close") in sent[0]["headers"]) == closes
    assert len(read) < 100


def test_a_failure_in_the_middle_of_an_answer_breaks_it_off(failing: FastAPI) -> None:
    with pytest.raises(ConnectionAbortedError):
        _get(failing, "/meio")


def test_a_value_that_is_not_accepted_is_told_with_those_that_are(caller: httpx2.Client) -> None:
    members = problem(caller.post("/v1/resumos?formato=xml"), 422, "parametros_invalidos")
    assert members["detail"] == "formato: não é um dos valores aceitos: campos ou tags."


def test_a_parameter_that_is_not_there_is_told_with_those_that_are(caller: httpx2.Client) -> None:
    members = problem(caller.post("/v1/resumos?fromato=tags"), 422, "parametros_invalidos")
    assert members["detail"] == "fromato: este parâmetro não existe aqui; os que existem: formato."
