"""Lotes: an archive in, one outcome for each document in it."""

from __future__ import annotations

from factory.documents import build
from services.servico import Servico


def test_each_document_of_an_archive_gets_its_outcome(servico: Servico) -> None:
    nota = build("nfe")
    lote = servico.send(
        {
            "a.xml": nota,
            "pasta/b.xml": nota,
            "c.pdf": b"%PDF-1.7 nada",
            "d.xml": b"<html><body>erro</body></html>",
            "e.xml": b"",
        }
    )
    assert lote["situacao"] == "concluido"
    assert lote["contagens"] == {
        "aceito": 1, "invalido": 0, "duplicado": 1, "conflito": 0, "ilegivel": 2, "ignorado": 1,
        "falha": 0,
    }  # fmt: skip
    assert lote["arquivos"] == lote["total"] == 5
    itens = {item["nome"]: item for item in servico.items(lote)}
    assert itens["a.xml"]["documento"] == itens["pasta/b.xml"]["documento"]
    found = servico.request("GET", f"/v1/documentos/{itens['a.xml']['chave']}/xml")
    assert found.content == nota
