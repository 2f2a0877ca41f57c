"""The canary's receiver believes nothing but what the service signed."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import msgspec
import pytest

from fiscalxml.webhooks import Signer, new_key, new_secret
from fiscalxml_ops.canary.certificates import expiry
from fiscalxml_ops.canary.receiver import Receptor, listening
from services.servers.smtp import self_signed

LOTE = "019a6d9f-1e00-7000-8000-000000000042"


@pytest.fixture
def receptor() -> Receptor:
    receptor = Receptor()
    receptor.chave = new_secret()
    return receptor


@pytest.fixture
def port(receptor: Receptor) -> Iterator[int]:
    with listening(receptor, "127.0.0.1", 0) as port:
        yield port


def post(port: int, body: bytes, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/webhook", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def told(secret: str) -> tuple[bytes, dict[str, str]]:
    """A notificação of a lote, and the headers that go with it."""
    id_ = str(uuid4())
    body = msgspec.json.encode(
        {
            "id": id_,
            "tipo": "lote.concluido",
            "versao": 1,
            "em": datetime.now(UTC),
            "organizacao": uuid4(),
            "dados": {"lote": LOTE},
        }
    )
    return body, Signer([secret, new_key()]).headers(id_, int(time.time()), body)


def test_what_the_service_signed_is_taken(receptor: Receptor, port: int) -> None:
    body, headers = told(receptor.chave)
    assert post(port, body, headers) == 204
    found = receptor.wait(LOTE, 5)
    assert found is not None
    assert found.tipo == "lote.concluido"


def test_what_another_signed_is_not(receptor: Receptor, port: int) -> None:
    body, headers = told(new_secret())
    assert post(port, body, headers) == 400
    assert receptor.wait(LOTE, 0) is None


def test_nothing_is_believed_before_there_is_a_key(port: int, receptor: Receptor) -> None:
    body, headers = told(receptor.chave)
    receptor.chave = ""
    assert post(port, body, headers) == 400


def test_a_body_without_end_is_refused(port: int) -> None:
    assert post(port, b"", {"Content-Length": str(10**9)}) == 413


def test_what_never_comes_is_waited_for_as_long_as_is_said(receptor: Receptor) -> None:
    began = time.monotonic()
    assert receptor.wait(LOTE, 0.1) is None
    assert 0.1 <= time.monotonic() - began < 5


def test_the_end_of_a_certificate_is_read_off_the_address(tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(self_signed(tmp_path))
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        ends = expiry(f"https://127.0.0.1:{server.server_port}/v1")
    finally:
        server.shutdown()
        server.server_close()
    assert ends == pytest.approx(time.time() + 86_400, abs=600)
    assert expiry("http://127.0.0.1:1") is None
