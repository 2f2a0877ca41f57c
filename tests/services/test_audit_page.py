"""docs/auditoria.md: every action is explained, and its worked example is the real format."""

from __future__ import annotations

import hashlib
import re

import pytest
from fastapi import FastAPI
from scripts.build_audit_page import PUBLISHED, operations, page

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.auditing import declarations

TEXT = PUBLISHED.read_text(encoding="utf-8")


def test_the_page_is_what_the_code_says() -> None:
    assert page() == TEXT, "run `make auditoria`"


def test_every_action_is_explained_in_a_sentence() -> None:
    for each in Acao:
        assert each.descricao.endswith("."), each
        assert f"| `{each.value}` |" in TEXT


def test_actions_are_in_order_and_named_alike() -> None:
    values = [each.value for each in Acao]
    assert values == sorted(values)
    for each in Acao:
        assert each.name == each.value.upper().replace(".", "_")


def test_an_operation_that_does_not_say_what_it_audits_is_refused() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/v1/nova", lambda: None, methods=["POST"])
    with pytest.raises(ValueError, match="/v1/nova"):
        list(declarations(app.routes))


def test_every_operation_of_all_services_says_what_it_audits() -> None:
    found = operations()
    assert [len(each) > 10 for each in found.values()] == [True, True, True]
    told = {
        acao
        for declared in found.values()
        for each in declared
        if not isinstance(each.registra, str)
        for acao in each.registra
    }
    assert set(Acao) - told == _BY_ITSELF, "no operation writes these"


def test_what_changes_something_is_audited() -> None:
    """Those that are not, one by one."""
    silent = {
        f"{each.metodo} {each.caminho}"
        for declared in operations().values()
        for each in declared
        if isinstance(each.registra, str) and each.metodo != "GET"
    }
    assert silent == _CHANGE_NOTHING


def test_the_parts_of_the_example_make_its_hash() -> None:
    block = TEXT.split("```\n")[1]
    found = hashlib.sha256(bytes.fromhex("".join(block.split()))).hexdigest()
    told = re.search(r"\| `elo` \| `([0-9a-f]{64})` \|", TEXT)
    assert told is not None
    assert told[1] == found


_BY_ITSELF = {
    Acao.AUDITORIA_DETALHES_APAGADOS,
    Acao.CHAVE_DE_ASSINATURA_CRIADA,
    Acao.CHAVE_DE_ASSINATURA_REMOVIDA,
    Acao.CHAVE_DE_AUDITORIA_CRIADA,
    Acao.CHAVE_DE_DADOS_TROCADA,
    Acao.DOCUMENTOS_ELIMINADOS,
    Acao.ORGANIZACAO_ELIMINADA,
    Acao.PEDIDO_DE_TITULAR_RESPONDIDO,
    Acao.SEGREDO_ADOTADO,
    Acao.WEBHOOK_DESATIVADO,
}
"""done by jobs and commands"""
_CHANGE_NOTHING = {
    "POST /interno/avisos",
    "POST /interno/introspeccao",
    "POST /v1/fatores/passkeys/opcoes",
    "POST /v1/fatores/totp",
    "POST /v1/resumos",
    "POST /v1/sessoes/passkey/opcoes",
    "POST /v1/validacoes",
}
