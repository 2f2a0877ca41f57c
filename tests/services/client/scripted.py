"""A server that answers what it was told to, one answer after another, and notes what was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Pergunta(NamedTuple):
    """What was asked."""

    metodo: str
    caminho: str
    cabecalhos: Mapping[str, str]
    corpo: bytes


class Fala(NamedTuple):
    """An answer; `fim=False` breaks the connection off before its end."""

    status: int = 200
    corpo: bytes = b"{}"
    cabecalhos: Mapping[str, str] = {}
    fim: bool = True


def problem(status: int, codigo: str, **headers: str) -> Fala:
    body = {"type": "", "title": "Título", "status": status, "detail": "Detalhe.", "codigo": codigo}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fala(status, json.dumps(body).encode(), named)


class Roteiro:
    """`falas`: what is still to be answered; the last one again and again."""

    def __init__(self) -> None:
        self.falas: list[Fala] = []
        self.perguntas: list[Pergunta] = []
        self.address = ""

    def next(self) -> Fala:
        return self.falas.pop(0) if len(self.falas) > 1 else self.falas[0]


@contextmanager
def scripted() -> Iterator[Roteiro]:
    roteiro = Roteiro()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self._body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            roteiro.perguntas.append(Pergunta(self.command, self.path, headers, body))
            fala = roteiro.next()
            self.send_response(fala.status)
            for name, value in fala.cabecalhos.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(fala.corpo) + (not fala.fim)))
            self.end_headers()
            self.wfile.write(fala.corpo)
            self.close_connection = not fala.fim

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            pieces = []
            while size := int(self.rfile.readline(), 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - names that the base class wants

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    roteiro.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield roteiro
    finally:
        server.shutdown()
        server.server_close()
