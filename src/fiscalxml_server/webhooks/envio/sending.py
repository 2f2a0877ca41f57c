"""One attempt: a signed POST, and what came of it."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    encode_basic_auth,
    hdrs,
)
from multidict import CIMultiDict
from pydantic import SecretStr
from yarl import URL

from fiscalxml.webhooks import Signer
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.envio.addresses import Address
from fiscalxml_server.webhooks.envio.connections import ConexaoVelha, Conexoes
from fiscalxml_server.webhooks.envio.destinos import Destino, Regras
from fiscalxml_server.webhooks.envio.resolving import Resolvedor
from fiscalxml_server.webhooks.envio.respostas import Resposta, excerpt_of, seconds_of, word_for

_OURS: Final = {
    hdrs.CONTENT_TYPE: "application/json; charset=utf-8",
    hdrs.ACCEPT: "*/*",
    hdrs.ACCEPT_ENCODING: "identity",
    hdrs.USER_AGENT: "FiscalXML-Webhooks/1",
}
_READ_BYTES: Final = 20 * 1024
"""of an answer"""
_BODY_SECONDS: Final = 2.0
"""to read them: once its status is there, an answer is an answer"""
_STALE_TRIES: Final = 3
"""connections, of those that were kept, that may be found closed"""


class Carteiro:
    """Delivers for a process: its connections, kept between deliveries, and its DNS."""

    def __init__(self, settings: Settings) -> None:
        """In a running loop. Raises OSError, ValueError for a setting that is not one."""
        self._seconds = settings.webhooks_timeout_seconds
        regras = Regras.of(settings)
        self._resolvedor = Resolvedor(regras, settings.webhooks_nameservers)
        self._proxy = None if settings.webhooks_proxy is None else Proxy.of(settings.webhooks_proxy)
        tls = _tls(settings)
        self._session = ClientSession(
            connector=Conexoes(tls)
            if self._proxy
            else Conexoes.direct(tls, regras, self._resolvedor),
            timeout=ClientTimeout(total=None),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            read_bufsize=_READ_BYTES,
        )

    async def send(
        self,
        destino: Destino,
        signer: Signer,
        id_: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
    ) -> Resposta:
        """Make one attempt; never raises for what a receiver does.

        `signer`, `destino`: kept by the caller for as long as they hold. `headers`: the
        subscription's own.
        """
        began = time.perf_counter()
        told = CIMultiDict(headers or {})
        told.update(_OURS)
        told.update(signer.headers(id_, int(time.time()), body))
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._post(destino, body, told)
        except (ClientError, OSError) as error:
            return Resposta(None, word_for(error), _since(began))
        left = self._seconds + began - time.perf_counter()
        trecho = await _excerpt(answer, min(left, _BODY_SECONDS))
        wait = seconds_of(answer.status, answer.headers.get(hdrs.RETRY_AFTER))
        return Resposta(answer.status, None, _since(began), trecho, wait)

    async def close(self) -> None:
        """End the connections; what is under way fails."""
        await self._session.close()
        await self._resolvedor.close()

    async def _post(
        self, destino: Destino, body: bytes, headers: CIMultiDict[str]
    ) -> ClientResponse:
        url, through = destino.url, {}
        if self._proxy is not None:
            ip = destino.ip or _first(await self._resolvedor.addresses(destino.host))
            headers[hdrs.HOST] = url.host_port_subcomponent or ""
            url, through = url.with_host(str(ip)), self._proxy.options(destino.host)
        for _ in range(_STALE_TRIES):
            with suppress(ConexaoVelha):
                return await self._ask(url, body, headers, through)
        return await self._ask(url, body, headers, through)

    async def _ask(
        self, url: URL, body: bytes, headers: CIMultiDict[str], through: dict[str, Any]
    ) -> ClientResponse:
        return await self._session.request(
            hdrs.METH_POST, url, data=body, headers=headers, allow_redirects=False, **through
        )


@dataclass(frozen=True, slots=True)
class Proxy:
    """What deliveries leave by: a CONNECT to the address that was checked."""

    url: URL
    credential: str | None

    @classmethod
    def of(cls, setting: SecretStr) -> Self:
        """Raises ValueError."""
        url = URL(setting.get_secret_value())
        if url.scheme != "http" or not url.raw_host:
            raise ValueError("FISCALXML_WEBHOOKS_PROXY is not http://host:port")
        credential = encode_basic_auth(url.user or "", url.password or "") if url.user else None
        return cls(url.with_user(None), credential)

    def options(self, host: str) -> dict[str, Any]:
        """Of a request for `host`, whose certificate is to be of that name."""
        own = {hdrs.PROXY_AUTHORIZATION: self.credential} if self.credential else {}
        return {"proxy": self.url, "proxy_headers": own, "server_hostname": host}


def _first(addresses: Sequence[Address]) -> Address:
    """The same each time, so that connections are found again; IPv4 where there is."""
    return min(addresses, key=lambda ip: (ip.version, int(ip)))


def _tls(settings: Settings) -> ssl.SSLContext:
    """Certificates are verified always; TLS 1.2 is the least.

    The authority of our own servers (`kit.tls`) vouches for no receiver.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if settings.webhooks_ca_file is not None:
        context.load_verify_locations(settings.webhooks_ca_file)
    return context


async def _excerpt(answer: ClientResponse, seconds: float) -> str:
    """The beginning of the body. The connection is kept where that was all of it."""
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while len(body) < _READ_BYTES and not answer.content.at_eof():
                body += await answer.content.read(_READ_BYTES - len(body))
    except (ClientError, OSError, TimeoutError):
        pass
    if answer.content.at_eof():
        answer.release()
    else:
        answer.close()
    plain = answer.headers.get(hdrs.CONTENT_ENCODING, "identity") == "identity"
    return excerpt_of(bytes(body)) if plain else ""


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
