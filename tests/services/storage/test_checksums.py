"""What S3 is sent, as a server sees it: each object, and each part of one, says its SHA-256."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from fiscalxml_server.kit.settings import MEGABYTE, Settings
from fiscalxml_server.kit.storage.places import Place

_BEGUN = b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
_WHOLE = b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"


class _S3(BaseHTTPRequestHandler):
    """Takes what comes, and keeps what each PUT said of its body, and what the body was."""

    sent: list[tuple[str | None, str]]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        self.sent.append((self.headers["x-amz-checksum-sha256"], digest))
        self._answer(b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self._answer(_BEGUN if urlsplit(self.path).query.startswith("uploads") else _WHOLE)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("ETag", '"e"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def s3() -> Iterator[tuple[Place, list[tuple[str | None, str]]]]:
    sent: list[tuple[str | None, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("S3", (_S3,), {"sent": sent}))
    Thread(target=server.serve_forever, daemon=True).start()
    settings = Settings.model_validate(
        {
            "objects_endpoint": f"http://127.0.0.1:{server.server_port}",
            "objects_access_key": "acesso",
            "objects_secret_key": "segredo",
        }
    )
    yield Place.open("s3://selos/producao", settings), sent
    server.shutdown()
    server.server_close()


def test_an_object_says_its_digest(s3: tuple[Place, list[tuple[str | None, str]]]) -> None:
    place, sent = s3
    asyncio.run(place.create("selo.json", b'{"raiz": "1"}'))
    assert [said for said, _ in sent] == [digest for _, digest in sent]
    assert len(sent) == 1


def test_each_part_does(s3: tuple[Place, list[tuple[str | None, str]]]) -> None:
    place, sent = s3

    async def write() -> None:
        async with place.writer("grande") as send:
            for number in range(3):
                await send(bytes([number]) * 5 * MEGABYTE)

    asyncio.run(write())
    assert len(sent) > 1
    assert [said for said, _ in sent] == [digest for _, digest in sent]
