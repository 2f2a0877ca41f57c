"""GET /saude and /pronto."""

from __future__ import annotations

import asyncio
from importlib.metadata import version

import httpx2

from fiscalxml_server.api.app import create_app
from fiscalxml_server.kit.settings import Settings

from .answers import problem


def test_both_need_no_key(anonymous: httpx2.Client) -> None:
    assert anonymous.get("/saude").json() == {"situacao": "ok", "versao": version("fiscalxml")}
    assert anonymous.get("/pronto").json() == {"situacao": "pronto", "partes": {}}


def test_alive_says_which_version_it_is() -> None:
    async def ask() -> httpx2.Response:
        app = create_app(Settings(versao="2026.11-abc"))
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            return await client.get("/saude")

    assert asyncio.run(ask()).json()["versao"] == "2026.11-abc"


async def banco() -> None:
    """A part that is ready."""


async def fila() -> None:
    raise ConnectionError("redis://usuario:senha@servidor")


async def objetos() -> None:
    await asyncio.sleep(60)


def _pronto(*checks: object) -> httpx2.Response:
    async def ask() -> httpx2.Response:
        app = create_app(Settings.model_construct())
        app.state.prontidao.extend(checks)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            return await client.get("/pronto")

    return asyncio.run(ask())


def test_ready_is_200_when_every_part_is() -> None:
    assert _pronto(banco).json() == {"situacao": "pronto", "partes": {"banco": "pronta"}}


def test_one_part_that_fails_or_hangs_is_503_and_named_without_its_secrets() -> None:
    response = _pronto(banco, fila, objetos)
    members = problem(response, 503, "nao_pronto")
    assert members["partes"] == {"banco": "pronta", "fila": "com falha", "objetos": "sem resposta"}
    assert "senha" not in response.text
    assert response.headers["retry-after"]
