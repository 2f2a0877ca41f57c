"""The report for people: complete, calm, and harmless to a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_command import fiscalxml, invoke, on_a_terminal

from factory import build


def test_a_valid_note_without_findings_takes_one_line(
    tmp_path: Path, valida: bytes, autoridades: Path
) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(valida)
    first, second, *_ = invoke("validate", "--ac", autoridades, path).stdout.splitlines()
    assert first == f"✔ VÁLIDO  {path}  NF-e 4.00 nº 1001 série 1"
    assert second == "1 documento: 1 válido"


def test_an_invalid_note_tells_what_where_and_how_to_mend_it(
    tmp_path: Path, invalida: bytes, autoridades: Path
) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(invalida)
    lines = invoke("validate", "--ac", autoridades, path).stdout.splitlines()
    assert lines[0] == f"✖ INVÁLIDO  {path}  NF-e 4.00 nº 1001 série 1"
    assert lines[1] == "  Emissão 10/11/2026 09:30 · com protocolo"
    assert re.fullmatch(r"  Chave (\d{4} ){10}\d{4}", lines[2])
    assert lines[3].startswith("  xml ✔  schema ✖  chave ✔  assinatura ✔  protocolo ✔")
    text = "\n".join(lines)
    assert (
        "Certificado: EMPRESA FICTICIA LTDA · CNPJ 12.345.678/0001-95 · válido até 01/01/2027"
        in text
    )
    assert re.search(r"^    ✖ erro XSD-\d+ .*NCM", text, re.MULTILINE)
    assert "        em NFe/infNFe/det/prod/NCM, linha 1" in lines
    assert "        encontrado: [b]x[/b]" in lines
    assert re.search(r"^        → Como corrigir: ", text, re.MULTILINE)


def test_a_document_that_is_not_judged_says_why(tmp_path: Path) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(build("nfe", changes={"@versao": "3.10"}))
    text = invoke("validate", path).stdout
    assert text.startswith(f"○ NÃO AVALIADO  {path}  NF-e 3.10")
    assert "camada schema não executada: " in text


def test_the_summary_counts_verdicts_and_causes(
    tmp_path: Path, valida: bytes, invalida: bytes, autoridades: Path
) -> None:
    for number in range(3):
        (tmp_path / f"a{number}.xml").write_bytes(invalida)
    (tmp_path / "b.xml").write_bytes(valida)
    (tmp_path / "c.xml").write_bytes(b"")
    lines = invoke("validate", "--ac", autoridades, tmp_path).stdout.splitlines()
    start = lines.index("5 documentos: 1 válido, 4 inválidos")
    assert lines[start + 1] == "Causas, da mais grave à mais leve:"
    assert lines[start + 2] == (
        "  ✖ erro XSD-010 Valor de NCM fora do formato do leiaute em todos os itens"
    )
    assert lines[start + 3] == "    3 documentos"
    assert lines[-1].startswith("Tempo: ")


def test_of_one_document_no_causes_are_told_as_its_report_says_all(
    tmp_path: Path, invalida: bytes
) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(invalida)
    assert "Causas" not in invoke("validate", path).stdout


def test_past_the_first_five_causes_the_rest_is_counted(tmp_path: Path) -> None:
    fields = ("natOp", "serie", "nNF", "dhEmi", "tpNF", "idDest", "cMunFG")
    for field in fields:
        (tmp_path / f"{field}.xml").write_bytes(build("nfe", changes={f"ide/{field}": ""}))
    text = invoke("validate", tmp_path).stdout
    _, causes = text.split("Causas, da mais grave à mais leve:\n")
    assert len(re.findall(r"^  ✖ erro ", causes, re.MULTILINE)) == 5
    assert re.search(r"^  e \d+ outras: veja com --causas$", causes, re.MULTILINE)


def test_findings_past_the_twentieth_are_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(re.sub(rb"<NCM>\d+", b"<NCM>x", build("nfe", itens=30)))
    text = invoke("validate", path).stdout
    assert text.count("encontrado: x") == 20
    assert "(11 ocorrências a partir desta)" in text
    assert "    1 documento, 30 ocorrências\n" in invoke("validate", "--causas", path).stdout
    assert invoke("validate", "--todas", path).stdout.count("encontrado: x") == 30


def test_nothing_in_a_document_or_its_name_is_obeyed_by_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "x\x1b]0;oi\x07\u202e\x9b31m.xml"
    Path(name).write_bytes(
        build("nfe", changes={"det[1]/prod/NCM": "\x9b31m\u202e"}, remove=["det[1]/prod/CFOP"])
    )
    result = fiscalxml("validate", name, name + "\x1b", env={"PYTHONIOENCODING": "utf-8"})
    written = (result.stdout + result.stderr).decode()
    assert not [char for char in written if not char.isprintable() and char != "\n"]
    assert "x␛]0;oi␇\ufffd\ufffd31m.xml" in written


def test_brackets_in_names_are_just_brackets(tmp_path: Path, valida: bytes) -> None:
    path = tmp_path / "[red]nota[bold].xml"
    path.write_bytes(valida)
    assert f"✔ VÁLIDO  {path}  NF-e" in invoke("validate", path).stdout


def test_away_from_a_terminal_text_is_plain_and_100_wide(tmp_path: Path, invalida: bytes) -> None:
    (tmp_path / "n.xml").write_bytes(invalida)
    result = fiscalxml("validate", "n.xml", cwd=tmp_path, env={"COLUMNS": ""})
    lines = result.stdout.decode().splitlines()
    assert "\x1b" not in result.stdout.decode()
    assert 80 < max(map(len, lines)) <= 100


def test_columns_sets_the_width(tmp_path: Path, invalida: bytes) -> None:
    (tmp_path / "n.xml").write_bytes(invalida)
    result = fiscalxml("validate", "n.xml", cwd=tmp_path, env={"COLUMNS": "60"})
    assert max(map(len, result.stdout.decode().splitlines())) <= 60


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colour_unless_no_color(
    tmp_path: Path, valida: bytes, env: dict[str, str], coloured: bool
) -> None:
    (tmp_path / "n.xml").write_bytes(valida)
    screen = on_a_terminal("stdout", "validate", tmp_path / "n.xml", env=env)
    assert ("\x1b[1;32m" in screen) is coloured
    assert "VÁLIDO" in screen


@pytest.mark.parametrize(("files", "shown"), [(1, False), (200, True)])
def test_a_long_run_shows_its_progress_on_a_terminal(
    tmp_path: Path, files: int, shown: bool
) -> None:
    for number in range(files):
        (tmp_path / f"{number}.xml").write_bytes(b"")
    impatient = "import fiscalxml.cli.progress as p; p._PATIENCE = 1e-9 if SHOWN else 1.0"
    screen = on_a_terminal(
        "stderr", "validate", "--json", tmp_path, prelude=impatient.replace("SHOWN", str(shown))
    )
    assert ("arquivos" in screen) is shown
    assert bool(screen) is shown
