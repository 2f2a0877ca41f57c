"""`fiscalxml up`: what dies comes back, and people are told. One run for all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
import redis

from services.servers.running import server_folder

from .execution import Execucao, wait_until
from .traces import settings_of_roles, starts


@pytest.fixture(scope="module")
def execucao() -> Iterator[Execucao]:
    """A run where everything is up."""
    with server_folder() as folder:
        execucao = Execucao(folder / "dados")
        try:
            execucao.wait_for()
            yield execucao
        finally:
            execucao.send(signal.SIGTERM)
            execucao.wait_for_end()


def test_everything_is_up_when_it_says_so(execucao: Execucao) -> None:
    with urlopen(f"http://127.0.0.1:{execucao.porta}/pronto") as response:
        assert response.status == 200
    assert all(map(execucao.role, ("api", "worker", "relay")))
    assert f"http://127.0.0.1:{execucao.porta}/docs" in execucao.console()


def test_a_killed_role_comes_back_without_the_children_it_had(execucao: Execucao) -> None:
    killed = execucao.role("worker")
    (child,) = execucao.children(killed)
    os.kill(killed, signal.SIGKILL)
    execucao.wait_for("worker terminou (sinal SIGKILL)")
    wait_until(lambda: execucao.role("worker") != killed, execucao.console)
    assert {killed, child}.isdisjoint(execucao.processes())
    execucao.wait_for("worker de volta")


def test_a_killed_postgres_comes_back_with_its_data(execucao: Execucao) -> None:
    os.kill(execucao.server("postgres"), signal.SIGKILL)
    execucao.wait_for("postgres terminou (sinal SIGKILL)")
    wait_until(lambda: starts(execucao.dados) == 1, execucao.console)


def test_a_killed_valkey_comes_back_at_the_same_address(execucao: Execucao) -> None:
    killed = execucao.server("valkey-server")
    os.kill(killed, signal.SIGKILL)
    execucao.wait_for("valkey terminou (sinal SIGKILL)")
    wait_until(lambda: execucao.server("valkey-server") != killed, execucao.console)
    wait_until(lambda: answers(execucao), execucao.console)


def test_a_role_that_keeps_dying_is_told_with_what_it_said(execucao: Execucao) -> None:
    (execucao.dados / "FALHA").touch()
    os.kill(execucao.role("relay"), signal.SIGTERM)
    execucao.wait_for("relay terminou 3 vezes seguidas")
    execucao.wait_for("| motivo da queda")
    assert "relay terminou (código 3)" in execucao.console()


def answers(execucao: Execucao) -> bool:
    """Whether Valkey does, at the address that the roles were given."""
    url = settings_of_roles(execucao.dados)["FISCALXML_BROKER_URL"]
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.ConnectionError:
        return False
