"""POST /v1/resumos."""

from __future__ import annotations

import httpx2
import pytest

from factory import KINDS, build
from fiscalxml import summarize

from .answers import problem


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_resumo_of_each_kind_is_that_of_the_library(caller: httpx2.Client, kind: str) -> None:
    data = build(kind)
    assert caller.post("/v1/resumos", content=data).content == summarize(data).to_json()


def test_tags_are_the_layouts_own_names(caller: httpx2.Client, nota: bytes) -> None:
    tags = caller.post("/v1/resumos?formato=tags", content=nota).json()
    assert tags["infNFe"]["ide"]["mod"] == "55"
    assert tags["infProt"]["cStat"] == "100"


@pytest.mark.parametrize("formato", ["campos", "tags"])
@pytest.mark.parametrize("data", [b"lixo", b"<a/>", b"<!DOCTYPE a><a/>", b"\0"])
def test_what_is_no_fiscal_document_has_no_resumo_and_the_finding_says_why(
    caller: httpx2.Client, formato: str, data: bytes
) -> None:
    response = caller.post(f"/v1/resumos?formato={formato}", content=data)
    achado = problem(response, 422, "sem_resumo")["achado"]
    assert achado["codigo"].startswith("XML-")
    assert achado["mensagem"]


def test_an_unknown_format_is_422(caller: httpx2.Client, nota: bytes) -> None:
    response = caller.post("/v1/resumos?formato=pdf", content=nota)
    assert problem(response, 422, "parametros_invalidos")["campos"][0]["campo"] == "formato"
