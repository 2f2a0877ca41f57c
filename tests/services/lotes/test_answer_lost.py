"""The database commits, and its answer is lost: nobody knows, and nothing of it is taken back."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event

from factory.documents import chave_of
from fiscalxml_server.api.documentos import service as documentos
from fiscalxml_server.api.lotes import service as lotes
from services.servico import ZIP, Servico, zipped

from .sending import note, objects

_KEYED = pytest.mark.parametrize("keyed", [False, True], ids=["no key", "key"])


def lose_the_answer(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """To the commit of the next request that the module serves."""
    own = module.remember

    async def remember(conn: Any, pedido: Any, response: Any) -> None:
        monkeypatch.undo()
        await own(conn, pedido, response)

        def lost(sync: Any) -> None:
            sync.exec_driver_sql("COMMIT")
            raise ConnectionResetError

        event.listen(conn.sync_connection, "commit", lost)

    monkeypatch.setattr(module, "remember", remember)


@_KEYED
def test_the_archive_of_a_lote_stays(
    servico: Servico, monkeypatch: pytest.MonkeyPatch, *, keyed: bool
) -> None:
    lose_the_answer(monkeypatch, lotes)
    before = set(objects(servico, "envios"))
    archive = zipped({"a.xml": note(7000 + keyed)})
    headers = ZIP | ({"Idempotency-Key": "do-lote"} if keyed else {})
    sent = servico.request("POST", "/v1/lotes?nome=a.zip", content=archive, headers=headers)
    assert sent.status_code == 503
    assert len(set(objects(servico, "envios")) - before) == 1


@_KEYED
def test_the_copy_of_a_document_stays(
    servico: Servico, monkeypatch: pytest.MonkeyPatch, *, keyed: bool
) -> None:
    lose_the_answer(monkeypatch, documentos)
    sent = note(7100 + keyed)
    headers = {"Content-Type": "application/xml"}
    headers |= {"Idempotency-Key": "do-documento"} if keyed else {}
    answer = servico.request("POST", "/v1/documentos", content=sent, headers=headers)
    assert answer.status_code == 503
    read = servico.request("GET", f"/v1/documentos/{chave_of(sent)}/xml")
    assert (read.status_code, read.content) == (200, sent)
