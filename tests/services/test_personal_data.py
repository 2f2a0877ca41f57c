"""The data map: no column and no stored object whose personal data nobody has told of."""

from __future__ import annotations

import pytest
from scripts.build_personal_data_page import PUBLISHED, page
from sqlalchemy import Table

from factory.documents import build
from fiscalxml_ops.compliance.data_map import tables
from fiscalxml_server.auth.privacidade.retention import DE_ORGANIZACOES, DE_PESSOAS, Prazo
from fiscalxml_server.kit.privacy import (
    OBJETOS,
    Base,
    Categoria,
    Titular,
    lgpd,
    tratamento_of,
)
from services.servico import Servico

_TABLES = tables()


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: table.fullname)
def test_every_column_says_what_it_holds_of_a_person(table: Table) -> None:
    tratamento = tratamento_of(table)
    assert tratamento is not None, (
        f"{table.fullname}: end its Table with info=lgpd(titular, base, finalidade, retencao,"
        " <categoria>='column column') of fiscalxml_server.kit.privacy, or info=sem_dados(...)"
        " where it holds nothing of any person; then `make dados`"
    )
    missing = [each.name for each in table.columns if each.name not in tratamento.colunas]
    assert not missing, (
        f"{table.fullname}: name {', '.join(missing)} in its info=lgpd(...), each under one of"
        f" {', '.join(each.name.lower() for each in Categoria)}; then `make dados`"
    )
    unknown = tratamento.colunas.keys() - {each.name for each in table.columns}
    assert not unknown, f"{table.fullname} has no column {', '.join(unknown)}: take it out of info"


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: table.fullname)
def test_what_is_personal_has_an_owner_a_basis_and_a_column_that_exists(table: Table) -> None:
    tratamento = tratamento_of(table)
    assert tratamento is not None
    assert tratamento.finalidade
    assert tratamento.retencao
    assert tratamento.pessoa is None or tratamento.pessoa in table.columns
    if set(tratamento.colunas.values()) != {Categoria.NENHUM}:
        assert tratamento.base != Base.NENHUMA
    if tratamento.titular != Titular.NINGUEM:
        assert set(tratamento.colunas.values()) - {Categoria.NENHUM}


@pytest.mark.parametrize(
    "prazo", [*DE_ORGANIZACOES, *DE_PESSOAS], ids=lambda prazo: prazo.tabela.fullname
)
def test_what_is_told_of_a_table_is_when_its_rows_go(prazo: Prazo) -> None:
    tratamento = tratamento_of(prazo.tabela)
    assert tratamento is not None
    assert f"{prazo.dias} dia" in tratamento.retencao


def test_the_page_is_what_the_code_says() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == page(), "run `make dados`"


def test_a_column_is_named_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        lgpd(Titular.CONTA, Base.CONTRATO, "x", "y", contato="email", nenhum="email")
    with pytest.raises(KeyError):
        lgpd(Titular.CONTA, Base.CONTRATO, "x", "y", outra="email")


def test_every_kind_of_stored_object_is_in_the_map(servico: Servico) -> None:
    """What the service stores in the ordinary course of things."""
    nota = build("nfe")
    servico.send({"nota.xml": nota, "outra.xml": build("cte")})
    servico.request("POST", "/v1/documentos", content=nota, headers=_XML)
    servico.request("POST", "/v1/documentos", content=build("nfce"), headers=_XML)
    servico.request("POST", "/v1/exportacoes", json={"formato": "csv"})
    servico.work()
    below = servico.objetos / str(servico.organizacao)
    kinds = {each.name for each in below.iterdir()}
    assert kinds >= {"lotes", "documentos", "exportacoes"}
    assert kinds <= OBJETOS.keys(), "name it in fiscalxml_server.kit.privacy.OBJETOS"


_XML = {"Content-Type": "application/xml"}
