"""`fiscalxml summary`: JSON lines, a page to read, what has no resumo, exit codes."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import jsonschema
import pytest
from cli_command import invoke

from factory import build
from fiscalxml.summaries.resumo import resumo_schema

DOCS = Path(__file__).parents[3] / "docs/contract/resumo.schema.json"


@pytest.fixture
def nota(tmp_path: Path) -> Path:
    path = tmp_path / "nota.xml"
    path.write_bytes(build("nfe", itens=2, protocol=True))
    return path


def test_json_has_one_resumo_a_line(nota: Path) -> None:
    result = invoke("summary", nota, "--json")
    (line,) = result.stdout.splitlines()
    resumo = json.loads(line)
    assert result.exit_code == 0
    assert resumo.pop("arquivo") == str(nota)
    assert resumo["totais"]["documento"] == "2000.00"
    jsonschema.validate(resumo, resumo_schema())


def test_the_page_shows_parties_items_totals_and_taxes(nota: Path) -> None:
    page = invoke("summary", nota).output
    for words in (
        "NF-e nº 1001 série 1",
        "autorizado, segundo o protocolo",
        "EMPRESA FICTICIA LTDA 12.345.678/0001-95, SAO PAULO/SP",
        "NOTEBOOK FICTICIO",
        "2000.00",
        "COFINS",
    ):
        assert words in page


def test_the_layouts_tags_come_as_json(nota: Path) -> None:
    (line,) = invoke("summary", nota, "--formato", "tags").stdout.splitlines()
    assert json.loads(line)["infNFe"]["ide"]["natOp"] == "VENDA DE MERCADORIA"


def test_an_archive_gives_a_resumo_for_each_document(tmp_path: Path) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for kind in ("nfe", "cte", "mdfe", "nfse", "cancelamento", "inutilizacao"):
            archive.writestr(f"{kind}.xml", build(kind))
    path = tmp_path / "lote.zip"
    path.write_bytes(memory.getvalue())
    lines = invoke("summary", path, "--json").stdout.splitlines()
    kinds = [json.loads(line)["documento"]["tipo"] for line in lines]
    assert kinds == ["nfe", "cte", "mdfe", "nfse", "evento", "inutilizacao"]
    assert invoke("summary", path).exit_code == 0


@pytest.mark.usefixtures("nota")
def test_what_has_no_resumo_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "lixo.xml").write_bytes(b"<NFe><infNFe>")
    result = invoke("summary", tmp_path, "--json")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert "lixo.xml: XML-" in result.stderr
    assert "linha 1" in result.stderr


def test_a_path_that_is_not_there_is_2(tmp_path: Path) -> None:
    result = invoke("summary", tmp_path / "sumiu.xml")
    assert result.exit_code == 2
    assert "sumiu.xml" in result.stderr


def test_standard_input_is_summarised() -> None:
    assert (
        json.loads(invoke("summary", "-", "--json", stdin=build("nfce")).stdout)["numero"] == "2001"
    )


def test_what_a_document_holds_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(build("nfe", changes={"emit/xNome": "A\u202eB\u009bC"}))
    output = invoke("summary", path).output
    assert "\u202e" not in output
    assert "\u009b" not in output


def test_the_schema_is_published_and_printed() -> None:
    assert json.loads(DOCS.read_text("utf-8")) == resumo_schema()
    assert json.loads(invoke("schema", "resumo").stdout) == resumo_schema()
