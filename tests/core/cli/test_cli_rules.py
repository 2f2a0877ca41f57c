"""`fiscalxml rules`: one code explained, the whole catalogue, JSON."""

from __future__ import annotations

import json

from cli_command import invoke

FIELDS = {
    "codigo",
    "regra",
    "mensagem",
    "condicao",
    "correcao",
    "fonte",
    "modelos",
    "desde",
    "ate",
    "obrigatoriedade",
    "situacao",
}


def test_a_code_is_explained_with_its_condition_and_how_to_mend_it() -> None:
    result = invoke("rules", "629")
    assert result.exit_code == 0
    assert "Valor do Produto difere do produto Valor Unitário" in result.output
    assert "conferida" in result.output
    assert "nfe:I11-10" in result.output
    assert "facultativa" in result.output
    assert "MOC 7.0 Anexo I" in result.output
    assert "vProd é qCom vezes vUnCom" in result.output


def test_a_rule_is_explained_by_its_id_too() -> None:
    assert invoke("rules", "NFE:i11-10").stdout == invoke("rules", "nfe:I11-10").stdout
    assert invoke("rules", "nfe:I11-10").stdout.startswith("629  Valor do Produto")


def test_what_is_typed_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in invoke("rules", "\x1b[2J").stderr


def test_a_code_with_several_rules_shows_them_all() -> None:
    assert invoke("rules", "374").output.count("374  ") == 2


def test_what_needs_the_register_of_sefaz_says_so() -> None:
    assert "não avaliável offline" in invoke("rules", "204").output


def test_a_rule_of_another_layer_counts_as_checked() -> None:
    rules = [json.loads(line) for line in invoke("rules", "502", "--json").stdout.splitlines()]
    assert {rule["situacao"] for rule in rules if rule["regra"] == "nfe:A03-10"} == {"implementada"}


def test_an_unknown_code_is_said_to_be_unknown() -> None:
    result = invoke("rules", "9999")
    assert result.exit_code == 1
    assert "Nenhuma regra conhecida tem o código, id ou palavras 9999" in result.stderr


def test_rules_are_found_by_words_without_their_accents() -> None:
    output = invoke("rules", "desconto", "maior", "PRODUTO").output
    assert "nfe:I17-10" in output
    assert invoke("rules", "combustivel").output.count("nfe:") > 1


def test_words_that_no_rule_has_are_unknown() -> None:
    result = invoke("rules", "credito", "jabuticaba")
    assert result.exit_code == 1
    assert "palavras credito jabuticaba" in result.stderr


def test_a_wrong_and_a_right_fragment_show_what_the_rule_means() -> None:
    rules = [json.loads(line) for line in invoke("rules", "629", "--json").stdout.splitlines()]
    (rule,) = [rule for rule in rules if rule["regra"] == "nfe:I11-10"]
    assert "<vProd>1000.02</vProd>" in rule["errado"]
    assert "<vProd>1000.00</vProd>" in rule["certo"]


def test_json_has_one_object_a_line_with_the_fields_of_the_contract() -> None:
    lines = invoke("rules", "--json").stdout.splitlines()
    rules = [json.loads(line) for line in lines]
    assert len(rules) > 2500
    assert all(rule.keys() >= FIELDS for rule in rules)
    assert {rule["situacao"] for rule in rules} >= {"implementada", "nao_avaliavel", "pendente"}
    assert all(rule["correcao"] for rule in rules if rule["situacao"] == "desligada")


def test_the_list_ends_with_how_many_are_checked() -> None:
    last = invoke("rules").output.splitlines()[-1]
    assert "conferidas" in last
    assert "ainda não conferidas" in last
