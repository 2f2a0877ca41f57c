"""By a proxy: it is told an address, never a name; what it tunnels is verified all the same."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from fiscalxml_server.webhooks.envio.respostas import Erro
from services.webhooks.authorities import Autoridade
from services.webhooks.nomes import nomes
from services.webhooks.receptor import Receptor, answer, receptor, saying

from .enviando import Envio, envio, run

NAME = "erp.example.com"


@dataclass
class Tunel:
    """A proxy, what it was told, and what it answers instead of doing it."""

    port: int = 0
    heads: list[str] = field(default_factory=list)
    refusal: bytes = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            if self.refusal:
                writer.write(self.refusal)
                await writer.drain()
                writer.close()
                return
            host, _, port = head.split()[1].rpartition(":")
            beyond, there = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pass(reader, there), _pass(beyond, writer))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def by_proxy(
    authority: Autoridade, *addresses: str, user: str = ""
) -> AsyncIterator[tuple[Tunel, Receptor, Envio]]:
    """A proxy, a receiver, and a carteiro that knows only the way by the proxy."""
    async with AsyncExitStack() as stack:
        tunnel = Tunel()
        server = await asyncio.start_server(tunnel.serve, "127.0.0.1", 0)
        stack.push_async_callback(_closed, server)
        tunnel.port = server.sockets[0].getsockname()[1]
        dns = await stack.enter_async_context(nomes(erp_example_com=addresses or ["127.0.0.1"]))
        there = await stack.enter_async_context(
            receptor(saying(answer("200 OK", b"ok")), authority.context(NAME))
        )
        here = await stack.enter_async_context(
            envio(
                webhooks_nameservers=(dns.address,),
                webhooks_ca_file=authority.ca_file,
                webhooks_proxy=f"http://{user}127.0.0.1:{tunnel.port}",
            )
        )
        yield tunnel, there, here


async def _closed(server: asyncio.Server) -> None:
    server.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Autoridade:
    return Autoridade(tmp_path_factory.mktemp("autoridade"))


def test_the_proxy_is_told_the_address_that_was_checked(authority: Autoridade) -> None:
    async def test() -> None:
        async with by_proxy(authority, user="entregas:s3nha@") as (tunnel, there, here):
            for _ in range(2):
                resposta = await here.send(f"https://{NAME}:{there.port}/avisos", {"X-A": "b"})
                assert (resposta.codigo, resposta.trecho) == (200, "ok")

            [head] = tunnel.heads
            authority_form = f"127.0.0.1:{there.port}"
            assert head.startswith(f"CONNECT {authority_form} HTTP/1.1\r\n")
            assert f"\r\nHost: {authority_form}\r\n" in head
            credential = b64encode(b"entregas:s3nha").decode()
            assert f"\r\nProxy-Authorization: Basic {credential}\r\n" in head
            assert NAME not in head
            assert "webhook-" not in head.lower()

            assert there.names == [NAME]
            for pedido in there.pedidos:
                assert pedido.headers["host"] == f"{NAME}:{there.port}"
                assert pedido.headers["x-a"] == "b"
                assert "proxy-authorization" not in pedido.headers

    run(test)


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
def test_it_is_not_asked_for_what_is_nobodys_to_call(authority: Autoridade, address: str) -> None:
    async def test() -> None:
        async with by_proxy(authority, "127.0.0.1", address) as (tunnel, there, here):
            resposta = await here.send(f"https://{NAME}:{there.port}/")

            assert resposta.erro is Erro.ENDERECO_RECUSADO
            assert not tunnel.heads

    run(test)


def test_the_certificate_is_of_the_name(authority: Autoridade) -> None:
    async def test() -> None:
        async with by_proxy(authority) as (_, there, here):
            resposta = await here.send(f"https://127.0.0.1:{there.port}/")

            assert resposta.erro is Erro.CERTIFICADO_DE_OUTRO
            assert not there.pedidos

    run(test)


@pytest.mark.parametrize(
    ("status", "erro", "ours"),
    [
        (b"407 Proxy Authentication Required", Erro.PROXY, True),
        (b"403 Forbidden", Erro.ENDERECO_RECUSADO, False),
        (b"502 Bad Gateway", Erro.CONEXAO, False),
        (b"504 Gateway Timeout", Erro.CONEXAO, False),
    ],
)
def test_what_the_proxy_refuses(
    authority: Autoridade, status: bytes, erro: Erro, ours: bool
) -> None:
    async def test() -> None:
        async with by_proxy(authority) as (tunnel, there, here):
            tunnel.refusal = b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"
            resposta = await here.send(f"https://{NAME}:{there.port}/")

            assert (resposta.codigo, resposta.erro, resposta.nossa) == (None, erro, ours)

    run(test)


def test_a_proxy_that_is_not_there_is_our_fault() -> None:
    async def test() -> None:
        async with receptor(saying(answer())) as there:
            proxy = f"http://127.0.0.1:{there.port}"
        async with envio(webhooks_proxy=proxy) as here:
            resposta = await here.send("https://127.0.0.1:1/")

            assert (resposta.erro, resposta.nossa) == (Erro.PROXY, True)

    run(test)


@pytest.mark.parametrize(
    "proxy", ["proxy:3128", "socks5://proxy:1080", "https://proxy:443", "http://", ""]
)
def test_a_setting_that_is_no_proxy(proxy: str) -> None:
    async def test() -> None:
        with pytest.raises(ValueError, match="FISCALXML_WEBHOOKS_PROXY"):
            Envio(webhooks_proxy=proxy)

    run(test)
