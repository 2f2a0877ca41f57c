"""`fiscalxml-ops segredos`, and settings that come as files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fiscalxml_ops.cli import main
from fiscalxml_ops.compose.secrets import all_files

_CORREIO = "smtps://fiscalxml:f0ca9d7b54e84e08b6d1@smtp.exemplo.com.br:465"


def _draw(folder: Path, correio: str = _CORREIO) -> Result:
    """The address comes on standard input."""
    command = ["segredos", str(folder), "--correio-arquivo", "-"]
    return CliRunner().invoke(main, command, input=f"{correio}\n")


def test_each_is_a_file_that_others_do_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "segredos"
    assert _draw(folder).exit_code == 0
    modes = {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}
    open_ones = {name for name, mode in modes.items() if mode == 0o444}
    assert {name for name in open_ones if not name.endswith(".crt")} == {"servicos.json"}
    assert set(modes.values()) == {0o400, 0o444}
    assert not any("PRIVATE" in (folder / name).read_text() for name in open_ones)


def test_no_secret_is_drawn_twice_the_same() -> None:
    one, other = ({each.nome: each.texto for each in all_files(_CORREIO)} for _ in range(2))
    assert [name for name, text in one.items() if other[name] == text] == ["correio"]
    secret = [text for name, text in one.items() if name.endswith(".key") or "senha" in name]
    assert len(set(secret)) == len(secret)


def test_what_was_drawn_is_never_drawn_over(tmp_path: Path) -> None:
    folder = tmp_path / "segredos"
    _draw(folder)
    before = {each.name: each.read_text() for each in folder.iterdir()}
    again = _draw(folder)
    assert again.exit_code == 2
    assert "já existe" in again.output
    assert {each.name: each.read_text() for each in folder.iterdir()} == before


def test_the_e_mail_server_is_read_from_a_file_that_no_list_of_processes_shows(
    tmp_path: Path,
) -> None:
    file = tmp_path / "correio.txt"
    file.write_text(f"{_CORREIO}\n")
    folder = tmp_path / "segredos"
    command = ["segredos", str(folder), "--correio-arquivo", str(file)]
    assert CliRunner().invoke(main, command).exit_code == 0
    assert (folder / "correio").read_text().strip() == _CORREIO
    assert _draw(tmp_path / "outra").exit_code == 0
    assert (tmp_path / "outra" / "correio").read_text().strip() == _CORREIO
    told = CliRunner().invoke(main, ["segredos", str(tmp_path / "mais"), "--correio", _CORREIO])
    assert told.exit_code == 2
    assert not (tmp_path / "mais").exists()


@pytest.mark.parametrize("correio", ["smtp://correio:25", "", "smtps://a:465\nsmtps://b:465"])
def test_an_e_mail_server_without_tls_or_more_than_one_is_refused(
    tmp_path: Path, correio: str
) -> None:
    refused = _draw(tmp_path / "segredos", correio)
    assert refused.exit_code == 2
    assert "smtps" in refused.output
    assert not (tmp_path / "segredos").exists()


def test_a_setting_may_be_a_file_and_a_variable_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / "fiscalxml_database_url").write_text("postgresql://de-arquivo/b\n")
    (tmp_path / "fiscalxml_smtp_url").write_text("smtps://de-arquivo:465\n")
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from fiscalxml_server.kit.settings import settings as s;"
            "print(s().database_url.get_secret_value(), s().smtp_url.get_secret_value())",
        ],
        env={
            **os.environ,
            "FISCALXML_SECRETS_DIR": str(tmp_path),
            "FISCALXML_SMTP_URL": "smtps://de-variavel:465",
        },
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said.split() == ["postgresql://de-arquivo/b", "smtps://de-variavel:465"]
