"""What is written to S3 carries its checksum: a bucket with a lock by default takes nothing else.

SeaweedFS takes it either way, so who listens here only notes what was asked.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage.places import Place

_DATA = b"lacrado"


@contextmanager
def listening(heard: dict[str, str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            heard.update({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_put_carries_the_sha256_of_its_bytes() -> None:
    heard: dict[str, str] = {}
    with listening(heard) as endpoint:
        settings = Settings.model_validate(
            {
                "objects_endpoint": endpoint,
                "objects_access_key": "acesso",
                "objects_secret_key": secrets.token_hex(),
            }
        )
        asyncio.run(Place.open("s3://auditoria", settings).put("pontos/1", _DATA))
    digest = base64.b64encode(hashlib.sha256(_DATA).digest()).decode()
    assert heard["x-amz-checksum-sha256"] == digest
