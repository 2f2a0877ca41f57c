"""PagerDuty, Slack and a dead man's switch on loopback: they answer, and keep what came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

import msgspec

PAGERDUTY: Final = "/v2/enqueue"
SLACK: Final = "/services/T0/B0/x"
SWITCH: Final = "/sentinela"
_ANSWERS: Final = {
    PAGERDUTY: (202, b'{"status":"success","message":"Event processed","dedup_key":"x"}'),
    SLACK: (200, b"ok"),
    SWITCH: (200, b""),
}


@dataclass
class Coletor:
    """What came, by path, in order."""

    base: str = ""
    came: dict[str, list[Any]] = field(default_factory=lambda: {path: [] for path in _ANSWERS})


@contextmanager
def start_sinks() -> Iterator[Coletor]:
    """On a port of its own."""
    coletor = Coletor()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = _ANSWERS.get(self.path, (404, b""))
            if self.path in coletor.came:
                coletor.came[self.path].append(msgspec.json.decode(body))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    coletor.base = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield coletor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
