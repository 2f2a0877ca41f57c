"""Request limits: of an organisation, of a credential, over several processes, without Valkey."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.limits.limiter import LimiteDeRequisicoes, Limites
from fiscalxml_server.kit.limits.policies import Classe
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.stack.valkey import Valkey
from ports import free_port
from services.servers.running import running

TICK = 0.25
"""seconds after which processes have told each other"""


def _settings(url: str, limit: int, **others: Any) -> Settings:
    return Settings(limits_url=SecretStr(url), limit_ler=limit, **others)


def _caller(organizacao: UUID, credencial: str = "chave:1") -> Sujeito:
    return Sujeito(organizacao, credencial, frozenset())


def _admitted(limites: Limites, sujeito: Sujeito, times: int, classe: Classe = Classe.LER) -> int:
    admitted = 0
    for _ in range(times):
        try:
            limites.admit(sujeito, classe)
        except LimiteDeRequisicoes:
            continue
        admitted += 1
    return admitted


@asynccontextmanager
async def _processes(
    count: int, settings: Settings, now: float = 6000.0
) -> AsyncIterator[list[Limites]]:
    """Their clock stands still, at the beginning of a minute."""
    every = [Limites(settings, clock=lambda: now) for _ in range(count)]
    try:
        yield every
    finally:
        for each in every:
            await each.close()


def test_an_organisation_has_no_more_than_its_limit_over_all_processes(valkey: str) -> None:
    async def check() -> None:
        sujeito = _caller(uuid4())
        settings = _settings(valkey, 30, limit_credential_share=1)
        async with _processes(3, settings) as every:
            admitted = 0
            for _ in range(10):
                admitted += sum(_admitted(each, sujeito, 2) for each in every)
                await asyncio.sleep(TICK)
            # More only by what came to the others before this one heard of it.
            assert 30 <= admitted <= 30 + 2 * 2
            assert [_admitted(each, sujeito, 50) for each in every] == [0, 0, 0]

    asyncio.run(check())


def test_a_minute_that_turns_before_others_have_heard_is_counted_once(valkey: str) -> None:
    async def check() -> None:
        sujeito, now = _caller(uuid4()), [6000.0 + 59.9]
        settings = _settings(valkey, 30, limit_credential_share=1)
        first, second = (Limites(settings, clock=lambda: now[0]) for _ in range(2))
        assert _admitted(first, sujeito, 10) == 10
        now[0] += 0.1
        assert _admitted(first, sujeito, 10) == 10
        await asyncio.sleep(TICK)
        assert _admitted(second, sujeito, 1) == 1
        await asyncio.sleep(TICK)
        assert _admitted(second, sujeito, 50) == 30 - 10 - 1
        await first.close()
        await second.close()

    asyncio.run(check())


def test_one_credential_leaves_some_to_the_others(valkey: str) -> None:
    async def check() -> None:
        organizacao = uuid4()
        async with _processes(1, _settings(valkey, 20)) as (limites,):
            assert _admitted(limites, _caller(organizacao, "chave:1"), 50) == 10
            assert _admitted(limites, _caller(organizacao, "chave:2"), 50) == 10
            assert _admitted(limites, _caller(organizacao, "chave:3"), 50) == 0

    asyncio.run(check())


def test_neither_another_organisation_nor_another_class_is_touched(valkey: str) -> None:
    async def check() -> None:
        first, second = _caller(uuid4()), _caller(uuid4())
        async with _processes(1, _settings(valkey, 20)) as (limites,):
            assert _admitted(limites, first, 50) == 10
            assert _admitted(limites, second, 50) == 10
            assert _admitted(limites, first, 50, Classe.VALIDAR) == 50

    asyncio.run(check())


def test_zero_is_no_limit(valkey: str) -> None:
    async def check() -> None:
        async with _processes(1, _settings(valkey, 0)) as (limites,):
            assert limites.admit(_caller(uuid4()), Classe.LER) == []
            assert _admitted(limites, _caller(uuid4()), 500) == 500

    asyncio.run(check())


def test_an_answer_tells_the_policies_and_what_is_nearest_to_its_end(valkey: str) -> None:
    async def check() -> None:
        sujeito = _caller(uuid4())
        async with _processes(1, _settings(valkey, 20)) as (limites,):
            headers = dict(limites.admit(sujeito, Classe.LER))
            assert headers[b"ratelimit-policy"] == b'"ler";q=20;w=60, "ler-credencial";q=10;w=60'
            assert headers[b"ratelimit"] == b'"ler-credencial";r=9;t=60'
            _admitted(limites, sujeito, 9)
            with pytest.raises(LimiteDeRequisicoes) as refused:
                limites.admit(sujeito, Classe.LER)
            told = refused.value
            assert (
                told.headers["RateLimit"] == f'"ler-credencial";r=0;t={told.headers["Retry-After"]}'
            )
            assert told.to_dict()["violated-policies"] == ["ler-credencial"]
            assert told.to_dict()["type"].endswith("#quota-exceeded")

    asyncio.run(check())


def test_refused_requests_do_not_make_the_wait_longer(valkey: str) -> None:
    async def check() -> None:
        now, sujeito = 6000.0, _caller(uuid4())
        limites = Limites(_settings(valkey, 20), clock=lambda: now)
        assert _admitted(limites, sujeito, 5000) == 10
        now += 60 + 31  # a good half of the minute before is over
        assert _admitted(limites, sujeito, 5000) == 5
        await limites.close()

    asyncio.run(check())


def test_callers_who_left_are_forgotten(valkey: str) -> None:
    async def check() -> None:
        now = 6000.0
        limites = Limites(_settings(valkey, 20), clock=lambda: now)
        for _ in range(100):
            limites.admit(_caller(uuid4()), Classe.LER)
        await asyncio.sleep(TICK)
        now += 180
        limites.admit(_caller(uuid4()), Classe.LER)
        await asyncio.sleep(TICK)
        assert len(limites._callers) == 1
        assert len(limites._janelas) == 2
        await limites.close()

    asyncio.run(check())


def test_without_valkey_each_process_keeps_to_a_share_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def check() -> None:
        sujeito = _caller(uuid4())
        away = _settings(f"redis://127.0.0.1:{free_port()}/0", 80, limit_credential_share=1)
        async with _processes(1, away) as (limites,):
            assert _admitted(limites, sujeito, 1) == 1
            await asyncio.sleep(TICK)
            assert _admitted(limites, sujeito, 100) == 80 / 4 - 1  # neither open nor closed
            await asyncio.sleep(2.5)
            assert _admitted(limites, sujeito, 100) == 0

    with caplog.at_level(logging.INFO):
        asyncio.run(check())
    said = [each.message for each in caplog.records if "request limits" in each.message]
    assert said == ["request limits are this process's share"]


def test_valkey_dies_and_comes_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The share is by the processes that were there; together again, nothing is to be done."""

    async def check() -> None:
        valkey = Valkey(tmp_path / "valkey")
        valkey.install()
        sujeito = _caller(uuid4())
        settings = _settings(valkey.url(), 40, limit_credential_share=1)
        async with _processes(2, settings) as (one, other):
            async with _started(valkey, tmp_path):
                assert _admitted(one, sujeito, 1) == _admitted(other, sujeito, 1) == 1
                await asyncio.sleep(TICK)
                assert _admitted(one, sujeito, 1) == 1
                await asyncio.sleep(TICK)
            assert _admitted(one, sujeito, 1) == 1
            await asyncio.sleep(TICK)
            assert _admitted(one, sujeito, 100) == 40 / 2 - 3
            async with _started(valkey, tmp_path):
                await asyncio.sleep(2.5)
                assert 0 < _admitted(one, sujeito, 100) < 40

    with caplog.at_level(logging.INFO):
        asyncio.run(check())
    said = [each.message for each in caplog.records if "request limits" in each.message]
    assert said[:2] == [
        "request limits are this process's share",
        "request limits are shared again",
    ]


@asynccontextmanager
async def _started(valkey: Valkey, folder: Path) -> AsyncIterator[None]:
    server = running(valkey.papel(), folder / "valkey.log", valkey.accepts)
    await asyncio.to_thread(server.__enter__)
    try:
        yield
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)
