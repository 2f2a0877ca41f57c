"""`fiscalxml key`, `schema`, `completar` and `--version`."""

from __future__ import annotations

import json
from importlib.metadata import version

import pytest
from cli_command import invoke

import fiscalxml
from factory import build, chave_of
from fiscalxml.identifiers.chave import build_chave
from fiscalxml.identifiers.chave_nfse import chave_nfse_check_digit

CHAVE = "35261112345678000195550010000010011417293560"
_NFSE = "355030821" + "12345678000195" + "0000000000007" + "2611" + "123456789"
NFSE = _NFSE + chave_nfse_check_digit(_NFSE)


@pytest.mark.parametrize(
    "typed",
    [
        (CHAVE,),
        (f"NFe{CHAVE}",),
        tuple(CHAVE[at : at + 4] for at in range(0, 44, 4)),
        (" ".join(CHAVE[at : at + 4] for at in range(0, 44, 4)),),
    ],
)
def test_a_key_is_explained_however_it_is_typed(typed: tuple[str, ...]) -> None:
    result = invoke("key", *typed)
    rows = [line.strip().split("  ", 1) for line in result.output.splitlines()[1:]]
    assert result.exit_code == 0
    assert {name: value.strip() for name, value in rows} == {
        "Chave": "3526 1112 3456 7800 0195 5500 1000 0010 0114 1729 3560",
        "UF": "35: São Paulo (SP)",
        "Emissão": "novembro de 2026",
        "Emitente": "CNPJ 12.345.678/0001-95",
        "Modelo": "55: NF-e",
        "Série": "1",
        "Número": "1001",
        "Tipo de emissão": "1: normal",
        "Código": "41729356",
        "DV": "0",
    }


def test_a_key_of_a_person_shows_the_cpf() -> None:
    chave = build_chave(
        uf="35",
        ano_mes="2611",
        emitente="12345678909",
        modelo="55",
        serie=920,
        numero=1,
        tipo_emissao="1",
        codigo="12345678",
    )
    assert "CPF 123.456.789-09" in invoke("key", chave.text).output


def test_a_key_of_nfse_is_explained() -> None:
    result = invoke("key", NFSE)
    assert result.exit_code == 0
    assert "NFS-e nacional" in result.output
    assert "3550308 (código IBGE)" in result.output
    assert "2: Sistema Nacional" in result.output


@pytest.mark.parametrize("kind", ["nfe", "nfce", "cte", "mdfe", "bpe", "nf3e", "nfcom", "gtve"])
def test_every_model_has_its_names(kind: str) -> None:
    result = invoke("key", chave_of(build(kind)))
    assert result.exit_code == 0
    assert "1: normal" in result.output


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (CHAVE[:-1] + "1", "O dígito verificador da chave é 1, mas deveria ser 0."),
        (CHAVE[:-1], "A chave de acesso tem 44 caracteres, mas este texto tem 43."),
        ("99" + CHAVE[2:], "não é o código IBGE de nenhuma UF"),
        ("\x1b[31m", "este texto tem"),
    ],
)
def test_a_wrong_key_says_why_and_is_1(wrong: str, reason: str) -> None:
    result = invoke("key", wrong)
    assert result.exit_code == 1
    assert result.output.startswith("✖ Chave inválida")
    assert reason in result.output
    assert "\x1b" not in result.output


def test_json_has_the_parts_or_the_reason() -> None:
    good = json.loads(invoke("key", "--json", CHAVE).stdout_bytes)
    assert (good["valida"], good["motivo"], good["modelo"]) == (True, None, "55")
    result = invoke("key", "--json", CHAVE[:-1] + "1")
    bad = json.loads(result.stdout_bytes)
    assert result.exit_code == 1
    assert (bad["valida"], bad["campo"], bad["esperado"]) == (False, "cDV", "0")


def test_schema_is_the_published_one() -> None:
    assert json.loads(invoke("schema").stdout_bytes) == fiscalxml.report_schema()


def test_version() -> None:
    assert invoke("--version").output == f"fiscalxml {version('fiscalxml')}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_found_from_help(shell: str) -> None:
    assert "completar" in invoke("--help").output
    assert "_FISCALXML_COMPLETE" in invoke("completar", shell).output
