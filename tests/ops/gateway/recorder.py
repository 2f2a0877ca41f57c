"""A service that writes down what reaches it, in place of all three."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STEP = 64 * 1024


@dataclass
class Pedido:
    """A request as it came; `recebidos` grows while its body does."""

    metodo: str
    caminho: str
    cabecalhos: dict[str, str]
    recebidos: int = 0
    inteiro: threading.Event = field(default_factory=threading.Event)


class Gravador(ThreadingHTTPServer):
    """`GET …/progresso` sends an event, and another when `segue` is set; all else is an echo."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Resposta)
        self.pedidos: list[Pedido] = []
        self.segue = threading.Event()
        self.status = 200

    @property
    def porta(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def ultimo(self) -> Pedido:
        """The request that came last."""
        return self.pedidos[-1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who leaves early is no news."""


class _Resposta(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gravador

    def _any(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        pedido = Pedido(self.command, self.path, headers)
        self.server.pedidos.append(pedido)
        if self.path.endswith("/progresso"):
            self._events()
            return
        for size in self._chunks():
            pedido.recebidos += size
        pedido.inteiro.set()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"{}")

    do_GET = do_HEAD = do_POST = do_DELETE = do_OPTIONS = _any  # noqa: N815 - their names there

    def _chunks(self) -> Iterator[int]:
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                yield len(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            read = len(self.rfile.read1(min(STEP, left)))
            left -= read
            yield read

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"id: 1\nevent: progresso\ndata: {}\n\n")
        self.wfile.flush()
        self.server.segue.wait(20)
        self.wfile.write(b"id: 2\nevent: progresso\ndata: {}\n\n")
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Nothing is printed."""


@contextmanager
def recorder() -> Iterator[Gravador]:
    """One that runs."""
    server = Gravador()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.segue.set()
        server.shutdown()
        server.server_close()
        thread.join()
