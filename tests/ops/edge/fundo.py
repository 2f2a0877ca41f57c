"""What stands behind an edge in tests of the edge alone: it tells what it received, and when."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from services.servers.tls import HOST

FALLS = "/v1/uso"
"""where it closes the connection without an answer"""
_PIECE = b"x" * 65536


@dataclass
class Fundo:
    """`begun`: the first byte of an upload is here; `go_on`: the rest of an answer may be sent."""

    port: int
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


@contextmanager
def listening() -> Iterator[Fundo]:
    """On a loopback port of its own."""
    server = ThreadingHTTPServer((HOST, 0), _Handler)
    server.daemon_threads = True
    fundo = _Handler.fundo = Fundo(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield fundo
    finally:
        fundo.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fundo: ClassVar[Fundo]

    def do_GET(self) -> None:
        """The request's headers; an endless answer's beginning; or so many bytes."""
        if self.path.endswith("/progresso"):
            self._events()
        elif self.path == FALLS:
            self.close_connection = True
        elif self.path.startswith("/v1/exportacoes/"):
            self._large(int(self.path.rpartition("/")[2]))
        else:
            told = {name.lower(): text for name, text in self.headers.items()}
            self._json({"path": self.path, "headers": told})

    def do_POST(self) -> None:
        """How many bytes came."""
        size = int(self.headers.get("Content-Length", 0))
        self.rfile.read(size)
        if self.headers.get("Transfer-Encoding") == "chunked":
            while piece := self._piece():
                size += len(piece)
                self.fundo.begun.set()
        self._json({"bytes": size})

    def _piece(self) -> bytes:
        """The next chunk of a chunked body."""
        size = int(self.rfile.readline(), 16)
        piece = self.rfile.read(size)
        self.rfile.readline()
        return piece

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        # As kit.http.events sends it.
        self.send_header("X-Accel-Buffering", "no")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: 1\n\n")
        self.fundo.go_on.wait(30)
        self.wfile.write(b"data: 2\n\n")
        self.close_connection = True

    def _large(self, pieces: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(pieces * len(_PIECE)))
        self.end_headers()
        for _ in range(pieces):
            self.wfile.write(_PIECE)

    def _json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is its own."""
