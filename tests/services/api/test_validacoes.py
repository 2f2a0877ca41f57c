"""POST /v1/validacoes: the report is the core's, byte by byte."""

from __future__ import annotations

from datetime import datetime

import httpx2
import pytest

from factory import write_authorities
from fiscalxml import validate
from fiscalxml.generator import Faixa, Pedido, generate
from fiscalxml.report import read_report

from .answers import problem


@pytest.fixture(scope="module")
def ac(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    folder = tmp_path_factory.mktemp("ac")
    write_authorities(folder)
    return (str(folder),)


def test_the_report_is_that_of_the_library(
    caller: httpx2.Client, nota: bytes, ac: tuple[str, ...]
) -> None:
    response = caller.post("/v1/validacoes", content=nota)
    assert response.headers["content-type"] == "application/json"
    assert response.content == validate(nota, ac=ac).to_json()


@pytest.mark.parametrize("data", [b"lixo", b"<a/>", b"\0" * 50, "<a>\u00e9".encode("utf-16")])
def test_a_bad_document_is_200_with_a_report(caller: httpx2.Client, data: bytes) -> None:
    response = caller.post("/v1/validacoes", content=data)
    assert response.status_code == 200
    assert read_report(response.content).veredito != "valido"


@pytest.mark.parametrize(
    ("query", "instant"),
    [
        ("2020-01-01", "2020-01-01T00:00:00-03:00"),
        ("2020-01-01T10:00:00", "2020-01-01T10:00:00-03:00"),
        ("2020-01-01T10:00:00Z", "2020-01-01T10:00:00+00:00"),
        ("2020-01-01T10:00:00%2B02:00", "2020-01-01T10:00:00+02:00"),
    ],
)
def test_em_is_the_reference_date_in_brasilia_unless_it_says_otherwise(
    caller: httpx2.Client, nota: bytes, ac: tuple[str, ...], query: str, instant: str
) -> None:
    response = caller.post(f"/v1/validacoes?em={query}", content=nota)
    assert response.content == validate(nota, ac=ac, em=datetime.fromisoformat(instant)).to_json()


@pytest.mark.parametrize("perfil", ["auto", "rascunho", "transmissao", "autorizado"])
def test_perfil_is_as_asked(caller: httpx2.Client, nota: bytes, perfil: str) -> None:
    report = read_report(caller.post(f"/v1/validacoes?perfil={perfil}", content=nota).content)
    assert report.perfil == ("autorizado" if perfil == "auto" else perfil)


@pytest.mark.parametrize(
    ("query", "codigos"),
    [
        ("uf=SP&ambiente=producao", set()),
        ("uf=PR", {"226"}),
        ("uf=SVC-RS", {"713"}),
        ("ambiente=homologacao", {"252"}),
    ],
)
def test_who_is_to_authorise_is_as_asked(
    caller: httpx2.Client, nota: bytes, query: str, codigos: set[str]
) -> None:
    report = read_report(caller.post(f"/v1/validacoes?{query}", content=nota).content)
    assert {achado.codigo for achado in report.achados} >= codigos
    assert not ({"226", "252", "713"} - codigos) & {achado.codigo for achado in report.achados}


def test_todas_lists_what_is_otherwise_counted(caller: httpx2.Client) -> None:
    pedido = Pedido(quantidade=1, tipos={"nfe": 1}, itens=(Faixa(25, 25),))
    data = next(generate(pedido)).xml.replace(b"<NCM>", b"<NCM>x")
    first = read_report(caller.post("/v1/validacoes", content=data).content)
    every = read_report(caller.post("/v1/validacoes?todas=true", content=data).content)
    assert len(every.achados) > len(first.achados)
    assert any(achado.ocorrencias for achado in first.achados)
    assert not any(achado.ocorrencias for achado in every.achados)


@pytest.mark.parametrize(
    ("query", "campo"),
    [
        ("em=ontem", "em"),
        ("em=", "em"),
        ("em=2020-13-01", "em"),
        ("em=1700000000", "em"),
        ("em=0001-01-01", "em"),
        ("em=9999-12-31T23:59:59-12:00", "em"),
        ("em=2020-01-01%00", "em"),
        ("em=2020-01-01&em=2021-01-01", "em"),
        ("perfil=outro", "perfil"),
        ("perfil=", "perfil"),
        ("perfil=AUTO", "perfil"),
        ("uf=XX", "uf"),
        ("uf=", "uf"),
        ("uf=sp", "uf"),
        ("ambiente=1", "ambiente"),
        ("todas=1", "todas"),
        ("todas=sim", "todas"),
        ("todas", "todas"),
        ("profil=auto", "profil"),
        ("EM=2020-01-01", "EM"),
        ("%00=1", "\0"),
        ("%ff=1", "\ufffd"),
        ("=1", ""),
        ("a[]=1", "a[]"),
    ],
)
def test_a_wrong_or_unknown_parameter_is_422_and_named(
    caller: httpx2.Client, nota: bytes, query: str, campo: str
) -> None:
    response = caller.post(f"/v1/validacoes?{query}", content=nota)
    (field,) = problem(response, 422, "parametros_invalidos")["campos"]
    assert (field["campo"], field["onde"]) == (campo, "query")
    assert field["mensagem"]


def test_a_large_document_gets_its_report_too(caller: httpx2.Client) -> None:
    data = b"<a>" + b"<b/>" * 200_000 + b"</a>"
    response = caller.post("/v1/validacoes", content=data)
    assert response.status_code == 200
    assert read_report(response.content).tamanho == len(data)
