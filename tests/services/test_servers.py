"""The servers of the tests are real and as the services expect them."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
import redis


def test_postgres_is_the_version_of_production(banco_vazio: str) -> None:
    version = fetch(banco_vazio, "SELECT current_setting('server_version_num')::int / 10000")
    assert version == 18


@pytest.mark.parametrize("role", ["fiscalxml_api", "fiscalxml_worker", "fiscalxml_relay"])
def test_the_owner_may_work_as_a_service_and_the_service_may_not_evade_rls(
    banco_vazio: str, role: str
) -> None:
    assert fetch(banco_vazio, "SELECT current_user", role=role) == role
    evades = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    assert fetch(banco_vazio, evades, role=role) is False


def test_a_service_has_nothing_before_it_is_granted(banco_vazio: str) -> None:
    fetch(banco_vazio, "CREATE TABLE segredo AS SELECT 1 AS um")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        fetch(banco_vazio, "SELECT um FROM segredo", role="fiscalxml_api")


def test_valkey_keeps_what_it_is_given_and_asks_for_its_password(valkey: str) -> None:
    client = redis.Redis.from_url(valkey)
    client.set("chave", "valor")
    assert client.get("chave") == b"valor"
    stranger = redis.Redis.from_url("redis://" + valkey.partition("@")[2])
    with pytest.raises(redis.AuthenticationError):
        stranger.get("chave")


def fetch(url: str, sql: str, *, role: str | None = None) -> Any:
    async def run() -> Any:
        settings = {"role": role} if role else {}
        connection = await asyncpg.connect(url, server_settings=settings)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(run())
