"""`fiscalxml-ops cost`: words for people, exact figures for programs."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fiscalxml_ops.cli import main
from fiscalxml_ops.cost.format import dolares, numero, porcento
from ops.cost.editing import edited


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["cost", *map(str, arguments)])


def test_the_bill_says_what_it_is_of_and_comes_to_the_same_everywhere() -> None:
    shown = run("--usuarios", "2500", "--regiao", "sa-east-1")
    assert shown.exit_code == 0, shown.output
    assert "sa-east-1, 2.500 usuários" in shown.output
    found = json.loads(run("--usuarios", "2500", "--regiao", "sa-east-1", "--json").output)
    rows = list(
        csv.DictReader(
            io.StringIO(run("--usuarios", "2500", "--regiao", "sa-east-1", "--csv").output)
        )
    )
    total = Decimal(found["total_usd"])
    for lines in (rows, found["linhas"]):
        assert abs(sum(Decimal(row["custo_usd"]) for row in lines) - total) < Decimal("1e-18")
    assert all(row["fonte"] and row["data"] and row["unidade"] for row in rows)
    assert dolares(total) in shown.output


def test_options_change_what_is_paid() -> None:
    def total(*options: str) -> Decimal:
        return Decimal(json.loads(run(*options, "--json").output)["total_usd"])

    base = total()
    assert total("--compromisso") < base
    assert total("--graviton") < base
    assert total("--recuperacao", "nenhuma") < base < total("--recuperacao", "aquecida")
    assert total("--premissa", "nats=1") < base
    assert total("--documentos-por-usuario", "90000") > base
    assert total("--meses", "132", "--usuarios", "50000") > total("--usuarios", "50000")
    assert total("--cenario", "publicado") != total("--cenario", "otimizado")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("publicada", "implausível"),
        ("comparar", "1.000.000"),
        ("capacidade", "Acaba primeiro"),
        ("equilibrio", "Glacier Instant Retrieval"),
        ("premissas", "Ajuste SINIEF 2/2025"),
        ("precos", "karpenter"),
    ],
)
def test_each_command_answers_in_words_and_for_programs(command: str, words: str) -> None:
    assert words in run(command).output
    tables = json.loads(run("--json", command).output)
    assert all(rows for rows in tables.values())
    assert run("--csv", command).output.count("\n") > len(tables)


def test_a_folder_of_edited_prices_is_used(tmp_path: Path) -> None:
    edited(tmp_path, ("\t250\tmês", "\t350\tmês"))
    before, after = (
        Decimal(json.loads(run(*options, "--json").output)["terceiros_usd"])
        for options in ((), ("--precos", tmp_path))
    )
    assert after - before == 100


def test_the_chart_is_a_picture_with_every_line_named(tmp_path: Path) -> None:
    done = run("--svg", tmp_path / "custo.svg", "premissas")
    assert done.exit_code == 0, done.output
    picture = ET.fromstring((tmp_path / "custo.svg").read_bytes())  # noqa: S314
    texts = [node.text for node in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert "publicado" in texts
    assert "300 documentos por usuário" in texts
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}polyline"))) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        ("--usuarios", "0"),
        ("--usuarios", "muitos"),
        ("--premissa", "nats"),
        ("--premissa", "nats=dois"),
        ("--premissa", "inventada=1"),
        ("--regiao", "eu-west-1"),
        ("--precos", "/nenhuma"),
    ],
)
def test_what_cannot_be_used_ends_with_two_and_says_why(wrong: tuple[str, str]) -> None:
    done = run(*wrong)
    assert done.exit_code == 2
    assert wrong[1].partition("=")[0] in done.output


def test_an_empty_folder_of_prices_is_no_traceback(tmp_path: Path) -> None:
    done = run("--precos", tmp_path)
    assert done.exit_code == 2
    assert "precos.tsv" in done.output or "fontes.tsv" in done.output


def test_numbers_are_written_as_in_brazil() -> None:
    assert numero(Decimal("1234567.5"), 2) == "1.234.567,50"
    assert numero(Decimal("0.125"), 2) == "0,13"
    assert dolares(Decimal(-5)) == "US$ -5,00"
    assert porcento(Decimal("0.0125"), sinal=True) == "+1,3 %"
    assert porcento(Decimal("-0.00001")) == "0,0 %"
