"""An address that answers as CloudWatch and ECS do, and keeps what it was sent. Shapes only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from ports import free_port


@dataclass
class Cloud:
    """`workers`: tasks that ECS says are running. `away`: answers nothing but 503."""

    port: int
    workers: int = 2
    away: bool = False
    sent: list[dict[str, Any]] = field(default_factory=list)
    """bodies of PutMetricData"""

    @property
    def environment(self) -> dict[str, str]:
        """Of a process that takes this for AWS."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "teste",
            "AWS_SECRET_ACCESS_KEY": "teste",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def answer(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation == "PutMetricData":
            self.sent.append(body)
            return {}
        assert operation == "DescribeServices"
        return {"services": [{"serviceName": "worker", "runningCount": self.workers}]}


@contextmanager
def cloud() -> Iterator[Cloud]:
    """For the block."""
    found = Cloud(free_port())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            text = b"{}" if found.away else json.dumps(found.answer(operation, body)).encode()
            self.send_response(503 if found.away else 200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", found.port), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
