"""Values that no layout allows, in documents that are stored all the same."""

from __future__ import annotations

import pytest

from factory.documents import build
from services.servico import Servico

XML = {"Content-Type": "application/xml"}
VALUES = [
    ("ide/dhEmi", "0001-01-01T00:00:00+14:00"),
    ("ide/dhEmi", "9999-12-31T23:59:59-12:00"),
    ("ide/dhEmi", "9999-12-31T23:59:59+00:00"),
    ("ide/dhEmi", "0001-01-01T00:00:00+00:00"),
    ("ide/dhEmi", "2026-02-30T00:00:00-03:00"),
    ("ide/serie", "99999999999999999999"),
    ("ide/nNF", "9" * 40),
    ("ide/nNF", "-1"),
    ("ide/tpAmb", "7"),
    ("ide/mod", "ção"),
    ("total/ICMSTot/vNF", "9" * 30 + ".99"),
    ("total/ICMSTot/vNF", "1e400"),
    ("emit/CNPJ", "\U0001f600" * 14),
    ("emit/xNome", "\U0010ffff" * 3000),
    ("ide/natOp", "a" * 300_000),
]


@pytest.mark.parametrize(("field", "value"), VALUES, ids=[f"{f}={v[:25]}" for f, v in VALUES])
def test_a_document_with_a_value_out_of_any_range_is_stored_and_found(
    servico: Servico, field: str, value: str
) -> None:
    data = build("nfe", changes={field: value}, sign=field != "emit/CNPJ")
    made = servico.request("POST", "/v1/documentos", content=data, headers=XML)
    assert made.status_code in (201, 409), made.text
    ident = made.json().get("id") or made.json()["documento"]
    assert servico.request("GET", f"/v1/documentos/{ident}").status_code == 200
    for part, expected in (("xml", data), ("relatorio", None), ("resumo", None)):
        found = servico.request("GET", f"/v1/documentos/{ident}/{part}")
        assert found.status_code == 200
        assert expected in (None, found.content)
    lote = servico.send({"a.xml": data})
    assert lote["contagens"]["duplicado"] == 1
