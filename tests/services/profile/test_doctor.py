"""`fiscalxml doctor`, as it is used."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fiscalxml_server.stack.doctor import doctor
from ports import free_port
from services.servers.postgres import Servidor

from .production import values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _run(given: dict[str, Any], *arguments: str) -> Result:
    environment = {f"FISCALXML_{name.upper()}": str(value) for name, value in given.items()}
    return CliRunner().invoke(doctor, arguments, env=environment)


def test_nothing_is_missing(folder: Path) -> None:
    ended = _run(values(folder, "auth"))
    assert (ended.exit_code, ended.output) == (0, "✔ auth: nada falta ao perfil producao\n")


def test_what_is_missing_is_named_and_no_value_is_shown(folder: Path) -> None:
    given = values(folder, "api") | {"keys_url": "", "api_keys_file": "/nao/segredo.jsonl"}
    ended = _run(given)
    assert ended.exit_code == 1
    assert "✖ api: o perfil producao não aceita" in ended.output
    assert "    FISCALXML_KEYS_URL: falta" in ended.output
    assert "    FISCALXML_API_KEYS_FILE: " in ended.output
    assert "segredo" not in ended.output
    assert given["database_url"] not in ended.output


def test_the_profile_may_be_asked_for_before_it_is_set() -> None:
    assert _run({}).exit_code == 0
    ended = _run({}, "--perfil", "producao", "--papel", "relay")
    assert ended.exit_code == 1
    assert ended.output.count("✖") == 1
    assert _run({}, "--perfil", "producao").output.count("✖") == 6


def test_a_value_that_cannot_be_read_is_named_and_not_shown() -> None:
    ended = _run({"database_pool": "muitas", "perfil": "outro"})
    assert ended.exit_code == 2
    assert "FISCALXML_DATABASE_POOL" in ended.output
    assert "FISCALXML_PERFIL" in ended.output
    assert "muitas" not in ended.output


def _local(folder: Path, url: str, valkey: str) -> dict[str, Any]:
    (folder / "mestra.key").write_text(secrets.token_hex(32))
    (folder / "mestra.key").chmod(0o600)
    return values(folder, "worker") | {
        "database_url": url,
        "broker_url": valkey,
        "objects_url": f"file://{folder / 'objetos'}",
        "keys_url": f"file://{folder / 'chaves'}",
    }


def test_connected_to_servers_that_are_as_they_should(
    folder: Path, banco: str, valkey: str
) -> None:
    ended = _run(_local(folder, banco, valkey), "--conectar")
    assert (ended.exit_code, ended.output) == (0, "✔ worker: nada falta ao perfil producao\n")


def _auth(folder: Path, url: str, valkey: str) -> dict[str, Any]:
    (folder / "auth.key").write_text(secrets.token_hex(32))
    (folder / "auth.key").chmod(0o600)
    servers = {"database_url": url, "broker_url": valkey, "limits_url": valkey}
    return values(folder, "auth") | servers | {"audit_url": f"file://{folder / 'auditoria'}"}


def test_a_checkpoint_key_that_the_secret_does_not_open_is_found(
    folder: Path, banco: str, valkey: str
) -> None:
    given = _auth(folder, banco, valkey)
    environment = {f"FISCALXML_{name.upper()}": str(value) for name, value in given.items()}
    rotate = ["-m", "fiscalxml_server.auth", "rotate-audit-key"]
    subprocess.run([sys.executable, *rotate], check=True, env=os.environ | environment)
    assert _run(given, "--conectar").exit_code == 0
    ended = _run(_auth(folder, banco, valkey), "--conectar")
    assert ended.exit_code == 1
    assert "FISCALXML_AUTH_SECRET_FILE: não abre a chave dos pontos de controle" in ended.output


def test_a_role_that_owns_the_tables_is_found(folder: Path, banco: str, valkey: str) -> None:
    given = _local(folder, banco, valkey) | {"database_role": "fiscalxml_dono"}
    ended = _run(given, "--conectar", "--papel", "worker")
    assert ended.exit_code == 1
    assert ended.output.count("FISCALXML_DATABASE_ROLE") == 2  # by its name, and by what it may


def test_a_superuser_is_found(folder: Path, banco: str, postgres: Servidor, valkey: str) -> None:
    name = banco.partition("?")[0].rpartition("/")[2]
    given = _local(folder, postgres.admin_url(name), valkey)
    del given["database_role"]
    ended = _run(given, "--conectar", "--papel", "worker")
    assert "acima das políticas" in ended.output


def test_a_database_without_the_tables_is_found(
    folder: Path, banco_vazio: str, valkey: str
) -> None:
    ended = _run(_local(folder, banco_vazio, valkey), "--conectar")
    assert ended.exit_code == 1
    assert "não tem as tabelas desta versão" in ended.output


def test_servers_that_do_not_answer_are_found(folder: Path) -> None:
    away = f"127.0.0.1:{free_port()}"
    given = _local(
        folder, f"postgresql://fiscal@{away}/fiscal", f"redis://:{secrets.token_hex(20)}@{away}/0"
    )
    ended = _run(given, "--conectar")
    assert ended.exit_code == 1
    assert "FISCALXML_DATABASE_URL: o banco não respondeu" in ended.output
    assert "FISCALXML_BROKER_URL: o Redis não respondeu" in ended.output
