"""What was told of a document is erased with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.servico import Servico
from services.webhooks.subscribed import Escuta

from .archive import ANTIGA, CPF, Arquivo, note

_TABLES = ("notificacoes", "entregas", "fila")


@pytest.fixture
def escuta(servico: Servico, banco: str) -> Iterator[Escuta]:
    escuta = Escuta(banco)
    yield escuta
    servico.run(escuta.close())


def test_what_was_told_of_a_document_is_erased_with_it(
    servico: Servico, arquivo: Arquivo, escuta: Escuta
) -> None:
    servico.run(escuta.subscribe(servico.organizacao))
    servico.send({"antiga.xml": note(1, emissao=ANTIGA, cpf=CPF), "nova.xml": note(2)})
    old, new = (row["id"] for row in arquivo.sql("SELECT id FROM documentos ORDER BY emissao"))
    told = f"documento:{old}"
    arquivo.sql(
        "INSERT INTO webhooks.tentativas (organizacao, dia, assinatura, notificacao, numero, em,"
        " milissegundos, resposta) SELECT e.organizacao, e.dia, e.assinatura, e.notificacao, 1,"
        " now(), 1, n.corpo FROM webhooks.entregas e JOIN webhooks.notificacoes n"
        " ON n.id = e.notificacao"
    )
    before = {table: arquivo.count(f"webhooks.{table}") for table in (*_TABLES, "tentativas")}
    assert set(before.values()) == {3}, "two documents and their lote"
    arquivo.age()
    arquivo.erase_due()
    after = {table: arquivo.count(f"webhooks.{table}") for table in before}
    assert set(after.values()) == {2}
    left = {each.alvo for each in servico.run(escuta.told(servico.organizacao))}
    assert told not in left
    assert f"documento:{new}" in left
