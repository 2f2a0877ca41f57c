"""One's own account: all that is held of it, and its erasure."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import Table

from fiscalxml_ops.compliance.data_map import tables
from fiscalxml_server.kit.privacy import Categoria, tratamento_of
from fiscalxml_server.kit.rbac import Papel
from services.auth.chaves.casa import Casa

from .archive import Arquivo

_OWN = [
    table
    for table in tables()
    if table.schema == "auth" and (found := tratamento_of(table)) is not None and found.pessoa
]


def _ask(casa: Casa, method: str, path: str, pessoa: UUID) -> httpx2.Response:
    token = casa.portal.token(pessoa, auth_time=int(time.time()))
    return casa.portal.request(method, path, token=token)


def test_a_person_is_given_all_that_is_held_of_the_account(casa: Casa) -> None:
    told = _ask(casa, "GET", "/v1/conta/dados", casa.dono)
    assert told.status_code == 200
    dados: dict[str, Any] = told.json()["dados"]
    (account,) = dados["pessoas"]["registros"]
    assert account["email"] == casa.email
    (membership,) = dados["membros"]["registros"]
    assert membership["organizacao"] == str(casa.id)
    assert dados["pessoas"]["base_legal"].startswith("execução de contrato")
    assert "senha" not in account


@pytest.mark.parametrize("table", _OWN, ids=lambda table: table.name)
def test_every_table_of_accounts_can_be_told_and_erased(
    table: Table, casa: Casa, arquivo: Arquivo
) -> None:
    told = _ask(casa, "GET", "/v1/conta/dados", casa.dono).json()["dados"][table.name]
    tratamento = tratamento_of(table)
    assert tratamento is not None
    secrets = {n for n, each in tratamento.colunas.items() if each is Categoria.CREDENCIAL}
    assert all(not secrets & row.keys() for row in told["registros"])
    (row,) = arquivo.sql(
        "SELECT has_table_privilege('fiscalxml_auth', $1, 'DELETE') AS may", table.fullname
    )
    assert row["may"], f"GRANT DELETE ON {table.fullname} TO fiscalxml_auth"


def test_the_only_owner_stays(casa: Casa) -> None:
    refused = _ask(casa, "DELETE", "/v1/conta", casa.dono)
    assert refused.status_code == 409
    assert refused.json()["codigo"] == "ultimo_dono"
    assert refused.json()["organizacao"] == str(casa.id)


def test_an_account_is_erased(casa: Casa, arquivo: Arquivo) -> None:
    pessoa, email = casa.member(Papel.OPERADOR)
    (before,) = arquivo.sql("SELECT epoca FROM auth.organizacoes WHERE id = $1", casa.id)
    assert _ask(casa, "DELETE", "/v1/conta", pessoa).status_code == 204
    (row,) = arquivo.sql("SELECT * FROM auth.pessoas WHERE id = $1", pessoa)
    assert (row["situacao"], row["nome"], row["senha"]) == ("apagada", "", None)
    assert not arquivo.sql("SELECT 1 FROM auth.pessoas WHERE email = $1", email)
    assert not arquivo.sql("SELECT 1 FROM auth.membros WHERE pessoa = $1", pessoa)
    (after,) = arquivo.sql("SELECT epoca FROM auth.organizacoes WHERE id = $1", casa.id)
    assert after["epoca"] == before["epoca"] + 1, "its tokens are refused from now on"
    entries = arquivo.sql("SELECT acao, alvo FROM auditoria.registros WHERE ator LIKE 'pessoa:%'")
    assert ("conta.apagada", f"pessoa:{pessoa}") in [(e["acao"], e["alvo"]) for e in entries]


def test_the_last_owner_of_a_closed_organisation_may_go(casa: Casa, arquivo: Arquivo) -> None:
    other = Casa(casa.portal)
    arquivo.sql("UPDATE auth.organizacoes SET situacao = 'encerrada' WHERE id = $1", other.id)
    assert _ask(casa, "DELETE", "/v1/conta", other.dono).status_code == 204
    assert not arquivo.sql("SELECT 1 FROM auth.membros WHERE pessoa = $1", other.dono)


def test_of_two_owners_who_leave_at_once_one_stays(casa: Casa, arquivo: Arquivo) -> None:
    other = Casa(casa.portal)
    second, _ = other.member(Papel.DONO)
    tokens = [casa.portal.token(each, auth_time=int(time.time())) for each in (other.dono, second)]

    async def both() -> list[httpx2.Response]:
        return await asyncio.gather(
            *(casa.portal.asking("DELETE", "/v1/conta", token=token) for token in tokens)
        )

    answers = sorted(each.status_code for each in casa.portal.run(both()))
    assert answers == [204, 409]
    assert len(arquivo.sql("SELECT 1 FROM auth.membros WHERE organizacao = $1", other.id)) == 1


def test_an_erasure_asks_who_signed_in_long_ago_to_prove_it_again(casa: Casa) -> None:
    pessoa, _ = casa.member(Papel.OPERADOR)
    token = casa.portal.token(pessoa, auth_time=int(time.time()) - 3600)
    refused = casa.portal.request("DELETE", "/v1/conta", token=token)
    assert refused.json()["codigo"] == "confirmacao_necessaria"


def test_nobody_erases_without_signing_in(casa: Casa) -> None:
    assert casa.portal.request("DELETE", "/v1/conta").status_code == 401
    assert casa.portal.request("GET", "/v1/conta/dados").status_code == 401
