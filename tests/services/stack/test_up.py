"""`fiscalxml up`: what starts, what ends, what stays."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from .execution import Execucao
from .traces import settings_of_roles, starts

Subir = Callable[..., Execucao]


def test_keys_are_for_this_user_alone_and_stay_the_same(subir: Subir, dados: Path) -> None:
    first = subir()
    first.wait_for()
    key = (dados / "chave-dev.txt").read_text().strip()
    assert key in first.console()
    stop(first)
    second = subir()
    second.wait_for()
    assert key in second.console()
    names = ("mestra.key", "auth.key", "servico-api.jwk", "chave-dev.txt", "chaves-api.jsonl")
    for name in names:
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
    first.wait_for("Lote de amostra concluído: 240 aceitos")
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
