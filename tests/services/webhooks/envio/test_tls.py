"""Receivers by https: the certificate is of the name, and of an authority that is trusted."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from fiscalxml_server.webhooks.envio.respostas import Erro
from services.webhooks.authorities import Autoridade
from services.webhooks.nomes import nomes
from services.webhooks.receptor import answer, receptor, saying

from .enviando import envio, run

NAME = "erp.example.com"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Autoridade:
    return Autoridade(tmp_path_factory.mktemp("autoridade"))


async def sent_to(
    context: ssl.SSLContext, ca_file: Path | None, host: str = NAME
) -> tuple[int | None, Erro | None, int, list[str | None]]:
    """The answer; how many requests came; which names were asked for."""
    async with (
        nomes(erp_example_com=["127.0.0.1"]) as dns,
        receptor(saying(answer()), context) as there,
        envio(webhooks_nameservers=(dns.address,), webhooks_ca_file=ca_file) as here,
    ):
        resposta = await here.send(f"https://{host}:{there.port}/avisos")
        return resposta.codigo, resposta.erro, len(there.pedidos), there.names


def test_the_name_is_asked_for_and_verified(authority: Autoridade) -> None:
    async def test() -> None:
        context = authority.context(NAME)
        assert await sent_to(context, authority.ca_file) == (200, None, 1, [NAME])

    run(test)


def test_an_address_may_have_a_certificate(authority: Autoridade) -> None:
    async def test() -> None:
        codigo, *_ = await sent_to(authority.context("127.0.0.1"), authority.ca_file, "127.0.0.1")
        assert codigo == 200

    run(test)


@pytest.mark.parametrize(
    ("host", "kind", "erro"),
    [
        ("outro.example.com", {}, Erro.CERTIFICADO_DE_OUTRO),
        ("127.0.0.1", {}, Erro.CERTIFICADO_DE_OUTRO),
        (NAME, {"expired": True}, Erro.CERTIFICADO_VENCIDO),
        (NAME, {"self_signed": True}, Erro.CERTIFICADO),
    ],
)
def test_a_bad_certificate_gets_nothing(
    authority: Autoridade, host: str, kind: dict[str, bool], erro: Erro
) -> None:
    async def test() -> None:
        context = authority.context(host, **kind)
        codigo, why, pedidos, _ = await sent_to(context, authority.ca_file)
        assert (codigo, why, pedidos) == (None, erro, 0)

    run(test)


def test_without_the_setting_only_the_systems_authorities_are_trusted(
    authority: Autoridade,
) -> None:
    async def test() -> None:
        assert (await sent_to(authority.context(NAME), None))[:3] == (None, Erro.CERTIFICADO, 0)

    run(test)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
def test_tls_older_than_1_2_is_none(authority: Autoridade) -> None:
    context = authority.context(NAME)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    async def test() -> None:
        codigo, erro, pedidos, _ = await sent_to(context, authority.ca_file)
        # Some servers say so, some only end the connection.
        assert (codigo, pedidos) == (None, 0)
        assert erro in (Erro.TLS, Erro.CONEXAO)

    run(test)


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28"]
)
def test_a_port_that_speaks_no_tls(said: bytes) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    async def test() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, envio() as here:
            assert (await here.send(f"https://127.0.0.1:{port}/")).erro is Erro.TLS

    run(test)


def test_a_handshake_that_never_ends() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        writer.close()

    async def test() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, envio(webhooks_timeout_seconds=0.5) as here:
            assert (await here.send(f"https://127.0.0.1:{port}/")).erro is Erro.TEMPO

    run(test)


def test_a_connection_is_kept_for_its_name_only(authority: Autoridade) -> None:
    """Two names of one address are two receivers."""

    async def test() -> None:
        async with (
            nomes(erp_example_com=["127.0.0.1"], outro_example_com=["127.0.0.1"]) as dns,
            receptor(saying(answer()), authority.context(NAME)) as there,
            envio(webhooks_nameservers=(dns.address,), webhooks_ca_file=authority.ca_file) as here,
        ):
            for _ in range(2):
                assert (await here.send(f"https://{NAME}:{there.port}/")).entregue
            other = await here.send(f"https://outro.example.com:{there.port}/")

            assert other.erro is Erro.CERTIFICADO_DE_OUTRO
            assert len(there.pedidos) == 2
            assert there.names == [NAME, "outro.example.com"]

    run(test)
