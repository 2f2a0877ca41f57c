"""The API beside the Auth Service, each with an event loop of its own, as in two processes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.verifying import Verificador
from services.auth.portal import Portal
from services.servico import Servico


class Ligacao(httpx2.AsyncBaseTransport):
    """The wire from the API to the Auth Service."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        content = await request.aread()
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        answer = await asyncio.to_thread(
            self._portal.request,
            request.method,
            request.url.path,
            content=content,
            headers=headers,
        )
        return httpx2.Response(answer.status_code, content=answer.content)


def api_beside(portal: Portal, banco: str, folder: Path) -> Servico:
    """The API, which takes the keys that the Auth Service gives."""
    asked = {
        "auth_url": "http://contas",
        "service_key_file": portal.values["services_file"].parent / "api.jwk",
    }
    servico = Servico(banco, folder, **asked)
    verificador = Verificador.open(Settings(**servico.values), Ligacao(portal))
    servico.application.state.verificador = verificador
    return servico
