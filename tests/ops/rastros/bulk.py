"""An Elasticsearch as far as `_bulk` goes: data streams that only take `create`, and bad days.

It holds a caller to the form of the API: newline-delimited JSON, its media type, an action and a
document by turns, credentials. Documents live under (stream, id); the same id again is a conflict.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from ports import free_port

USER, PASSWORD = "fiscalxml-logs", "senha-do-teste"
_CREDENTIAL: Final = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_MEDIA_TYPES: Final = ("application/json", "application/x-ndjson")


class Acervo:
    """What was taken, and how it went.

    Of the first batch of several it has no room for a third; the answer to the next one is lost.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.documents: dict[tuple[str, str], str] = {}
        """(stream, id) -> the document, as it came"""
        self.faults: list[str] = []
        """what a real one would have refused for its form"""
        self.refused_once: set[str] = set()
        """ids that got a 429"""
        self.conflicts = 0
        self.lost_answers = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, body: bytes) -> dict[str, Any] | None:
        """Take a batch. None: it was taken, and the answer is lost on the way."""
        with self._lock:
            actions = list(self._read(body))
            after = bool(self.refused_once)
            busy = not after and len(actions) > 1
            items = [
                self._take(*each, busy=busy and at % 3 == 1) for at, each in enumerate(actions)
            ]
            if after and not self.lost_answers:
                self.lost_answers += 1
                return None
            failed = any("error" in item["create"] for item in items)
            return {"took": 1, "errors": failed, "items": items}

    def _read(self, body: bytes) -> Iterator[tuple[str, str, str]]:
        """(stream, id, document) of each pair of lines."""
        if not body.endswith(b"\n"):
            self.faults.append("the last line has no end")
        lines = body.decode().splitlines()
        for action, document in zip(lines[::2], lines[1::2], strict=True):
            ((verb, target),) = json.loads(action).items()
            if verb != "create":
                self.faults.append(f"{verb} on a data stream")
            if "_type" in target:
                self.faults.append("types are gone since version 8")
            if "@timestamp" not in json.loads(document):
                self.faults.append("no @timestamp")
            yield target["_index"], target["_id"], document

    def _take(self, stream: str, id_: str, document: str, *, busy: bool) -> dict[str, Any]:
        told: dict[str, Any] = {"_index": stream, "_id": id_}
        if busy:
            self.refused_once.add(id_)
            error = {"type": "es_rejected_execution_exception", "reason": "rejected execution"}
            return {"create": {**told, "status": 429, "error": error}}
        if (stream, id_) in self.documents:
            self.conflicts += 1
            error = {"type": "version_conflict_engine_exception", "reason": "document exists"}
            return {"create": {**told, "status": 409, "error": error}}
        self.documents[stream, id_] = document
        return {"create": {**told, "status": 201, "result": "created"}}


@contextmanager
def elasticsearch() -> Iterator[Acervo]:
    """One on a free port."""
    acervo = Acervo()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._say(b"{}")

        def do_HEAD(self) -> None:
            self._say(b"{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Authorization") != _CREDENTIAL:
                acervo.faults.append("no credential")
            if self.headers.get_content_type() not in _MEDIA_TYPES or self.path != "/_bulk":
                acervo.faults.append(f"{self.path}: {self.headers.get_content_type()}")
            answer = acervo.answer(body)
            if answer is None:
                self.close_connection = True
                self.connection.close()
            else:
                self._say(json.dumps(answer).encode())

        def _say(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", acervo.port), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield acervo
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
