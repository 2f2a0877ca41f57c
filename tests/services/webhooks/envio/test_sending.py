"""What a receiver gets, and what its answer means."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
from uuid import uuid4

import pytest

from fiscalxml.webhooks import Signer, new_key, new_secret, public_key, verify
from fiscalxml_server.webhooks.envio import connections
from fiscalxml_server.webhooks.envio.respostas import Erro
from services.webhooks.receptor import Pedido, answer, receptor, saying

from .enviando import BODY, SECRET, envio, run


def test_a_receiver_gets_a_signed_post() -> None:
    key = new_key()
    body = json.dumps(
        {
            "id": str(uuid4()),
            "tipo": "webhook.teste",
            "versao": 1,
            "em": "2026-11-29T00:00:00Z",
            "organizacao": str(uuid4()),
            "dados": {},
        }
    ).encode()

    async def test() -> None:
        async with receptor(saying(answer("200 OK", b"recebido"))) as there, envio() as here:
            resposta = await here.send(there.url, {}, body, Signer([SECRET, key]))

            assert resposta.entregue
            assert resposta.codigo == 200
            assert resposta.erro is None
            assert resposta.trecho == "recebido"
            [pedido] = there.pedidos
            assert pedido.line == "POST /avisos HTTP/1.1"
            assert pedido.body == body
            for one in (SECRET, public_key(key)):
                assert verify(pedido.body, pedido.headers, one).tipo == "webhook.teste"

    run(test)


def test_it_is_told_nothing_else() -> None:
    async def test() -> None:
        async with receptor(saying(answer())) as there, envio() as here:
            await here.send(there.url)

            [pedido] = there.pedidos
            assert pedido.headers.pop("webhook-id")
            assert pedido.headers.pop("webhook-timestamp")
            assert pedido.headers.pop("webhook-signature")
            assert pedido.headers == {
                "host": f"127.0.0.1:{there.port}",
                "content-type": "application/json; charset=utf-8",
                "content-length": str(len(BODY)),
                "accept": "*/*",
                "accept-encoding": "identity",
                "user-agent": "FiscalXML-Webhooks/1",
            }

    run(test)


def test_headers_of_the_subscription_are_sent_and_replace_none_of_ours() -> None:
    async def test() -> None:
        own = {"Authorization": "Bearer abc", "user-agent": "x", "WEBHOOK-ID": "y"}
        async with receptor(saying(answer())) as there, envio() as here:
            await here.send(there.url, own)

            [pedido] = there.pedidos
            assert pedido.headers["authorization"] == "Bearer abc"
            assert pedido.headers["user-agent"] == "FiscalXML-Webhooks/1"
            assert pedido.headers["webhook-id"] != "y"

    run(test)


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_any_2xx_is_success(code: int) -> None:
    async def test() -> None:
        reply = b"HTTP/1.1 %d X\r\n" % code + (
            b"\r\n" if code == 204 else b"Content-Length: 0\r\n\r\n"
        )
        async with receptor(saying(reply)) as there, envio() as here:
            resposta = await here.send(there.url)

            assert (resposta.codigo, resposta.entregue, resposta.erro) == (code, True, None)

    run(test)


@pytest.mark.parametrize("code", [300, 304, 400, 401, 404, 410, 429, 500, 503, 599])
def test_anything_else_is_failure(code: int) -> None:
    async def test() -> None:
        reply = answer(f"{code} X", b"" if code == 304 else b"motivo")
        async with receptor(saying(reply)) as there, envio() as here:
            resposta = await here.send(there.url)

            assert (resposta.codigo, resposta.entregue, resposta.nossa) == (code, False, False)

    run(test)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(code: int) -> None:
    async def test() -> None:
        async with receptor(saying(answer())) as elsewhere:
            reply = answer(f"{code} X", b"", f"Location: {elsewhere.url}")
            async with receptor(saying(reply)) as there, envio() as here:
                resposta = await here.send(there.url)

                assert (resposta.codigo, resposta.entregue) == (code, False)
                assert len(there.pedidos) == 1
                assert not elsewhere.connections

    run(test)


def test_a_connection_is_kept_and_cookies_are_not() -> None:
    async def test() -> None:
        reply = answer("200 OK", b"ok", "Set-Cookie: a=1; Path=/")
        async with receptor(saying(reply)) as there, envio() as here:
            for _ in range(3):
                assert (await here.send(there.url)).entregue

            assert there.connections == 1
            assert not any("cookie" in pedido.headers for pedido in there.pedidos)

    run(test)


def test_a_kept_connection_that_the_receiver_ended_is_no_failure() -> None:
    """It ends it as the next request is on its way: nobody saw that one."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, pedido: Pedido) -> None:
        if pedido.connection in served:
            writer.transport.abort()
            raise ConnectionError
        served.add(pedido.connection)
        writer.write(answer())

    async def test() -> None:
        async with receptor(script) as there, envio() as here:
            assert (await here.send(there.url)).entregue
            assert (await here.send(there.url)).entregue

            assert [each.connection for each in there.pedidos] == [1, 1, 2]
            assert len({each.headers["webhook-id"] for each in there.pedidos[1:]}) == 1

    served: set[int] = set()
    run(test)


def test_a_new_connection_that_ends_without_an_answer_is_one_failure() -> None:
    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Pedido) -> None:
        writer.close()
        raise ConnectionError

    async def test() -> None:
        async with receptor(script) as there, envio() as here:
            assert (await here.send(there.url)).erro is Erro.INTERROMPIDA
            assert len(there.pedidos) == 1

    run(test)


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def test() -> None:
        async with receptor(saying(answer())) as there, envio() as here:
            assert (await here.send(there.url)).entregue

    run(test)


def test_a_port_where_nobody_listens() -> None:
    async def test() -> None:
        async with receptor(saying(answer())) as there:
            url = there.url
        async with envio() as here:
            resposta = await here.send(url)

            assert (resposta.codigo, resposta.erro, resposta.nossa) == (None, Erro.CONEXAO, False)

    run(test)


def test_a_process_without_sockets_blames_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(*_: object) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    async def test() -> None:
        monkeypatch.setattr(connections, "_checked_socket", no_more)
        async with receptor(saying(answer())) as there, envio() as here:
            resposta = await here.send(there.url)

            assert (resposta.erro, resposta.nossa) == (Erro.SEM_RECURSOS, True)

    run(test)


def test_many_at_a_time_each_get_their_own_answer() -> None:
    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, pedido: Pedido) -> None:
        writer.write(answer("200 OK", pedido.body))

    async def test() -> None:
        async with receptor(script) as there, envio() as here:
            bodies = [str(number).encode() for number in range(200)]
            answers = await asyncio.gather(*(here.send(there.url, {}, body) for body in bodies))

            assert [each.trecho.encode() for each in answers] == bodies

    run(test)


def test_an_address_that_became_forbidden_is_not_called_even_if_read_before() -> None:
    """What was allowed when the subscription was made is checked again at the socket."""

    async def test() -> None:
        async with receptor(saying(answer())) as there, envio() as lax:
            strict = envio(webhooks_networks=frozenset())
            async with strict as here:
                here.settings = lax.settings
                resposta = await here.send(there.url)

                assert resposta.erro is Erro.ENDERECO_RECUSADO
                assert not there.connections

    run(test)


def test_another_secret_verifies_nothing() -> None:
    async def test() -> None:
        async with receptor(saying(answer())) as there, envio() as here:
            await here.send(there.url)
            [pedido] = there.pedidos
            with pytest.raises(Exception, match="assinatura"):
                verify(pedido.body, pedido.headers, new_secret())

    run(test)
