"""Where the canary's webhook leads: what comes is verified, and who waits for it is told."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Final

from fiscalxml.webhooks import Notificacao, NotificacaoRecusada, verify

_MOST: Final = 64 * 1024  # bytes of a request; ours have some hundred
_KEPT: Final = 100  # that nobody has asked for
_SECONDS: Final = 10.0  # for a request to come whole


class Receptor:
    """`chave`: `whsec_…` of the subscription; nothing is believed before it is known."""

    def __init__(self) -> None:
        self.chave = ""
        self._came: OrderedDict[str, Notificacao] = OrderedDict()
        self._told = Condition()

    def wait(self, lote: str, seconds: float) -> Notificacao | None:
        """What was told of a lote, or None where nothing was in time."""
        deadline = time.monotonic() + seconds
        with self._told:
            while lote not in self._came:
                left = deadline - time.monotonic()
                if left <= 0 or not self._told.wait(left):
                    return None
            return self._came.pop(lote)

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """The status to answer with: 204 for what is the service's, 400 for anything else."""
        try:
            notificacao = verify(body, headers, self.chave)
        except (NotificacaoRecusada, ValueError):
            return 400
        with self._told:
            self._came[str(notificacao.dados.get("lote", ""))] = notificacao
            while len(self._came) > _KEPT:
                self._came.popitem(last=False)
            self._told.notify_all()
        return 204


@contextmanager
def listening(receptor: Receptor, host: str, port: int) -> Iterator[int]:
    """Serves from a thread; the port. Raises OSError where it is taken."""

    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > _MOST:
                self.send_error(411 if not length else 413)
                return
            status = receptor.take(self.rfile.read(int(length)), dict(self.headers.items()))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the path is the caller's text."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, name="receptor", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
