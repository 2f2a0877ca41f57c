"""The Auth Service as another service asks it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeVar

import httpx2
import msgspec

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.revocations import Revogacoes
from fiscalxml_server.kit.service_identity import Identidade
from fiscalxml_server.kit.telemetry import SpanKind, current_traceparent, span

_SECONDS: Final = 2.0
_CONNECTIONS: Final = 32
_FEED: Final = "/interno/revogacoes"
_NOTICES: Final = "/interno/avisos"
_INTROSPECTION: Final = "/interno/introspeccao"

T = TypeVar("T")


class Introspeccao(msgspec.Struct, frozen=True):
    """What the Auth Service says of an API key."""

    ativa: bool
    sujeito: Sujeito | None = None
    expira_em: datetime | None = None


class Contas:
    """Its operations for services. Each raises `Indisponivel` where it does not answer as told."""

    def __init__(
        self,
        url: str,
        identidade: Identidade,
        transport: httpx2.AsyncBaseTransport | None = None,
        *,
        context: ssl.SSLContext | bool = True,
    ) -> None:
        self._identidade = identidade
        self._client = httpx2.AsyncClient(
            base_url=url,
            timeout=_SECONDS,
            limits=httpx2.Limits(max_connections=_CONNECTIONS),
            transport=transport,
            verify=context,
            trust_env=False,  # a proxy of the environment is not for what is inside
        )

    async def revogacoes(self) -> Revogacoes:
        """What it has revoked, of what may still be about."""
        return _decoded(await self._ask("GET", _FEED), Revogacoes)

    async def introspect(self, chave: str) -> Introspeccao:
        """Whose an API key is."""
        body = msgspec.json.encode({"chave": chave})
        return _decoded(await self._ask("POST", _INTROSPECTION, body), Introspeccao)

    async def tell(self, aviso: Mapping[str, object]) -> None:
        """Have people told; the same `id` again is the same."""
        await self._ask("POST", _NOTICES, msgspec.json.encode(aviso))

    async def close(self) -> None:
        """End all connections."""
        await self._client.aclose()

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self._identidade.assertion(path)}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        with span(f"{method} {path}", kind=SpanKind.CLIENT, method=method, route=path):
            traceparent = current_traceparent()
            if traceparent is not None:
                headers["traceparent"] = traceparent
            try:
                answer = await self._client.request(method, path, content=body, headers=headers)
                answer.raise_for_status()
            except httpx2.HTTPError as error:
                raise _away() from error
        return answer.content


def _decoded(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise _away() from error


def _away() -> Indisponivel:
    return Indisponivel(
        "O serviço de contas não respondeu, e sem ele a credencial não pode ser conferida. "
        "Tente de novo em instantes.",
        headers={"Retry-After": "2"},
    )
