"""Exports that are the answer itself: what they hold is what the database says."""

from __future__ import annotations

import csv
import io
import zipfile
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from factory.documents import build
from services.servico import Servico


@pytest.fixture(scope="module")
def lote(servico: Servico) -> dict[str, Any]:
    files = {f"{kind}.xml": build(kind) for kind in ("nfe", "cte", "mdfe", "nf3e")}
    return servico.send({**files, "nada.xml": b"<html/>"})


def test_x(servico: Servico, lote: dict[str, Any]) -> None:
    for f in ("csv","csv_simples","xlsx","jsonl","parquet","zip"):
        r = servico.request("GET", f"/v1/lotes/{lote['id']}/exportacao?formato={f}")
        assert r.status_code == 200, r.text
        print(f, len(r.content), r.headers)
        if f in ("csv", "jsonl"): print(r.text)
    for t in ("itens","tributos","achados"):
        r = servico.request("GET", f"/v1/documentos/exportacao?formato=csv&tabela={t}&tipo=nfe,cte")
        assert r.status_code == 200, r.text
        print(r.text)
    with servico.api.settings.__class__ and zipfile.ZipFile(io.BytesIO(servico.request("GET", f"/v1/lotes/{lote['id']}/exportacao?formato=zip").content)) as z:
        print(z.namelist(), z.read("manifesto.csv").decode())
    s = servico.request("POST", "/v1/exportacoes", json={"formato":"xlsx","lote":lote["id"]})
    assert s.status_code == 202, s.text
    print(s.text); servico.work(); r=servico.request("GET", s.headers["location"]); print(r.text)
    print(servico.request("GET", r.json()["url"], headers={"Range": "bytes=0-9"}).content)
