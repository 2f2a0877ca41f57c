"""`fiscalxml validate --causas`: only the causes, in words or as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from cli_command import fiscalxml, invoke

from factory import build
from fiscalxml.causes import causa_schema


@pytest.fixture
def folder(tmp_path: Path, valida: bytes, invalida: bytes) -> Path:
    """Three notes without a valid NCM, one of another emitente; one note without faults."""
    folder = tmp_path / "notas"
    folder.mkdir()
    (folder / "a.xml").write_bytes(invalida)
    (folder / "b.xml").write_bytes(invalida)
    (folder / "c.xml").write_bytes(
        build("nfe", changes={"det[1]/prod/NCM": "x", "emit/CNPJ": "11222333000181"})
    )
    (folder / "d.xml").write_bytes(valida)
    return folder


def test_the_list_tells_impact_fix_and_examples(folder: Path, autoridades: Path) -> None:
    result = invoke("validate", "--causas", "--ac", autoridades, folder)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0] == ("✖ erro XSD-010 Valor de NCM fora do formato do leiaute em todos os itens")
    assert lines[1] == "    3 documentos, 2 emitentes"
    assert lines[2].startswith("    em NFe/infNFe/det/prod/NCM · NF-e 3 · emissão em 10/11/2026")
    text = "\n".join(lines)
    assert "emitentes: 12.345.678/0001-95 (2 de 3), 11.222.333/0001-81 (1 de 1)" in text
    assert "→ Como corrigir: Corrija NCM: o leiaute pede 2 dígitos ou 8 dígitos." in text
    assert f"{folder}/a.xml" in text
    assert "encontrado: [b]x[/b]" in text
    assert "4 documentos: 1 válido, 3 inválidos" in lines
    assert "INVÁLIDO" not in text  # no document has a block of its own
    assert "Causas, da mais grave" not in text


def test_json_has_one_cause_a_line(folder: Path, autoridades: Path) -> None:
    result = invoke("validate", "--causas", "--json", "--ac", autoridades, folder)
    (causa,) = map(json.loads, result.stdout.splitlines())
    jsonschema.validate(causa, causa_schema())
    assert result.exit_code == 1
    assert causa["documentos"] == 3
    assert causa["itens"] == {"todos": 3, "alguns": 0}


def test_where_nothing_is_wrong_only_the_counts_are_told(
    tmp_path: Path, valida: bytes, autoridades: Path
) -> None:
    (tmp_path / "nota.xml").write_bytes(valida)
    result = invoke("validate", "--causas", "--ac", autoridades, tmp_path)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "1 documento: 1 válido"
    assert invoke("validate", "--causas", "--json", "--ac", autoridades, tmp_path).stdout == ""


def test_a_path_that_does_not_exist_is_2(tmp_path: Path) -> None:
    assert invoke("validate", "--causas", tmp_path / "nada").exit_code == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_many_processes_give_the_same_causes(tmp_path: Path, jobs: str) -> None:
    one, other = build("nfe", itens=2, changes={"det[2]/prod/NCM": "x"}), build("nfe")
    for number in range(70):
        (tmp_path / f"{number:02}.xml").write_bytes(one if number % 7 == 0 else other)
    result = fiscalxml("validate", "--causas", "--json", "--jobs", jobs, ".", cwd=tmp_path)
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["causa"] == "Valor de NCM fora do formato do leiaute em alguns itens"
    assert (first["documentos"], second["documentos"]) == (10, 70)
    assert [exemplo["arquivo"] for exemplo in first["exemplos"]] == [
        f"./{number:02}.xml" for number in (0, 7, 14, 21, 28)
    ]


def test_nothing_in_a_document_or_its_name_is_obeyed_by_the_terminal(tmp_path: Path) -> None:
    name = "x\x1b]0;oi\x07\u202e.xml"
    (tmp_path / name).write_bytes(build("nfe", changes={"det[1]/prod/NCM": "\x9b31m\u202e"}))
    written = fiscalxml("validate", "--causas", ".", cwd=tmp_path).stdout.decode()
    assert not [char for char in written if not char.isprintable() and char != "\n"]


def test_the_schema_is_printed() -> None:
    assert json.loads(invoke("schema", "causas").stdout) == causa_schema()
