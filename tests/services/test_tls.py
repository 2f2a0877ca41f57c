"""Servers inside are believed by the authority of the settings, and by no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from celery import Celery
from pydantic import SecretStr
from redis.asyncio import Redis
from sqlalchemy import text

from fiscalxml_server.auth.correio.delivery import delivery
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.service_identity import Identidade, new_service_key
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage.places import Place
from fiscalxml_server.kit.tls import inside, redis_url
from fiscalxml_server.kit.verifying.contas import Contas

from .servers.smtp import start_smtp
from .servers.tls import HOST, Autoridade, new_authority, tls_before

Uso = Callable[[Settings, int], Awaitable[object]]
"""what a service does with the server of this port; raises where it does not believe it"""


@pytest.fixture
def nossa(tmp_path: Path) -> Autoridade:
    return new_authority(tmp_path, "nossa")


@pytest.fixture
def outra(tmp_path: Path) -> Autoridade:
    return new_authority(tmp_path, "outra")


class _Resposta(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"revogacoes": [], "epocas": [], "chaves": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", "Sat, 28 Nov 2026 10:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def _web() -> Iterator[tuple[str, int]]:
    server = ThreadingHTTPServer((HOST, 0), _Resposta)
    Thread(target=server.serve_forever, daemon=True).start()
    yield HOST, server.server_address[1]
    server.shutdown()
    server.server_close()


async def _use_database(settings: Settings, port: int) -> None:
    url = SecretStr(f"postgresql://postgres@{HOST}:{port}/postgres?ssl=verify-full")
    banco = Banco.open(settings.model_copy(update={"database_url": url}))
    try:
        async with banco.transacao() as conn:
            assert await conn.scalar(text("SELECT 1")) == 1
    finally:
        await banco.close()


async def _use_auth(settings: Settings, port: int) -> None:
    identidade = Identidade.of(new_service_key("api")[0], settings.auth_issuer)
    contas = Contas(f"https://{HOST}:{port}", identidade, context=inside(settings))
    try:
        assert (await contas.revogacoes()).chaves == []
    finally:
        await contas.close()


async def _use_objects(settings: Settings, port: int) -> None:
    values = {
        "objects_endpoint": f"https://{HOST}:{port}",
        "objects_access_key": SecretStr("a"),
        "objects_secret_key": SecretStr("b"),
    }
    place = Place.open("s3://balde", settings.model_copy(update=values))
    assert bytes(await place.get("objeto"))


def _judge(uso: Uso, nossa: Autoridade, outra: Autoridade, port: int) -> None:
    """It is believed by our authority; not by another, nor where none is said."""
    asyncio.run(_do(uso, Settings(ca_file=nossa.ca), port))
    for settings in (Settings(ca_file=outra.ca), Settings()):
        with pytest.raises(Exception):  # noqa: B017, PT011 - each client has its own
            asyncio.run(_do(uso, settings, port))


async def _do(uso: Uso, settings: Settings, port: int) -> None:
    async with asyncio.timeout(20):
        await uso(settings, port)


def test_postgresql(postgres: Any, nossa: Autoridade, outra: Autoridade) -> None:
    query = parse_qs(urlsplit(postgres.admin_url()).query)
    upstream = Path(query["host"][0]) / ".s.PGSQL.5432"
    with tls_before(nossa.servidor, upstream, postgres=True) as port:
        _judge(_use_database, nossa, outra, port)


def test_postgresql_under_another_name(postgres: Any, tmp_path: Path) -> None:
    """verify-full: the certificate is of the authority, and of another server."""
    other = new_authority(tmp_path, "alheia", "127.0.0.2")
    query = parse_qs(urlsplit(postgres.admin_url()).query)
    upstream = Path(query["host"][0]) / ".s.PGSQL.5432"
    with (
        tls_before(other.servidor, upstream, postgres=True) as port,
        pytest.raises(Exception, match="não respondeu"),
    ):
        asyncio.run(_do(_use_database, Settings(ca_file=other.ca), port))


def test_postgresql_without_tls(nossa: Autoridade) -> None:
    """A server that says it has none is not gone on with."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(b"N")
        assert await reader.read() == b""
        writer.close()

    async def ask() -> None:
        server = await asyncio.start_server(refuse, HOST, 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            await _use_database(Settings(ca_file=nossa.ca), port)

    with pytest.raises(Exception, match="não respondeu"):
        asyncio.run(ask())


def test_valkey(valkey: str, nossa: Autoridade, outra: Autoridade) -> None:
    url = urlsplit(valkey)
    assert url.port is not None

    async def ask(settings: Settings, port: int) -> None:
        address = SecretStr(f"rediss://:{url.password}@{HOST}:{port}/0")
        client = Redis.from_url(redis_url(settings, address), socket_timeout=5)
        try:
            assert await client.ping()
        finally:
            await client.aclose()

    with tls_before(nossa.servidor, (HOST, url.port)) as port:
        _judge(ask, nossa, outra, port)


def test_the_broker(valkey: str, nossa: Autoridade, outra: Autoridade) -> None:
    """As Celery reads the address."""
    url = urlsplit(valkey)
    assert url.port is not None

    async def ask(settings: Settings, port: int) -> None:
        address = SecretStr(f"rediss://:{url.password}@{HOST}:{port}/0")

        def connect() -> None:
            app = Celery("teste", broker=redis_url(settings, address))
            with app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=5)
                connection.default_channel.client.ping()

        await asyncio.to_thread(connect)

    with tls_before(nossa.servidor, (HOST, url.port)) as port:
        _judge(ask, nossa, outra, port)


@pytest.mark.parametrize("uso", [_use_auth, _use_objects], ids=["auth", "objects"])
def test_over_http(uso: Uso, nossa: Autoridade, outra: Autoridade) -> None:
    with _web() as upstream, tls_before(nossa.servidor, upstream) as port:
        _judge(uso, nossa, outra, port)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_mail(scheme: Any, nossa: Autoridade, outra: Autoridade) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@exemplo.br", "b@exemplo.br", "x"
    letter.set_content("texto")
    with start_smtp(scheme, nossa.servidor) as caixa:

        async def send(settings: Settings, _: int) -> None:
            url = SecretStr(caixa.url)
            await delivery(settings.model_copy(update={"smtp_url": url})).deliver(letter)

        _judge(send, nossa, outra, 0)
        assert len(caixa.cartas) == 1


@pytest.mark.parametrize(
    "address",
    ["redis://:x@127.0.0.1:6379/0", "unix:///run/valkey.sock"],
    ids=["local", "socket"],
)
def test_an_address_without_tls_is_as_it_was(address: str, nossa: Autoridade) -> None:
    assert redis_url(Settings(ca_file=nossa.ca), SecretStr(address)) == address


def test_a_place_with_signs_is_one_place() -> None:
    settings = Settings(ca_file=Path("/ca/a&b=c?d.pem"))
    url = redis_url(settings, SecretStr("rediss://:x@valkey/0?protocol=3"))
    given = parse_qs(urlsplit(url).query)
    assert given == {
        "protocol": ["3"],
        "ssl_cert_reqs": ["required"],
        "ssl_ca_certs": ["/ca/a&b=c?d.pem"],
    }
