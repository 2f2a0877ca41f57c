"""The search is by the effective situação."""

from __future__ import annotations

from uuid import uuid4

from factory.documents import build
from services.relacoes.test_eventos import CANCELAMENTO, NOTA, post
from services.servico import Servico


def test_documents_are_found_by_what_their_events_made_of_them(servico: Servico) -> None:
    chave = servico.new_key(uuid4())
    closed = build("mdfe_encerramento", protocol=True)
    post(servico, chave, CANCELAMENTO, NOTA, build("mdfe", protocol=True), closed)
    found = {
        situacao: [
            (each["tipo"], each.get("situacao_propria"))
            for each in servico.request(
                "GET", f"/v1/documentos?situacao={situacao}", chave=chave
            ).json()["itens"]
        ]
        for situacao in ("cancelado", "encerrado", "substituido")
    }
    assert found == {
        "cancelado": [("nfe", "autorizado")],
        "encerrado": [("mdfe", "autorizado")],
        "substituido": [],
    }
