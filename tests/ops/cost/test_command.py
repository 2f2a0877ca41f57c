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


@pytest.mark.parametrize(
    "options",
    [
        ("--usuarios", "1e30"),
        ("--premissa", "limite_do_disco=0"),
        ("--premissa", "metricas=1e40"),
        ("--svg", "/nao/existe/custo.svg"),
    ],
)
def test_what_cannot_be_is_told_in_words(options: tuple[str, str]) -> None:
    done = run(*options)
    assert (done.exit_code, type(done.exception)) == (2, SystemExit), done.output


def test_a_price_that_is_missed_only_by_the_bill_is_told(tmp_path: Path) -> None:
    folder = edited(tmp_path, ("ec2.c5.large\tus-east-1\t0\t", "ec2.c5.outra\tus-east-1\t0\t"))
    done = run("--precos", folder)
    assert done.exit_code == 2
    assert "não há preço de ec2.c5.large em us-east-1" in done.output


@pytest.mark.parametrize("content", [b"", b"\xff", b"item\tvalor\n"])
def test_tables_that_are_none_are_told(tmp_path: Path, content: bytes) -> None:
    for name in ("precos.tsv", "fontes.tsv", "premissas.tsv"):
        folder = edited(tmp_path / name)
        (folder / name).write_bytes(content)
        done = run("--precos", folder)
        assert done.exit_code == 2
        assert name in done.output


def test_what_has_nothing_to_do_does_not_end() -> None:
    nothing = ("leituras_por_documento", "webhooks_por_documento", "parte_em_lotes")
    done = run(*(each for name in nothing for each in ("--premissa", f"{name}=0")), "capacidade")
    assert done.exit_code == 0, done.output
    assert "Workers" not in done.output


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
