"""GET /v1/regras, /v1/regras/{codigo}, /v1/chaves/{chave}."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2
import msgspec
import pytest

from factory import build, chave_of
from fiscalxml.rules.listing import list_rules

from .answers import problem


def _pages(caller: httpx2.Client, limite: int, **filters: str) -> list[Any]:
    found, cursor = [], None
    while True:
        query = {**filters, "limite": str(limite), **({"cursor": cursor} if cursor else {})}
        page = caller.get("/v1/regras", params=query).json()
        assert len(page["itens"]) <= limite
        found += page["itens"]
        cursor = page["proximo"]
        if cursor is None:
            return found


def test_the_pages_are_the_whole_catalogue_in_its_order(caller: httpx2.Client) -> None:
    assert _pages(caller, 200) == msgspec.to_builtins(list(list_rules()))


@pytest.mark.parametrize(
    ("name", "value"),
    [("codigo", "629"), ("situacao", "implementada"), ("obrigatoriedade", "facultativa")],
)
def test_a_filter_leaves_the_rules_that_have_the_value(
    caller: httpx2.Client, name: str, value: str
) -> None:
    found = _pages(caller, 97, **{name: value})
    whole = msgspec.to_builtins(list(list_rules()))
    assert found == [rule for rule in whole if rule[name] == value] != []


def test_modelo_finds_the_rules_of_several_models(caller: httpx2.Client) -> None:
    found = _pages(caller, 200, modelo="65")
    assert {rule["modelos"] for rule in found} >= {"65", "55/65"}
    assert all("65" in rule["modelos"] for rule in found)
    assert {r["modelos"] for r in _pages(caller, 200, modelo="nfs-e nacional")} == {
        "NFS-e nacional"
    }


def test_texto_is_found_in_any_case_of_letters(caller: httpx2.Client) -> None:
    found = _pages(caller, 200, texto="VALOR DO PRODUTO")
    assert "629" in {rule["codigo"] for rule in found}
    assert found == _pages(caller, 200, texto="valor do produto")


def test_filters_that_nothing_passes_give_an_empty_page(caller: httpx2.Client) -> None:
    page = caller.get("/v1/regras", params={"codigo": "629", "situacao": "desligada"}).json()
    assert page == {"itens": [], "proximo": None}


@pytest.mark.parametrize(
    ("query", "campo"),
    [
        ("limite=0", "limite"),
        ("limite=201", "limite"),
        ("limite=x", "limite"),
        ("limite=99999999999999999999999", "limite"),
        ("situacao=feita", "situacao"),
        ("obrigatoriedade=sim", "obrigatoriedade"),
        ("texto=a", "texto"),
        ("cursor=!!", "cursor"),
        ("cursor=zgAAJxA", "cursor"),
        ("cursor=%C3%A9", "cursor"),
        ("pagina=2", "pagina"),
    ],
)
def test_a_wrong_filter_is_422_in_portuguese(caller: httpx2.Client, query: str, campo: str) -> None:
    (field,) = problem(caller.get(f"/v1/regras?{query}"), 422, "parametros_invalidos")["campos"]
    assert field["campo"] == campo
    assert "should" not in field["mensagem"].lower()


def test_a_code_gives_all_its_rules_and_an_id_one(caller: httpx2.Client) -> None:
    by_code = caller.get("/v1/regras/1115").json()["itens"]
    assert by_code == msgspec.to_builtins(list(list_rules("1115")))
    (only,) = caller.get("/v1/regras/nfe:I11-10").json()["itens"]
    assert only["codigo"] == "629"


def test_every_rule_with_an_id_is_found_by_it_whatever_characters_it_has(
    caller: httpx2.Client,
) -> None:
    odd = [rule.regra for rule in list_rules() if rule.regra and set(rule.regra) & set("/ %()")]
    for regra in odd:
        (only, *_) = caller.get(f"/v1/regras/{quote(regra, safe='')}").json()["itens"]
        assert only["regra"] == regra


@pytest.mark.parametrize("codigo", ["99999", "%20", "nfe:", "..%2F..%2Fetc", "%00", "a/b/c"])
def test_an_unknown_code_is_404(caller: httpx2.Client, codigo: str) -> None:
    problem(caller.get(f"/v1/regras/{codigo}"), 404, "nao_encontrado")


@pytest.mark.parametrize("path", ["/v1/regras", "/v1/regras/629", "/problemas", "/openapi.json"])
def test_what_the_caller_has_already_is_not_sent_again(caller: httpx2.Client, path: str) -> None:
    first = caller.get(path)
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = caller.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    assert caller.get(path, headers={"If-None-Match": '"x"'}).content == first.content


def test_pages_that_differ_have_different_etags(caller: httpx2.Client) -> None:
    one, two = (caller.get(f"/v1/regras?limite={n}").headers["etag"] for n in (1, 2))
    assert one != two


def test_a_key_is_explained_part_by_part(caller: httpx2.Client) -> None:
    chave = chave_of(build("nfe"))
    parts = caller.get(f"/v1/chaves/{chave}").json()
    assert parts["valida"] is True
    assert (parts["text"], parts["modelo"], parts["dv"]) == (chave, "55", chave[-1])
    assert caller.get(f"/v1/chaves/NFe{chave}").json() == parts
    spaced = "%20".join(chave[at : at + 4] for at in range(0, 44, 4))
    assert caller.get(f"/v1/chaves/{spaced}").json() == parts


def test_the_key_of_an_nfse_is_explained_too(caller: httpx2.Client) -> None:
    parts = caller.get(f"/v1/chaves/{chave_of(build('nfse'))}").json()
    assert parts["valida"] is True
    assert len(parts["municipio"]) == 7


@pytest.mark.parametrize("chave", ["1", "%00", "%F0%9F%92%A9", "9" * 44, "9" * 50, "9" * 200, "é"])
def test_what_is_no_key_is_200_with_the_reason(caller: httpx2.Client, chave: str) -> None:
    answer = caller.get(f"/v1/chaves/{chave}")
    assert answer.status_code == 200
    assert answer.json()["valida"] is False
    assert answer.json()["motivo"]


def test_a_text_that_is_far_too_long_for_a_key_is_422(caller: httpx2.Client) -> None:
    problem(caller.get(f"/v1/chaves/{'9' * 201}"), 422, "parametros_invalidos")
