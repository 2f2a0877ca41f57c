"""Attempts are counted by account, by address and in all; nobody is locked out."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import pytest
from fastapi import Request
from pydantic import SecretStr
from redis.asyncio import Redis

from fiscalxml_server.auth.throttle import Freio, Limites, MuitasTentativas, address_of
from fiscalxml_server.kit.errors import Indisponivel, NaoAutenticado, Problema
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.settings import Settings
from services.servers.valkey import start_valkey

TRES = Limites("teste", conta="3/minute", endereco="6/minute", total="100/minute")


def _freio(url: str, secret: bytes | None = None) -> Freio:
    return Freio.open(
        Settings(limits_url=SecretStr(url)), Segredos(secret or secrets.token_bytes(32))
    )


async def _try(freio: Freio, times: int, raises: Problema | None, conta: str, de: str) -> int:
    """How many of so many attempts at once were let through."""

    async def one() -> bool:
        try:
            async with freio.attempt(TRES, NaoAutenticado, conta=conta, endereco=de):
                if raises is not None:
                    raise raises
        except MuitasTentativas:
            return False
        except Problema:
            pass
        return True

    return sum(await asyncio.gather(*(one() for _ in range(times))))


WRONG = NaoAutenticado("errada")


def test_an_account_is_tried_so_often_and_others_are_not_hindered(valkey: str) -> None:
    async def attack() -> None:
        freio = _freio(valkey)
        assert await _try(freio, 10, WRONG, "ana", "10.0.0.1") == 3
        assert await _try(freio, 1, WRONG, "ana", "10.0.0.2") == 0
        assert await _try(freio, 1, WRONG, "rui", "10.0.0.2") == 1
        await freio.close()

    asyncio.run(attack())


def test_an_address_that_tries_many_accounts_is_slowed_and_does_not_close_theirs(
    valkey: str,
) -> None:
    async def attack() -> None:
        freio = _freio(valkey)
        let_in = 0
        for conta in ("a", "b", "c", "d", "e", "f", "g", "h"):
            let_in += await _try(freio, 1, WRONG, conta, "10.0.0.1")
        assert let_in == 6
        assert await _try(freio, 3, WRONG, "h", "10.0.0.2") == 3
        await freio.close()

    asyncio.run(attack())


def test_all_together_are_counted_too(valkey: str) -> None:
    async def attack() -> None:
        freio = _freio(valkey)
        let_in = [await _try(freio, 1, WRONG, f"conta {n}", f"10.0.{n}.1") for n in range(103)]
        assert sum(let_in) == 100
        await freio.close()

    asyncio.run(attack())


def test_what_succeeds_or_fails_for_another_reason_is_no_attempt(valkey: str) -> None:
    async def use() -> None:
        freio = _freio(valkey)
        for _ in range(10):
            assert await _try(freio, 1, None, "ana", "10.0.0.1") == 1
        for _ in range(10):
            assert await _try(freio, 1, Indisponivel("x"), "ana", "10.0.0.1") == 1
        assert await _try(freio, 5, WRONG, "ana", "10.0.0.1") == 3
        await freio.close()

    asyncio.run(use())


def test_the_refusal_says_when_to_come_back(valkey: str) -> None:
    async def attack() -> MuitasTentativas:
        freio = _freio(valkey)
        for _ in range(3):
            await freio.count(TRES, conta="ana")
        with pytest.raises(MuitasTentativas) as refused:
            await freio.count(TRES, conta="ana")
        await freio.close()
        return refused.value

    refused = asyncio.run(attack())
    assert refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_processes_count_together_and_valkey_knows_no_account(valkey: str) -> None:
    secret = secrets.token_bytes(32)

    async def attack() -> None:
        first, second = _freio(valkey, secret), _freio(valkey, secret)
        assert await _try(first, 2, WRONG, "ana@exemplo.com.br", "192.0.2.77") == 2
        assert await _try(second, 2, WRONG, "ana@exemplo.com.br", "192.0.2.77") == 1
        async with Redis.from_url(valkey) as server:
            keys = await server.keys("*")
        assert keys
        assert not any(b"ana" in key or b"192.0.2" in key for key in keys)
        await first.close()
        await second.close()

    asyncio.run(attack())


def test_while_valkey_is_away_each_process_allows_half_as_much(tmp_path: Path) -> None:
    async def attack(url: str) -> None:
        freio = _freio(url)
        before = asyncio.get_running_loop().time()
        assert await _try(freio, 10, WRONG, "ana", "10.0.0.1") == 1
        assert await _try(freio, 3, None, "rui", "10.0.0.2") >= 1
        assert await _try(freio, 1, WRONG, "eva", "10.0.0.3") == 1
        assert asyncio.get_running_loop().time() - before < 10
        with pytest.raises(MuitasTentativas) as refused:
            await freio.count(TRES, conta="ana")
        assert 1 <= int(refused.value.headers["Retry-After"]) <= 60
        await freio.close()

    with start_valkey(tmp_path) as url:
        pass  # and it is gone
    asyncio.run(attack(url))


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "counted"),
    [
        ("10.0.0.1", [], 0, "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1"], 0, "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, 1.1.1.1"], 1, "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6", "1.1.1.1"], 1, "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6, 1.1.1.1, 10.0.0.9"], 2, "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1"], 2, "10.0.0.1"),
        ("10.0.0.1", [""], 1, "10.0.0.1"),
        ("10.0.0.1", ["<script>"], 1, "desconhecido"),
        ("2001:db8:1:2:3:4:5:6", [], 0, "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", [], 0, "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", [], 0, "192.0.2.1"),
        (None, [], 0, "desconhecido"),
    ],
)
def test_an_address_is_believed_from_our_proxies_only(
    peer: str | None, forwarded: list[str], proxies: int, counted: str
) -> None:
    scope = {
        "type": "http",
        "client": (peer, 1) if peer else None,
        "headers": [(b"x-forwarded-for", each.encode()) for each in forwarded],
    }
    assert address_of(Request(scope), proxies) == counted
