"""0 all valid; 1 any other verdict; 2 wrong usage or a PATH that cannot be opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_command import invoke, names, reports

from factory import build


def test_all_valid_is_0(tmp_path: Path, valida: bytes) -> None:
    (tmp_path / "nota.xml").write_bytes(valida)
    assert invoke("validate", tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("garbage", b"isto n\xc3\xa3o \xc3\xa9 XML"),
        ("empty", b""),
        ("invalid", build("nfe", changes={"det[1]/prod/NCM": "x"})),
        ("without schema", build("nfe", changes={"@versao": "3.10"})),
    ],
)
def test_any_other_verdict_is_1_and_a_report(
    tmp_path: Path, valida: bytes, name: str, content: bytes
) -> None:
    (tmp_path / "a.xml").write_bytes(valida)
    (tmp_path / f"b {name}.xml").write_bytes(content)
    result = invoke("validate", "--json", tmp_path)
    assert result.exit_code == 1
    assert [report.veredito == "valido" for report in reports(result.stdout_bytes)] == [True, False]


def test_a_path_that_does_not_exist_is_2_and_the_others_are_validated(
    tmp_path: Path, valida: bytes
) -> None:
    nota = tmp_path / "nota.xml"
    nota.write_bytes(valida)
    result = invoke("validate", "--json", tmp_path / "nada.xml", nota)
    assert result.exit_code == 2
    assert names(result.stdout_bytes) == [str(nota)]
    assert result.stderr == f"Erro: não foi possível ler {tmp_path}/nada.xml: não existe.\n"


def test_a_named_folder_that_cannot_be_listed_is_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forbid(monkeypatch, tmp_path)
    result = invoke("validate", tmp_path)
    assert result.exit_code == 2
    assert "sem permissão" in result.stderr


def test_a_folder_inside_that_cannot_be_listed_is_1_and_told(
    tmp_path: Path, valida: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fechada").mkdir()
    (tmp_path / "nota.xml").write_bytes(valida)
    _forbid(monkeypatch, tmp_path / "fechada")
    result = invoke("validate", tmp_path)
    assert result.exit_code == 1
    assert "fechada: sem permissão." in result.stderr
    assert "1 arquivo não pôde ser lido" in result.stdout


def test_a_file_inside_that_cannot_be_read_is_1_and_told(tmp_path: Path, valida: bytes) -> None:
    (tmp_path / "a.xml").symlink_to("em-lugar-nenhum.xml")
    (tmp_path / "b.xml").write_bytes(valida)
    result = invoke("validate", "--json", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == f"Erro: não foi possível ler {tmp_path}/a.xml: não existe.\n"
    assert names(result.stdout_bytes) == [f"{tmp_path}/b.xml"]


def test_an_empty_folder_is_0_and_says_that_nothing_was_found(tmp_path: Path) -> None:
    result = invoke("validate", tmp_path)
    assert result.exit_code == 0
    assert "Nenhum documento encontrado." in result.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Erro: Falta o argumento 'CAMINHO...'."),
        (("--jsn", "x"), "Erro: A opção '--jsn' não existe."),
        (("--em", "ontem", "x"), "'ontem' não é uma data que exista; use AAAA-MM-DD"),
        (("--em", "2020-02-30", "x"), "'2020-02-30' não é uma data que exista"),
        (("--jobs", "0", "x"), "'0' não é um número inteiro a partir de 1."),
        (("--jobs", "dois", "x"), "'dois' não é um número inteiro a partir de 1."),
        (("--perfil", "x", "x"), "'x' não é um destes: 'auto', 'rascunho'"),
        (("--uf", "XX", "x"), "'XX' não é um destes: 'ac', 'al'"),
        (("--ambiente", "2", "x"), "'2' não é um destes: 'producao', 'homologacao'"),
        (("--ac", "/em/lugar/nenhum", "x"), "Pasta '/em/lugar/nenhum' não existe."),
    ],
)
def test_wrong_usage_is_2_in_portuguese(args: tuple[str, ...], message: str) -> None:
    result = invoke("validate", *args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.startswith("Uso: fiscalxml validate [OPÇÕES] CAMINHO...")


def _forbid(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Modes do not bind root, so the refusal is simulated."""
    import os

    listdir = os.listdir

    def refuse(path: str) -> list[str]:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", refuse)
