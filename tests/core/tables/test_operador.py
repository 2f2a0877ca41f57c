"""The operator's folder: tables in place of ours, tables that we have not, files that are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from factory import build
from fiscalxml import validate
from fiscalxml.rules.listing import list_rules
from fiscalxml.tables import cest, classificacao, em_uso, ncm, operador

Escreve = Callable[[str, str], None]


@pytest.fixture
def escreve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Escreve]:
    """Write a file into the folder of the operator, which is read anew."""
    monkeypatch.setenv(operador.TABELAS_DIR, str(tmp_path))

    def write(name: str, text: str) -> None:
        Path(tmp_path, name).write_text(text, encoding="utf-8")
        operador.esquecer()

    operador.esquecer()
    yield write
    monkeypatch.undo()
    operador.esquecer()


def test_without_a_folder_there_are_none() -> None:
    assert operador.tabela("anp") is None
    assert operador.nomes() == frozenset()


def test_rows_are_found_by_their_keys(escreve: Escreve) -> None:
    escreve("cbenef.tsv", "uf\tcodigo\tcsts\tmais\nRJ\tRJ802340\t40 41\tx\n\nSP\tSP010001\t20\ty\n")
    found = operador.tabela("cbenef")
    assert found is not None
    assert found["RJ/RJ802340"]["csts"] == "40 41"
    assert len(found) == 2
    assert operador.nomes() == {"cbenef"}


def test_a_newer_table_replaces_ours(escreve: Escreve) -> None:
    escreve("ncm.tsv", "# data: 2026-11-05\ncodigo\n84713099\n")
    assert ncm.existe("84713099")
    assert not ncm.existe("84713012")
    assert ncm.vigente().data == date(2026, 11, 5)
    assert em_uso.descricao().startswith("2026-11-05: NCM; ")


def test_an_older_one_does_not(escreve: Escreve) -> None:
    escreve("ncm.tsv", "# data: 2020-01-01\ncodigo\n84713099\n")
    assert ncm.existe("84713012")
    assert ncm.vigente() == ncm.TABELA


def test_cest_and_classes_are_replaced_too(escreve: Escreve) -> None:
    escreve("cest.tsv", "# data: 2026-11-05\ncodigo\tncms\n0199900\t8708\n")
    escreve("cclasstrib.tsv", "# data: 2026-11-05\nclasse\tcst\tnfe\n000006\t000\t1\n")
    assert cest.ncms("0199900") == ("8708",)
    found = classificacao.classe("000006")
    assert found is not None
    assert found.nfe
    assert not found.nfce
    assert classificacao.classe("000001") is None
    assert classificacao.cst("000") is not None


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("anp.tsv", "nome\nx\n", "falta no cabeçalho: codigo."),
        ("anp.tsv", "codigo\tcodigo\n1\t2\n", "o cabeçalho repete uma coluna."),
        ("anp.tsv", "codigo\tdescricao\n1\n", "linha 2: 1 colunas, mas o cabeçalho tem 2."),
        ("anp.tsv", "codigo\n1\n1\n", "linha 3: 1 repete outra linha."),
        ("anp.tsv", "codigo\n", "nenhuma linha."),
        ("anp.tsv", "", "nenhuma linha."),
        ("anp.tsv", "# data: ontem\ncodigo\n1\n", "linha 1: a data não é da forma AAAA-MM-DD."),
        ("ncm.tsv", "codigo\n84713099\n", "falta a linha «# data: AAAA-MM-DD»."),
        ("regime_especial.tsv", "uf\tpadrao\nSP\t[0-9\n", "não é uma expressão regular."),
        (
            "cclasstrib.tsv",
            "# data: 2026-11-05\nclasse\tcst\tnfe\n000006\t000\tsim\n",
            "linha 3: nfe não é 0 nem 1.",
        ),
        (
            "cclasstrib.tsv",
            "# data: 2026-11-05\nclasse\tcst\treducao_ibs\n000006\t000\t60%\n",
            "linha 3: reducao_ibs não é um percentual, como 60.00.",
        ),
        (
            "cbenef.tsv",
            "uf\tcodigo\tfim\nRJ\tRJ1\t2026-02-30\n",
            "linha 2: fim não existe: 2026-02-30.",
        ),
        (
            "cbenef.tsv",
            "uf\tcodigo\tinicio\nRJ\tRJ1\t01/01/2026\n",
            "linha 2: inicio não é da forma AAAA-MM-DD.",
        ),
        ("cst_ibs.tsv", "codigo\n1\n", "tabela desconhecida; os nomes são "),
    ],
)
def test_a_file_that_cannot_be_used_is_absent_and_said_once(
    escreve: Escreve, capsys: pytest.CaptureFixture[str], name: str, text: str, why: str
) -> None:
    escreve(name, text)
    assert validate(build("nfe")).veredito == "valido"
    assert operador.nomes() == frozenset()
    assert operador.tabela(name.removesuffix(".tsv")) is None
    said = capsys.readouterr().err
    assert said.count("Aviso: ") == 1
    assert name in said
    assert why in said


def test_bytes_that_are_not_utf8_are_said(
    escreve: Escreve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(tmp_path, "anp.tsv").write_bytes("codigo\n1\xe3\n".encode("latin-1"))
    assert operador.nomes() == frozenset()
    assert "não está em UTF-8" in capsys.readouterr().err
    escreve("anp.tsv", "codigo\n1\n")
    assert operador.nomes() == {"anp"}


def test_a_folder_that_is_none_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(operador.TABELAS_DIR, "/no/such/folder")
    operador.esquecer()
    assert operador.nomes() == frozenset()
    assert "não é uma pasta" in capsys.readouterr().err
    monkeypatch.undo()
    operador.esquecer()


class TestRulesOfATable:
    PROCESSO = (
        "<infAdic><procRef><nProc>123/2020</nProc><indProc>1</indProc>"
        "<tpAto>08</tpAto></procRef></infAdic>"
    )

    def codes(self) -> list[str]:
        note = build("nfe", after={"pag": self.PROCESSO}, sign=False)
        return [achado.codigo for achado in validate(note).achados]

    def test_it_runs_only_where_the_operator_gave_the_table(self, escreve: Escreve) -> None:
        assert "941" not in self.codes()
        escreve("regime_especial.tsv", "uf\tpadrao\nSP\tRE-[0-9]{4}\n")
        assert "941" in self.codes()

    def test_it_is_to_come_until_then(self, escreve: Escreve) -> None:
        (before,) = list_rules("nfe:Z13-10")
        assert (before.situacao, before.tabela) == ("pendente", "regime_especial")
        escreve("regime_especial.tsv", "uf\tpadrao\nSP\tRE-[0-9]{4}\n")
        (after,) = list_rules("nfe:Z13-10")
        assert after.situacao == "implementada"


def test_the_report_names_the_tables(escreve: Escreve) -> None:
    plain = validate(build("nfe")).conjunto.tabelas
    assert plain is not None
    assert "2026-09-19: NCM, CEST, " in plain
    assert "do operador" not in plain
    escreve("anp.tsv", "codigo\n210203001\n")
    given = validate(build("nfe")).conjunto.tabelas
    assert given == f"{plain}; do operador: anp"
