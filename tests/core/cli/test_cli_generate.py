"""`fiscalxml generate`: files that `fiscalxml validate` then accepts."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from cli_command import command_line, invoke


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_is_written_is_valid(tmp_path: Path) -> None:
    folder = tmp_path / "lote"
    done = invoke("generate", "--n", "70", "--seed", "4", "--out", str(folder))
    assert done.exit_code == 0
    assert "70 documentos sintéticos" in done.stdout
    assert f"fiscalxml validate {folder} --ac {folder / 'ac'}" in done.stdout
    assert len(list(folder.glob("*.xml"))) == 70
    judged = invoke("validate", str(folder), "--ac", str(folder / "ac"))
    assert judged.exit_code == 0
    assert "70 documentos: 70 válidos" in judged.stdout


def test_bytes_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        invoke("generate", "--n", "150", "--out", str(tmp_path / jobs), "--jobs", jobs)
    assert _bytes(tmp_path / "1") == _bytes(tmp_path / "2")


def test_json_says_what_each_file_is(tmp_path: Path) -> None:
    done = invoke(
        "generate",
        "--n",
        "5",
        "--out",
        str(tmp_path),
        "--falha",
        "629:1",
        "--tipos",
        "nfe",
        "--json",
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["arquivo"]).is_file() for line in lines] == [True] * 5
    assert [line.get("falha") for line in lines].count("629") == 1


def test_the_faults_can_be_listed() -> None:
    listed = invoke("generate", "--lista-falhas").stdout
    assert "629      nfe:I11-10    Valor do Produto difere" in listed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--falha", "999"], "não há receita para '999'"),
        (["--falha", "629:x"], "'x' não é uma quantidade"),
        (["--falha", "629:30"], "30 documentos com falha, mas --n pede 5"),
        (["--tipos", "bilhete"], "'bilhete' não é um destes"),
        (["--tipos", "nfe:0"], "'nfe:0' não é um nome nem nome:peso"),
        (["--itens", "0-3"], "'0-3' não é uma quantidade"),
        (["--itens", "9-3"], "'9-3' não é uma quantidade"),
        (["--itens", "1-991"], "faixa de 1 a 990"),
        (["--em", "1999-01-01"], "certifica de 2022 a 2050"),
        (["--n", "0"], "não é um número inteiro de 1 a 999.999.999"),
        (["--alfanumericos", "101"], "--alfanumericos"),
        (["--alfanumericos", "nan"], "não é um número inteiro válido"),
        (["--seed", "abc"], "não é um número inteiro válido"),
        (["--n", "1000000000"], "número inteiro de 1 a 999.999.999"),
        (["--emitentes", "10001"], "número inteiro de 1 a 10.000"),
        (["--falha", f"629:{10**20}"], "100000000000000000000 documentos com falha"),
        (["--em", "9999-12-31T23:59:00-12:00"], "certifica de 2022 a 2050"),
        (["--out", ""], "o nome está vazio"),
    ],
)
def test_wrong_usage_is_told_and_nothing_written(
    tmp_path: Path, options: list[str], words: str
) -> None:
    folder = tmp_path / "lote"
    done = invoke("generate", "--n", "5", "--out", str(folder), *options)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert not folder.exists()


def test_without_number_or_folder_it_says_which_options_are_missing() -> None:
    done = invoke("generate")
    assert done.exit_code == 2
    assert "(--n) e onde (--out)" in done.stderr


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "arquivo"
    file.write_text("")
    done = invoke("generate", "--n", "5", "--out", str(file / "lote"))
    assert done.exit_code == 2
    assert "não foi possível gravar em" in done.stderr


def test_any_offset_of_the_date_is_told_in_that_of_brasilia(tmp_path: Path) -> None:
    em = "2026-11-10T12:00:00+14:00"
    invoke("generate", "--n", "9", "--out", str(tmp_path), "--em", em)
    judged = invoke("validate", str(tmp_path), "--ac", str(tmp_path / "ac"))
    assert "9 documentos: 9 válidos" in judged.stdout


def test_the_command_to_try_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    folder = tmp_path / "um lote; $(x)"
    done = invoke("generate", "--n", "1", "--out", str(folder))
    assert "1 documento sintético em" in done.stdout
    assert f"validate '{folder}' --ac '{folder / 'ac'}'" in done.stdout


def test_a_reader_that_goes_away_ends_it_without_a_word(tmp_path: Path) -> None:
    command = shlex.join(command_line("generate", "--n", "300", "--out", tmp_path, "--json"))
    run = subprocess.run(  # noqa: S602 - our own command
        f"{command} | head -n 1", shell=True, capture_output=True, check=False
    )
    assert run.stdout.count(b"\n") == 1
    assert run.stderr == b""


def test_files_of_the_same_name_are_replaced_and_others_kept(tmp_path: Path) -> None:
    (tmp_path / "meu.xml").write_text("meu")
    done = invoke("generate", "--n", "2", "--out", str(tmp_path))
    assert "já tinha 1 outro" in done.stderr
    assert (tmp_path / "meu.xml").read_text() == "meu"
