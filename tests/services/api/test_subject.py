"""Who may ask: nothing is open by default."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from fiscalxml_server.api.app import create_app
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.settings import Settings

from .answers import problem
from .running import CHAVE

SCOPES = {
    ("POST", "/v1/validacoes"): Escopo.VALIDAR,
    ("POST", "/v1/resumos"): Escopo.RESUMIR,
    ("GET", "/v1/regras"): Escopo.VALIDAR,
    ("GET", "/v1/regras/629"): Escopo.VALIDAR,
    ("GET", "/v1/chaves/123"): Escopo.VALIDAR,
    ("GET", "/v1/uso"): Escopo.VALIDAR,
    ("POST", "/v1/documentos"): Escopo.ESCREVER,
    ("GET", "/v1/documentos/123"): Escopo.LER,
    ("GET", "/v1/documentos/123/xml"): Escopo.LER,
    ("GET", "/v1/documentos/123/relatorio"): Escopo.LER,
    ("GET", "/v1/documentos/123/resumo"): Escopo.LER,
    ("POST", "/v1/lotes"): Escopo.ESCREVER,
    ("POST", "/v1/lotes/envios"): Escopo.ESCREVER,
    ("GET", "/v1/lotes"): Escopo.LER,
    ("GET", "/v1/lotes/123"): Escopo.LER,
    ("GET", "/v1/lotes/123/itens"): Escopo.LER,
    ("GET", "/v1/lotes/123/progresso"): Escopo.LER,
    ("GET", "/v1/documentos"): Escopo.LER,
    ("GET", "/v1/documentos/totais"): Escopo.LER,
    ("GET", "/v1/documentos/mudancas"): Escopo.LER,
    ("GET", "/v1/documentos/causas"): Escopo.LER,
    ("GET", "/v1/documentos/exportacao"): Escopo.LER,
    ("GET", "/v1/documentos/123/validacoes"): Escopo.LER,
    ("GET", "/v1/documentos/123/danfe"): Escopo.LER,
    ("GET", "/v1/documentos/123/eventos"): Escopo.LER,
    ("GET", "/v1/documentos/123/grafo"): Escopo.LER,
    ("GET", "/v1/lotes/123/causas"): Escopo.LER,
    ("GET", "/v1/lotes/123/exportacao"): Escopo.LER,
    ("GET", "/v1/exportacoes"): Escopo.LER,
    ("GET", "/v1/exportacoes/123"): Escopo.LER,
    ("GET", "/v1/exportacoes/123/arquivo"): Escopo.LER,
    ("GET", "/v1/revalidacoes"): Escopo.LER,
    ("GET", "/v1/revalidacoes/123"): Escopo.LER,
    ("GET", "/v1/revalidacoes/123/itens"): Escopo.LER,
    ("GET", "/v1/revalidacoes/123/causas"): Escopo.LER,
    ("GET", "/v1/revalidacoes/123/participantes"): Escopo.LER,
    ("GET", "/v1/revalidacoes/123/progresso"): Escopo.LER,
    ("POST", "/v1/exportacoes"): Escopo.LER,
    ("DELETE", "/v1/exportacoes/123"): Escopo.LER,
    ("POST", "/v1/revalidacoes"): Escopo.ESCREVER,
    ("POST", "/v1/revalidacoes/123/cancelamento"): Escopo.ESCREVER,
}
PROTECTED = list(SCOPES)
OPEN = {"/", "/saude", "/pronto", "/problemas", "/problemas/{codigo}", "/openapi.json", "/docs"}


def test_every_address_is_protected_or_in_the_list_of_open_ones() -> None:
    app = create_app(Settings.model_construct())
    closed = {
        context.path_format
        for context in iter_route_contexts(app.routes)
        if any(
            hasattr(each.call, "escopo")
            for each in getattr(getattr(context, "dependant", None), "dependencies", ())
        )
    }
    every = {context.path for context in iter_route_contexts(app.routes)}
    assert {path for path in every if path} - closed - OPEN <= {
        "/docs/{name}",
        "/v1/regras/{codigo:path}",
    }
    patterns = [re.sub(r"{\w+}", "[^/]+", path) for path in closed if path]
    for asked in {path for _, path in PROTECTED}:
        assert any(re.fullmatch(pattern, asked) for pattern in patterns)
    for pattern in patterns:
        assert any(re.fullmatch(pattern, path) for _, path in PROTECTED), "not tried below"


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_without_a_key_the_answer_is_401_and_says_how_to_send_one(
    anonymous: httpx2.Client, method: str, path: str
) -> None:
    response = anonymous.request(method, path)
    assert "Bearer" in problem(response, 401, "nao_autenticado")["detail"]
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer fx_dev_outra"},
        {"Authorization": f"Basic {CHAVE}"},
        {"Authorization": "Bearer"},
        {"Authorization": CHAVE},
        {"X-API-Key": ""},
        {"X-API-Key": "fx_dev_outra"},
        {"X-API-Key": "x" * 9000},
        {"X-API-Key": CHAVE + "\u00e9"},
        {"Authorization": f"Bearer {CHAVE}", "X-API-Key": CHAVE},
    ],
    ids=str,
)
@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_a_bad_key_is_401(
    anonymous: httpx2.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    response = anonymous.request(method, path, headers=raw)
    problem(response, 401, "nao_autenticado")
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {CHAVE}"},
        {"Authorization": f"bearer   {CHAVE}"},
        {"X-API-Key": CHAVE},
    ],
    ids=str,
)
def test_a_known_key_is_taken_from_either_header(
    anonymous: httpx2.Client, headers: dict[str, str]
) -> None:
    assert anonymous.get("/v1/regras/629", headers=headers).status_code == 200


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_a_key_without_the_scope_is_403_and_says_which_scope(
    anonymous: httpx2.Client, method: str, path: str
) -> None:
    wanted = SCOPES[method, path]
    key = "fx_dev_validar" if wanted is not Escopo.VALIDAR else "fx_dev_ler"
    response = anonymous.request(method, path, headers={"X-API-Key": key})
    members = problem(response, 403, "sem_permissao")
    assert members["escopo"] == wanted
    assert "insufficient_scope" in response.headers["www-authenticate"]


def test_each_scope_opens_its_own_operation(anonymous: httpx2.Client, nota: bytes) -> None:
    for key, path, status in [
        ("fx_dev_validar", "/v1/validacoes", 200),
        ("fx_dev_validar", "/v1/resumos", 403),
        ("fx_dev_resumir", "/v1/resumos", 200),
        ("fx_dev_resumir", "/v1/validacoes", 403),
    ]:
        response = anonymous.post(path, content=nota, headers={"X-API-Key": key})
        assert response.status_code == status


def test_the_credential_is_asked_before_anything_of_the_request_is_looked_at(
    anonymous: httpx2.Client,
) -> None:
    response = anonymous.post(
        "/v1/validacoes?em=ontem&nada=1", content=b"%PDF", headers={"Content-Type": "a/b"}
    )
    problem(response, 401, "nao_autenticado")


def test_without_a_key_file_nobody_is_known() -> None:
    app = create_app(Settings(api_keys_file=None))
    verify = app.state.verificador.verify(CHAVE)
    with pytest.raises(StopIteration) as answer:
        verify.send(None)
    assert answer.value.value is None


def test_a_key_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        create_app(Settings(api_keys_file=tmp_path / "sumiu"))
