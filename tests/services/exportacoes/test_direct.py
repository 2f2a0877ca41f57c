"""Exports that are the answer itself: what they hold is what the database says."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import duckdb
import httpx2
import openpyxl
import pytest
from sqlalchemy import text

from factory.documents import build, chave_of
from fiscalxml_server.api.exportacoes import reading
from fiscalxml_server.api.exportacoes.producao import Producao
from fiscalxml_server.api.exportacoes.schemas import Formato, NomeDeTabela, Pedido
from fiscalxml_server.api.exportacoes.tabelas import TABELAS
from fiscalxml_server.kit.compression import decompress
from services.servico import Servico

KINDS = ("nfe", "nfce", "cte", "mdfe", "nf3e")
BAD_AMOUNT = build("nfe").replace(b"<vProd>1000.00</vProd>", b"<vProd>=1+1</vProd>", 1)


class Stored:
    """A lote with documents of several kinds, some of them at fault."""

    def __init__(self, servico: Servico) -> None:
        self.servico = servico
        self.files = {f"{kind}.xml": build(kind) for kind in KINDS}
        self.lote = servico.send({**self.files, "de-novo.xml": build("nfe"), "nada.xml": b"<x/>"})
        self.other = servico.send({"a.xml": build("nfe"), "valor.xml": BAD_AMOUNT})

    def get(self, formato: str, **parameters: str) -> httpx2.Response:
        """The export of the lote, or of a search where there is a filter."""
        names = {"formato": formato, **parameters}
        place = "documentos" if set(names) - {"formato", "tabela"} else f"lotes/{self.lote['id']}"
        answer = self.servico.request("GET", f"/v1/{place}/exportacao", params=names)
        assert answer.status_code == 200, answer.text
        return answer

    def lines(self, **parameters: str) -> list[dict[str, Any]]:
        """The rows of an export as JSON."""
        return [json.loads(line) for line in self.get("jsonl", **parameters).text.splitlines()]

    def query(self, sql: str) -> list[Any]:
        """What the database says."""

        async def fetch() -> list[Any]:
            async with self.servico.api.banco.transacao(self.servico.organizacao) as conn:
                return list((await conn.execute(text(sql))).all())

        return self.servico.run(fetch())


@pytest.fixture(scope="module")
def stored(servico: Servico) -> Stored:
    return Stored(servico)


def test_a_lote_has_each_of_its_documents_once(stored: Stored) -> None:
    found = [line["documento"] for line in stored.lines()]
    items = {item["documento"] for item in stored.servico.items(stored.lote) if "documento" in item}
    assert len(found) == len(KINDS)
    assert set(found) == items


def test_what_a_lote_brought_again_belongs_to_it_too_and_so_do_conflicts(stored: Stored) -> None:
    answer = stored.servico.request(
        "GET", f"/v1/lotes/{stored.other['id']}/exportacao?formato=jsonl"
    )
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert sorted(line["vigente"] for line in lines) == [False, True]


def test_a_search_has_the_documents_that_its_filters_choose(stored: Stored) -> None:
    assert {line["tipo"] for line in stored.lines(tipo="cte,mdfe")} == {"cte", "mdfe"}
    (line,) = stored.lines(chave=chave_of(build("nfe")))
    assert line["tipo"] == "nfe"
    assert stored.lines(emitente="99999999000191") == []


def test_documents_come_by_date(stored: Stored) -> None:
    dates = [line["emissao"] for line in stored.lines()]
    assert dates == sorted(dates)


SUMS = """
    SELECT count(*), sum(valor), min(numero), count(DISTINCT chave), sum(tamanho)
    FROM documentos WHERE vigente
"""


def test_sums_of_parquet_are_those_of_the_database(stored: Stored, tmp_path: Path) -> None:
    path = tmp_path / "documentos.parquet"
    path.write_bytes(stored.get("parquet", ambiente="producao,homologacao").content)
    with duckdb.connect() as connection:
        (found,) = connection.execute(
            "SELECT count(*), sum(valor), min(numero), count(DISTINCT chave), sum(bytes)"
            " FROM read_parquet(?)",
            [str(path)],
        ).fetchall()
    ((count, valor, *rest),) = stored.query(SUMS)
    assert found == (count, Decimal(valor) / 100, *rest)


def test_sums_of_xlsx_are_those_of_the_database(stored: Stored) -> None:
    data = stored.get("xlsx", ambiente="producao,homologacao").content
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    assert workbook.sheetnames == list(TABELAS)
    titles, *rows = workbook["documentos"].iter_rows(values_only=True)
    valores = [row[titles.index("valor")] for row in rows]
    ((count, valor, *_),) = stored.query(SUMS)
    assert len(rows) == count
    assert sum(Decimal(f"{each:.2f}") for each in valores if each is not None) * 100 == valor


def _resumos(stored: Stored) -> Iterator[dict[str, Any]]:
    for (packed,) in stored.query("SELECT resumo FROM documentos WHERE vigente ORDER BY data, id"):
        yield json.loads(decompress(packed))


def test_items_are_those_of_the_resumos(stored: Stored) -> None:
    found = stored.lines(tabela="itens", ambiente="producao,homologacao")
    wanted = [item for resumo in _resumos(stored) for item in resumo.get("itens", ())]
    assert len(found) == len(wanted) > 0
    for line, item in zip(found, wanted, strict=True):
        for name in ("descricao", "ncm", "cfop", "quantidade", "valor_unitario", "valor"):
            assert line[name] == item.get(name), name


def test_taxes_are_those_of_items_and_of_the_whole_and_are_told_apart(stored: Stored) -> None:
    lines = stored.lines(tabela="tributos", ambiente="producao,homologacao")
    resumos = list(_resumos(stored))
    of_items = [item.get("impostos", {}) for each in resumos for item in each.get("itens", ())]
    of_whole = [each.get("impostos", {}) for each in resumos]
    for nivel, wanted in (("item", of_items), ("documento", of_whole)):
        found = [(line["tributo"], line["valor"]) for line in lines if line["nivel"] == nivel]
        assert found == [
            (nome, tributo.get("valor")) for each in wanted for nome, tributo in each.items()
        ]
    assert all((line["item"] is None) == (line["nivel"] == "documento") for line in lines)


def test_findings_are_those_of_the_reports(stored: Stored) -> None:
    lines = stored.lines(tabela="achados", ambiente="producao,homologacao")
    for chave in {line["chave"] for line in lines}:
        path = f"/v1/documentos/{chave}/relatorio"
        achados = stored.servico.request("GET", path).json()["achados"]
        own = [line for line in lines if line["chave"] == chave]
        assert [(line["codigo"], line["caminho"]) for line in own] == [
            (achado["codigo"], achado["caminho"]) for achado in achados
        ]


def test_an_amount_that_is_none_is_empty_and_never_a_formula(stored: Stored) -> None:
    path = f"/v1/lotes/{stored.other['id']}/exportacao?formato=csv&tabela=itens"
    data = stored.servico.request("GET", path).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline=""), delimiter=";"))
    assert sorted(row["valor"] for row in rows) == ["", "1000,00"]
    assert "=1+1" not in data


def test_the_zip_has_each_xml_as_it_came_and_says_so(stored: Stored) -> None:
    with zipfile.ZipFile(io.BytesIO(stored.get("zip").content)) as archive:
        assert archive.testzip() is None
        manifest = list(csv.DictReader(io.StringIO(archive.read("manifesto.csv").decode())))
        assert [row["nome"] for row in manifest] == archive.namelist()[:-1]
        for row in manifest:
            data = archive.read(row["nome"])
            assert data in stored.files.values()
            assert sha256(data).hexdigest() == row["sha256"]
            assert (len(data), row["veredito"]) == (int(row["bytes"]), "valido")
            assert row["nome"] == f"{row['tipo']}/{row['chave']}.xml"


@pytest.mark.parametrize(("formato", "tabela"), [("zip", None), ("jsonl", "itens")])
def test_of_large_documents_few_are_held_at_a_time(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, formato: Formato, tabela: NomeDeTabela | None
) -> None:
    two = sum(sorted(map(len, stored.files.values()))[-2:])
    monkeypatch.setattr(reading, "_PAGE_BYTES", two)
    recursos, organizacao = stored.servico.api, stored.servico.organizacao
    producao = Producao(formato, tabela, datetime.now(UTC))
    pedido = Pedido(formato=formato, tabela=tabela, lote=UUID(stored.lote["id"]))

    async def held() -> list[int]:
        chosen = b"".join([part async for part in reading.choose(recursos, organizacao, pedido)])
        pages = reading.pages(recursos, organizacao, chosen, producao)
        return [len(pagina.lidos["id"]) async for pagina in pages]

    together = stored.servico.run(held())
    assert sum(together) == len(KINDS)
    assert len(together) > 1


def test_a_copy_that_cannot_be_read_is_told_of_and_the_rest_is_there(stored: Stored) -> None:
    servico = stored.servico
    lote = servico.send({"some.xml": build("bpe")})
    (item,) = servico.items(lote)
    ((objeto,),) = stored.query(
        f"SELECT objeto FROM documentos WHERE id = '{item['documento']}'"  # noqa: S608
    )
    (servico.objetos / objeto).write_bytes(b"outra coisa" * 1000)
    with zipfile.ZipFile(io.BytesIO(stored.get("zip", tipo="bpe,cte").content)) as archive:
        manifest = list(csv.DictReader(io.StringIO(archive.read("manifesto.csv").decode())))
        assert {row["tipo"]: row["copia"] for row in manifest} == {"cte": "ok", "bpe": "alterada"}
        assert [name.partition("/")[0] for name in archive.namelist()] == ["cte", "manifesto.csv"]


def test_nothing_chosen_is_a_file_without_rows(stored: Stored) -> None:
    nobody = {"emitente": "99999999000191"}
    assert stored.get("jsonl", **nobody).content == b""
    assert stored.get("csv", **nobody).text.count("\n") == 1
    with zipfile.ZipFile(io.BytesIO(stored.get("zip", **nobody).content)) as archive:
        assert archive.namelist() == ["manifesto.csv"]
    workbook = openpyxl.load_workbook(io.BytesIO(stored.get("xlsx", **nobody).content))
    assert all(sheet.max_row == 1 for sheet in workbook)


@pytest.mark.parametrize(
    ("formato", "media_type", "name"),
    [
        ("csv", "text/csv; charset=utf-8", "itens-"),
        ("parquet", "application/vnd.apache.parquet", "itens-"),
        ("jsonl", "application/x-ndjson", "itens-"),
    ],
)
def test_a_file_has_its_type_and_a_name(
    stored: Stored, formato: str, media_type: str, name: str
) -> None:
    answer = stored.get(formato, tabela="itens")
    assert answer.headers["content-type"] == media_type
    assert f'filename="lote-{stored.lote["id"]}-{name}' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("path", "campo"),
    [
        ("/v1/documentos/exportacao", "formato"),
        ("/v1/documentos/exportacao?formato=pdf", "formato"),
        ("/v1/documentos/exportacao?formato=csv&tabela=tudo", "tabela"),
        ("/v1/documentos/exportacao?formato=zip&tabela=itens", "tabela"),
        ("/v1/documentos/exportacao?formato=csv&emitente=x", "emitente"),
        ("/v1/documentos/exportacao?formato=csv&emissor=1", "emissor"),
    ],
)
def test_a_wrong_parameter_is_refused(stored: Stored, path: str, campo: str) -> None:
    answer = stored.servico.request("GET", path)
    assert answer.status_code == 422
    assert [each["campo"] for each in answer.json()["campos"]] == [campo]


def test_a_lote_that_does_not_exist_is_not_found(stored: Stored) -> None:
    path = f"/v1/lotes/{uuid4()}/exportacao?formato=csv"
    assert stored.servico.request("GET", path).status_code == 404


def test_another_organisation_gets_none_of_it(stored: Stored) -> None:
    servico = stored.servico
    theirs = servico.new_key(uuid4())
    path = f"/v1/lotes/{stored.lote['id']}/exportacao?formato=csv"
    assert servico.request("GET", path, chave=theirs).status_code == 404
    for formato in ("jsonl", "zip"):
        path = f"/v1/documentos/exportacao?formato={formato}"
        answer = servico.request("GET", path, chave=theirs)
        assert b"2611" not in answer.content
