"""A way to the service that can be closed, cut, and stopped in the middle of a request."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

_PIECE: Final = 65_536


class Passagem:
    """Listens on the loopback and passes on what comes, both ways."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.reached = threading.Event()
        """something was stopped as it had been asked for"""
        self._stop_after: int | None = None
        self._silent = False
        self.port = 0
        self.open()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Let everything pass, at the same address as ever."""
        self._stop_after, self._silent = None, False
        self.reached.clear()
        if self._listener is None:
            listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
            self.port = listener.getsockname()[1]
            self._listener = listener
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Refuse connections, and cut those that there are."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.cut()

    def cut(self) -> None:
        """End the connections that there are."""
        with self._lock:
            gone, self._open = self._open, []
        for each in gone:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def stop_in_body(self, size: int) -> None:
        """Of a connection, pass on so many bytes towards the service and no more."""
        self._stop_after = size

    def keep_answers(self) -> None:
        """Pass on what is asked of a lote's sending, and none of the answer to it."""
        self._silent = True

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._upstream)
            with self._lock:
                self._open += [client, server]
            sends = threading.Event()
            for work in (
                lambda c=client, s=server, e=sends: self._pump(c, s, self._asked(e)),
                lambda c=client, s=server, e=sends: self._pump(s, c, self._answered(e)),
            ):
                threading.Thread(target=work, daemon=True).start()

    def _asked(self, sends: threading.Event) -> Callable[[bytes], bytes]:
        passed = 0

        def let(data: bytes) -> bytes:
            nonlocal passed
            if data.startswith(b"POST /v1/lotes"):
                sends.set()
            passed += len(data)
            if self._stop_after is not None and sends.is_set() and passed > self._stop_after:
                self.reached.set()
                return b""
            return data

        return let

    def _answered(self, sends: threading.Event) -> Callable[[bytes], bytes]:
        def let(data: bytes) -> bytes:
            if self._silent and sends.is_set():
                self.reached.set()
                return b""
            return data

        return let

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket, let: Callable[[bytes], bytes]) -> None:
        with suppress(OSError):
            while data := source.recv(_PIECE):
                sink.sendall(let(data))
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def passage(upstream: str) -> Iterator[Passagem]:
    opened = Passagem(upstream)
    try:
        yield opened
    finally:
        opened.close()
