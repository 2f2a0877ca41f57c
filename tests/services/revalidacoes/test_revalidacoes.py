"""What would the rules of another date change? Asked and answered, end to end."""

from __future__ import annotations

from typing import Any

import pytest

from factory.documents import chave_of
from services.servico import Servico

from .asking import (
    EM,
    OUTRO_CNPJ,
    counts,
    documents,
    get,
    items,
    pages,
    revalidate,
    rows,
    same,
    to_invalid,
    to_valid,
    to_warned,
)

CNPJ = "12345678000195"


class Estoque:
    """Documents of four kinds, and the re-validation of all of them by the rules of 2027."""

    def __init__(self, servico: Servico) -> None:
        self.servico = servico
        self.worse = [to_invalid(1), to_invalid(2), to_invalid(3, OUTRO_CNPJ)]
        self.better, self.warned = to_valid(4), to_warned(5)
        files = [*self.worse, self.better, self.warned, same(6), same(7)]
        self.lote = servico.send({f"{n}.xml": each for n, each in enumerate(files)})
        self.before = documents(servico)
        self.revalidacao = revalidate(servico, em=EM, nome="regras de 2027")

    def path(self, below: str = "") -> str:
        return f"/v1/revalidacoes/{self.revalidacao['id']}{below}"


@pytest.fixture(scope="module")
def estoque(servico: Servico) -> Estoque:
    return Estoque(servico)


def test_it_tells_how_many_documents_change_and_how(estoque: Estoque) -> None:
    found = estoque.revalidacao
    assert (found["situacao"], found["total"], found["prontos"]) == ("concluida", 7, 7)
    assert found["em"] == "2027-01-05T03:00:00Z"
    assert found["nome"] == "regras de 2027"
    assert counts(found) == {"para_invalido": 3, "para_valido": 1, "outra": 1, "igual": 2}
    assert found["concluido_em"] > found["criado_em"]


def test_nothing_of_what_stands_is_overwritten(estoque: Estoque) -> None:
    assert documents(estoque.servico) == estoque.before


def test_only_what_changed_is_an_item_with_what_came_and_what_went(estoque: Estoque) -> None:
    found = {item["chave"]: item for item in items(estoque.servico, estoque.revalidacao)}
    assert len(found) == 5
    for worse in estoque.worse:
        item = found[chave_of(worse)]
        assert (item["mudanca"], item["antes"], item["depois"]) == (
            "para_invalido",
            "valido",
            "invalido",
        )
        assert "1118" in item["vieram"]
        assert item["foram"] == []
        assert item["emissao"].startswith("2025-10-01")
    better = found[chave_of(estoque.better)]
    assert (better["mudanca"], better["foram"]) == ("para_valido", ["745"])
    warned = found[chave_of(estoque.warned)]
    assert (warned["mudanca"], warned["vieram"]) == ("outra", ["1115"])


def test_items_are_chosen_by_kind_party_and_code(estoque: Estoque) -> None:
    def chosen(**params: Any) -> set[str]:
        return {item["chave"] for item in items(estoque.servico, estoque.revalidacao, **params)}

    worse = [chave_of(each) for each in estoque.worse]
    assert chosen(mudanca="para_invalido") == set(worse)
    assert chosen(mudanca="falha") == set()
    assert chosen(emitente=OUTRO_CNPJ) == {worse[2]}
    assert chosen(codigo="1118", emitente=CNPJ) == set(worse[:2])
    assert chosen(codigo="745") == set(), "it went, and did not come"


def test_items_come_in_pages(estoque: Estoque) -> None:
    found = list(pages(estoque.servico, estoque.path("/itens"), limite=2))
    assert [len(page) for page in found] == [2, 2, 1]
    assert len({item["documento"] for page in found for item in page}) == 5


def test_an_item_s_new_report_can_be_read_beside_the_one_that_stands(estoque: Estoque) -> None:
    item = items(estoque.servico, estoque.revalidacao, mudanca="para_invalido")[0]
    new = get(estoque.servico, item["relatorio"])
    assert new["veredito"] == "invalido"
    assert new["referencia"] == {"data": "2027-01-05T00:00:00-03:00", "origem": "opcao"}
    assert new["arquivo"].endswith(".xml")
    old = get(estoque.servico, f"/v1/documentos/{item['documento']}/relatorio")
    assert old["veredito"] == "valido"
    assert old["arquivo"] == new["arquivo"]


def test_the_causes_are_those_of_what_came(estoque: Estoque) -> None:
    found = get(estoque.servico, estoque.path("/causas"))
    assert (found["parcial"], found["documentos"]["total"]) == (False, 7)
    worst, milder = found["causas"]
    assert (worst["codigo"], worst["severidade"]) == ("1115", "erro")
    assert "1118" in worst["tambem"], "the total is wrong because the items lack the group"
    assert (worst["documentos"], worst["emitentes"]) == (3, 2)
    assert (milder["codigo"], milder["severidade"], milder["documentos"]) == ("1115", "aviso", 1)


def test_the_examples_of_a_cause_lead_to_the_report_that_shows_it(estoque: Estoque) -> None:
    found = get(estoque.servico, estoque.path("/causas"))
    shown = get(estoque.servico, found["causas"][0]["exemplos"][0]["relatorio"])
    assert "1118" in {achado["codigo"] for achado in shown["achados"]}


def test_parties_are_told_with_the_codes_that_came_those_hit_most_first(estoque: Estoque) -> None:
    first, second = get(estoque.servico, estoque.path("/participantes"))["itens"]
    assert (first["inscricao"], first["para_invalido"], first["documentos"]) == (CNPJ, 2, 4)
    assert (second["inscricao"], second["para_invalido"], second["documentos"]) == (
        OUTRO_CNPJ,
        1,
        1,
    )
    assert {"codigo": "1118", "documentos": 2} in first["vieram"]
    recipients = get(estoque.servico, estoque.path("/participantes"), papel="destinatario")
    assert sum(each["documentos"] for each in recipients["itens"]) == 5


def test_parties_come_in_pages(estoque: Estoque) -> None:
    found = list(pages(estoque.servico, estoque.path("/participantes"), limite=1))
    assert [each["inscricao"] for page in found for each in page] == [CNPJ, OUTRO_CNPJ]


def test_a_document_has_all_its_validations_the_newest_first(estoque: Estoque) -> None:
    chave = chave_of(estoque.worse[0])
    new, old = get(estoque.servico, f"/v1/documentos/{chave}/validacoes")["itens"]
    assert (new["veredito"], new["vigente"], new["revalidacao"]) == (
        "invalido",
        False,
        estoque.revalidacao["id"],
    )
    assert (old["veredito"], old["vigente"]) == ("valido", True)
    assert "revalidacao" not in old
    path = f"/v1/documentos/{chave}/validacoes"
    assert [len(page) for page in pages(estoque.servico, path, limite=1)] == [1, 1]


def test_a_document_judged_as_before_has_it_in_its_history_too(estoque: Estoque) -> None:
    history = get(estoque.servico, f"/v1/documentos/{chave_of(same(6))}/validacoes")["itens"]
    assert [each["veredito"] for each in history] == ["valido", "valido"]


def test_a_validation_of_another_document_is_not_found(estoque: Estoque) -> None:
    one, other = (
        get(estoque.servico, f"/v1/documentos/{chave_of(each)}/validacoes")["itens"][0]["id"]
        for each in estoque.worse[:2]
    )
    path = f"/v1/documentos/{chave_of(estoque.worse[0])}/relatorio"
    assert get(estoque.servico, path, validacao=one)["veredito"] == "invalido"
    answer = estoque.servico.request("GET", path, params={"validacao": other})
    assert answer.status_code == 404


def test_only_the_documents_of_the_filter_are_judged(estoque: Estoque) -> None:
    servico = estoque.servico
    assert revalidate(servico, em=EM, filtro={"emitente": OUTRO_CNPJ})["total"] == 1
    assert revalidate(servico, em=EM, filtro={"emissao_ate": "2025-12-31"})["total"] == 3
    assert revalidate(servico, em=EM, filtro={"veredito": ["invalido"]})["total"] == 1
    assert revalidate(servico, em=EM, filtro={"lote": estoque.lote["id"]})["total"] == 7
    of_lote = revalidate(servico, em=EM, lote=estoque.lote["id"], filtro={"numero": 1})
    assert (of_lote["total"], of_lote["filtro"]["lote"]) == (1, estoque.lote["id"])
    numbers = revalidate(servico, em=EM, filtro={"numero": [1, 6]})
    assert counts(numbers) == {"para_invalido": 1, "igual": 1}


def test_a_filter_that_chooses_nothing_ends_at_once(estoque: Estoque) -> None:
    found = revalidate(estoque.servico, filtro={"tipo": "bpe"})
    assert (found["situacao"], found["total"], counts(found)) == ("concluida", 0, {})


def test_without_a_date_nothing_changes_where_the_rules_are_the_same(estoque: Estoque) -> None:
    assert counts(revalidate(estoque.servico, filtro={"lote": estoque.lote["id"]})) == {"igual": 7}


def test_the_profile_that_is_asked_for_is_the_one_they_are_judged_by(estoque: Estoque) -> None:
    revalidate(estoque.servico, perfil="rascunho", filtro={"numero": 6})
    path = f"/v1/documentos/{chave_of(same(6))}/validacoes"
    newest, *_ = get(estoque.servico, path)["itens"]
    assert newest["perfil"] == "rascunho"


def test_every_document_is_written_once_for_each_re_validation(estoque: Estoque) -> None:
    doubled = rows(
        estoque.servico,
        "SELECT documento FROM validacoes WHERE revalidacao IS NOT NULL"
        " GROUP BY documento, revalidacao HAVING count(*) > 1",
    )
    assert doubled == []
