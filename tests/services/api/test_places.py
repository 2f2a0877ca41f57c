"""A process holds few large bodies at a time; small ones pass beside them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from fiscalxml_server.api.app import create_app
from fiscalxml_server.kit.http.places import Places
from fiscalxml_server.kit.settings import Settings

from .answers import problem
from .running import CHAVE, write_keys

LARGE = b"<a>" + b" " * 1_500_000 + b"</a>"


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """An application with one place, for which nobody waits long."""
    app = create_app(Settings(api_keys_file=write_keys(tmp_path)))
    app.state.lugares = Places(total=1, seconds=0.2)
    return app


async def _post(app: FastAPI, content: bytes | AsyncIterator[bytes]) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
        return await client.post(
            "/v1/validacoes", content=content, headers={"X-API-Key": CHAVE}, timeout=30
        )


def test_while_the_places_are_taken_a_large_body_is_503_and_a_small_one_passes(
    app: FastAPI,
) -> None:
    holds, go = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield LARGE[:1_200_000]
        holds.set()
        await go.wait()
        yield LARGE[1_200_000:]

    async def ask() -> list[httpx2.Response]:
        first = asyncio.create_task(_post(app, slowly()))
        await holds.wait()
        large, small = await _post(app, LARGE), await _post(app, b"<a/>")
        go.set()
        return [await first, large, small, await _post(app, LARGE)]

    first, large, small, later = asyncio.run(ask())
    problem(large, 503, "indisponivel")
    assert large.headers["retry-after"]
    assert [each.status_code for each in (first, small, later)] == [200, 200, 200]


def test_a_place_is_given_back_whatever_the_answer(app: FastAPI) -> None:
    async def ask() -> list[httpx2.Response]:
        form = json.dumps({"xml": "x" * 2_000_000}).encode()
        return [await _post(app, body) for body in (LARGE, LARGE * 9, form, LARGE, LARGE)]

    assert [each.status_code for each in asyncio.run(ask())] == [200, 413, 200, 200, 200]
