"""`fiscalxml up`: what starts, what comes back, what ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import asyncpg
import pytest

from .execution import Execucao, wait_until

Subir = Callable[..., Execucao]


def test_everything_is_up_when_it_says_so(subir: Subir) -> None:
    execucao = subir()
    execucao.wait_for()
    with urlopen(f"http://127.0.0.1:{execucao.porta}/pronto") as response:
        assert response.status == 200
    assert all(map(execucao.role, ("api", "worker", "relay")))
    assert f"http://127.0.0.1:{execucao.porta}/docs" in execucao.console()


def test_keys_are_for_this_user_alone_and_stay_the_same(subir: Subir, dados: Path) -> None:
    first = subir()
    first.wait_for()
    key = (dados / "chave-dev.txt").read_text().strip()
    assert key in first.console()
    stop(first)
    second = subir()
    second.wait_for()
    assert key in second.console()
    for name in ("mestra.key", "chave-dev.txt", "chaves-api.jsonl"):
        assert (dados / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_when_asked_and_leaves_no_process(
    subir: Subir, dados: Path, number: signal.Signals
) -> None:
    execucao = subir()
    execucao.wait_for()
    execucao.send(number)
    assert execucao.wait_for_end() == 0
    assert "os dados ficaram na pasta" in execucao.console()
    assert not list(dados.glob("*.soquete"))


def test_it_stops_when_asked_while_it_is_starting(subir: Subir) -> None:
    execucao = subir()
    execucao.wait_for("dados em")
    execucao.send(signal.SIGINT)
    assert execucao.wait_for_end() == 0


def test_asking_twice_ends_by_force_what_does_not_want_to_end(subir: Subir, dados: Path) -> None:
    dados.mkdir()
    (dados / "versao").write_text("1\n")
    (dados / "TEIMOSO").touch()
    execucao = subir()
    execucao.wait_for()
    execucao.send(signal.SIGINT)
    execucao.wait_for("Parando")
    execucao.send(signal.SIGINT)
    assert execucao.wait_for_end() == 0


def test_a_killed_role_comes_back_without_the_children_it_had(subir: Subir) -> None:
    execucao = subir()
    execucao.wait_for()
    killed, before = execucao.role("worker"), set(execucao.processes())
    os.kill(killed, signal.SIGKILL)
    execucao.wait_for("worker terminou (sinal SIGKILL)")
    wait_until(lambda: execucao.role("worker") != killed, execucao.console)
    gone = before - set(execucao.processes())
    assert killed in gone
    assert len(gone) == 2


def test_a_killed_postgres_comes_back_with_its_data(subir: Subir, dados: Path) -> None:
    execucao = subir()
    execucao.wait_for()
    os.kill(execucao.server("postgres"), signal.SIGKILL)
    execucao.wait_for("postgres terminou (sinal SIGKILL)")
    wait_until(lambda: starts(dados) == 1, execucao.console)


def test_a_killed_valkey_comes_back_at_the_same_address(subir: Subir) -> None:
    execucao = subir()
    execucao.wait_for()
    killed = execucao.server("valkey-server")
    os.kill(killed, signal.SIGKILL)
    execucao.wait_for("valkey terminou (sinal SIGKILL)")
    wait_until(lambda: execucao.server("valkey-server") != killed, execucao.console)


def test_a_role_that_keeps_dying_is_told_with_what_it_said(subir: Subir, dados: Path) -> None:
    execucao = subir()
    execucao.wait_for()
    (dados / "FALHA").touch()
    os.kill(execucao.role("relay"), signal.SIGTERM)
    execucao.wait_for("relay terminou 3 vezes seguidas")
    execucao.wait_for("| motivo da queda")
    assert "relay terminou (código 3)" in execucao.console()


def test_nothing_is_left_when_the_supervisor_is_killed(subir: Subir) -> None:
    execucao = subir()
    execucao.wait_for()
    execucao.send(signal.SIGKILL)
    assert execucao.wait_for_end() == -signal.SIGKILL


def test_a_restart_works_at_once_after_the_supervisor_was_killed(subir: Subir, dados: Path) -> None:
    execucao = subir()
    execucao.wait_for()
    execucao.send(signal.SIGKILL)
    again = subir(porta=execucao.porta)  # it waits for what is left of the other
    again.wait_for()
    assert starts(dados) == 2


def test_a_second_start_finds_the_rows_of_the_first(subir: Subir, dados: Path) -> None:
    first = subir()
    first.wait_for()
    stop(first)
    second = subir()
    second.wait_for()
    assert starts(dados) == 2


def test_a_sample_lote_is_loaded_once_with_the_development_key(subir: Subir, dados: Path) -> None:
    first = subir(amostra=True)
    first.wait_for("Lote de amostra concluído: aceito 240")
    first.wait_for()
    assert "/v1/lotes/lote-1" in first.console()
    stop(first)
    second = subir(amostra=True)
    second.wait_for()
    assert "/v1/lotes/lote-1" in second.console()
    key = (dados / "chave-dev.txt").read_text().strip()
    assert (dados / "recebidos.txt").read_text() == f"Bearer {key} 240\n"


def test_external_servers_are_used_instead_of_embedded_ones(
    subir: Subir, dados: Path, banco_vazio: str, valkey: str, tmp_path: Path
) -> None:
    external = {
        "FISCALXML_DATABASE_URL": banco_vazio,
        "FISCALXML_BROKER_URL": valkey,
        "FISCALXML_OBJECTS_URL": (tmp_path / "fora").as_uri(),
    }
    execucao = subir(env=external)
    execucao.wait_for()
    assert not any("postgres" in each or "valkey" in each for each in execucao.processes().values())
    assert not (dados / "postgres").exists()
    assert settings_of_roles(dados).items() >= external.items()


def stop(execucao: Execucao) -> None:
    execucao.send(signal.SIGINT)
    assert execucao.wait_for_end() == 0, execucao.console()


def settings_of_roles(dados: Path) -> dict[str, str]:
    settings: dict[str, str] = json.loads((dados / "ambiente.json").read_text())
    return settings


def starts(dados: Path) -> int:
    """How many starts the database remembers; -1 when it does not answer."""

    async def count() -> int:
        connection = await asyncpg.connect(settings_of_roles(dados)["FISCALXML_DATABASE_URL"])
        try:
            return int(await connection.fetchval("SELECT count(*) FROM partidas"))
        finally:
            await connection.close()

    try:
        return asyncio.run(count())
    except (OSError, asyncpg.PostgresError):
        return -1
