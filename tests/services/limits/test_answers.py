"""What a caller is told of his limits, in every answer and when there is nothing left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from factory.documents import build
from fiscalxml_server.kit.rbac import Escopo
from services.servico import Servico

POLICY = re.compile(r'"([a-z-]+)";q=(\d+);w=60')
XML = {"Content-Type": "application/xml"}


@pytest.fixture(scope="module")
def few(banco: str, valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """A service where a credential may do little."""
    folder = tmp_path_factory.mktemp("servico")
    servico = Servico(
        banco, folder, limits_url=valkey, limit_validar=8, limit_enviar=4, limit_ler=200
    )
    yield servico
    servico.close()


@pytest.fixture
def chave(few: Servico) -> str:
    """A key of an organisation that has not asked for anything yet."""
    return few.new_key(uuid4())


def _refused(answer: httpx2.Response, policy: str) -> None:
    assert answer.status_code == 429, answer.text
    told = answer.json()
    assert (told["codigo"], told["violated-policies"]) == ("limite_de_requisicoes", [policy])
    assert told["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    wait = int(answer.headers["retry-after"])
    assert 1 <= wait <= 120
    assert answer.headers["ratelimit"] == f'"{policy}";r=0;t={wait}'
    assert answer.headers.get_list("ratelimit-policy") == [answer.headers["ratelimit-policy"]]


@pytest.mark.parametrize(
    ("method", "path", "status", "policy"),
    [
        ("POST", "/v1/validacoes", 422, "validar"),
        ("POST", "/v1/validacoes?todas=true", 422, "validar"),
        ("POST", "/v1/resumos", 422, "validar"),
        ("GET", "/v1/chaves/1", 200, "validar"),
        ("GET", "/v1/documentos", 200, "ler"),
        ("HEAD", "/v1/documentos", 200, "ler"),
        ("GET", "/v1/documentos?nada=1", 422, "ler"),
        ("GET", "/v1/documentos/1", 404, "ler"),
        ("POST", "/v1/documentos", 422, "enviar"),
    ],
)
def test_every_answer_to_a_known_caller_tells_his_limits(
    few: Servico, chave: str, method: str, path: str, status: int, policy: str
) -> None:
    answer = few.request(method, path, chave=chave, headers=XML)
    assert answer.status_code == status, answer.text
    told = [name for name, _ in POLICY.findall(answer.headers["ratelimit-policy"])]
    assert told == [policy, f"{policy}-credencial"]
    assert re.fullmatch(rf'"{policy}-credencial";r=\d+;t=\d+', answer.headers["ratelimit"])


def test_what_is_left_goes_down(few: Servico, chave: str) -> None:
    told = [few.request("GET", "/v1/documentos", chave=chave).headers["ratelimit"] for _ in "123"]
    left = [int(re.findall(r"r=(\d+)", each)[0]) for each in told]
    assert left == [99, 98, 97]


def test_who_is_not_known_is_told_nothing(few: Servico) -> None:
    for path, chave in (("/saude", "x"), ("/v1/documentos", "fx_dev_errada"), ("/v1/nada", "x")):
        answer = few.request("GET", path, chave=chave)
        assert not [name for name in answer.headers if name.startswith("ratelimit")], path


@pytest.mark.parametrize("query", ["", "?todas=false"])
def test_too_many_requests_are_refused_the_short_way_and_the_long(
    few: Servico, chave: str, query: str
) -> None:
    nota = build("nfe")
    for _ in range(4):
        answer = few.request("POST", f"/v1/validacoes{query}", content=nota, chave=chave)
        assert answer.status_code == 200
    for _ in range(3):
        answer = few.request("POST", f"/v1/validacoes{query}", content=nota, chave=chave)
        _refused(answer, "validar-credencial")
    assert few.request("GET", "/v1/documentos", chave=chave).status_code == 200


def test_what_a_credential_may_not_do_counts_too(few: Servico) -> None:
    """Nobody finds out for nothing what a stolen key can do."""
    chave = few.new_key(uuid4(), Escopo.LER)
    said = [few.request("POST", "/v1/documentos", chave=chave).status_code for _ in range(4)]
    assert said == [403, 403, 429, 429]


def test_an_organisation_s_credentials_share_its_limit(few: Servico) -> None:
    organizacao = uuid4()
    keys = [few.new_key(organizacao, Escopo.VALIDAR, Escopo.LER) for _ in range(2)]
    said = [few.request("GET", "/v1/chaves/1", chave=each).status_code for each in keys * 3]
    assert said == [200, 200, 200, 200, 429, 429]


def test_the_problem_is_explained(few: Servico) -> None:
    told = few.request("GET", "/problemas/limite_de_requisicoes").json()
    assert told["status"] == 429
    assert "Retry-After" in told["explicacao"]
