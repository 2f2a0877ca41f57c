"""The catalogue as it is shown: every code, also those that no document can show."""

from __future__ import annotations

from collections import defaultdict

import pytest

from fiscalxml.rules.catalogue import outras_camadas, remedios, verbetes
from fiscalxml.rules.listing import Explicacao, list_family, list_rules


def by_code() -> dict[str, list[Explicacao]]:
    found: dict[str, list[Explicacao]] = defaultdict(list)
    for rule in list_family("nfe"):
        found[rule.codigo].append(rule)
    return found


def test_what_no_document_can_show_is_explained() -> None:
    (rule,) = [rule for rule in list_rules("204") if rule.modelos == "55/65"]
    assert rule.situacao == "nao_avaliavel"
    assert rule.causa is not None
    assert "já está autorizada" in rule.causa
    assert rule.correcao is not None


def test_most_of_such_codes_are_explained() -> None:
    undecidable = [rule for rule in list_family("nfe") if rule.situacao == "nao_avaliavel"]
    explained = {rule.codigo for rule in undecidable if rule.causa}
    assert len(explained) > len({rule.codigo for rule in undecidable}) * 0.85


def test_only_codes_of_the_catalogue_that_no_rule_checks_are_explained() -> None:
    rules = by_code()
    stale = [
        codigo
        for codigo in remedios()
        if not any(rule.situacao == "nao_avaliavel" for rule in rules.get(codigo, ()))
    ]
    assert stale == []


@pytest.mark.parametrize("codigo", sorted(remedios()))
def test_an_explanation_is_sentences(codigo: str) -> None:
    remedio = remedios()[codigo]
    for text in (remedio.causa, remedio.correcao):
        assert text.endswith(".")
        assert text == text.strip()
        assert "  " not in text


def test_a_rule_of_an_event_is_found_by_its_own_id() -> None:
    (rule,) = list_rules("evento:P10-10")
    assert (rule.codigo, rule.situacao) == ("489", "implementada")
    assert [rule.regra for rule in by_code()["784"]] == ["evento:GA03a"]


def test_a_rule_of_another_chapter_does_not_hide_the_row_that_it_is_written_from() -> None:
    rows = {(row.regra, row.codigo) for row in verbetes("nfe") if row.regra}
    assert rows <= {(rule.regra, rule.codigo) for rule in list_family("nfe")}


def test_what_another_layer_checks_counts_and_only_in_its_own_family() -> None:
    assert [rule.situacao for rule in by_code()["572"]] == ["implementada"]
    assert {rule.situacao for rule in list_family("cte") if rule.codigo == "572"} == {
        "nao_avaliavel"
    }


def test_what_the_schema_checks_counts_and_what_nothing_can_check_does_not() -> None:
    rows = {(rule.regra or "", rule.codigo): rule for rule in list_family("nfe")}
    for row, camada in outras_camadas().items():
        undecidable = camada.nome == "nenhuma"
        assert rows[row].situacao == ("nao_avaliavel" if undecidable else "implementada")
        assert rows[row].correcao == camada.remedio.correcao
        assert camada.remedio.causa.endswith(".")
        assert camada.remedio.correcao.endswith(".")
