"""What the image's HEALTHCHECK says: of a role that answers, and of one that does not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fiscalxml_ops.compose.authority import Autoridade
from fiscalxml_server.stack.alive import alive
from ports import free_port


@contextmanager
def _server(
    path: str, context: ssl.SSLContext | None = None, host: str = "localhost"
) -> Iterator[int]:
    """Answers 200 at one path, 404 at others."""

    class Resposta(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == path else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer((host, free_port()), Resposta)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("papel", ["api", "auth", "webhooks"])
def test_who_answers_requests_is_asked_for_saude(papel: str) -> None:
    environ = {"FISCALXML_DATABASE_ROLE": f"fiscalxml_{papel}"}
    with _server("/saude") as porta:
        assert alive(environ, porta)
    assert not alive(environ, porta)
    with _server("/outra") as porta:
        assert not alive(environ, porta)


@pytest.mark.parametrize("papel", ["worker", "relay", "entregador"])
def test_who_does_not_is_asked_for_metrics(papel: str) -> None:
    with _server("/metrics") as porta:
        environ = {
            "FISCALXML_DATABASE_ROLE": f"fiscalxml_{papel}",
            "FISCALXML_METRICS_PORT": str(porta),
        }
        assert alive(environ)
    assert not alive(environ)


def test_by_tls_the_certificate_is_verified(tmp_path: Path) -> None:
    ours, other = Autoridade("nossa"), Autoridade("outra")
    signed = ours.sign("auth-interno")
    for name, text in (
        ("servidor.crt", signed.certificado),
        ("servidor.key", signed.chave),
        ("nossa.crt", ours.certificado),
        ("outra.crt", other.certificado),
    ):
        (tmp_path / name).write_text(text)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "servidor.crt", tmp_path / "servidor.key")
    environ = {
        "FISCALXML_DATABASE_ROLE": "fiscalxml_auth",
        "FISCALXML_TLS_CERTIFICATE_FILE": str(tmp_path / "servidor.crt"),
    }
    with _server("/saude", context) as porta:
        assert alive(environ | {"FISCALXML_CA_FILE": str(tmp_path / "nossa.crt")}, porta)
        assert not alive(environ | {"FISCALXML_CA_FILE": str(tmp_path / "outra.crt")}, porta)


def test_an_environment_that_names_no_role_is_not_alive() -> None:
    with pytest.raises(KeyError):
        alive({})
