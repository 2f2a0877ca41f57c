"""Uploads to a server process of its own: its memory, and clients that go away."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.api.running import CHAVE, ORGANIZACAO, running_service
from services.servico import zipped

from .sending import note

MEGABYTE = 1024 * 1024
UPLOAD = 300 * MEGABYTE
ALLOWED = 40 * MEGABYTE
AUTH = {"Authorization": f"Bearer {CHAVE}"}


class Running:
    """A service of one process, and the folder below its object store."""

    def __init__(self, address: str, objetos: Path) -> None:
        self.host = urlsplit(address).netloc
        self.objetos = objetos

    def stored(self) -> set[str]:
        """Files of the organisation, those half-written included."""
        below = self.objetos / str(ORGANIZACAO)
        return {str(path.relative_to(below)) for path in below.rglob("*") if path.is_file()}

    def send(self, chunks: Iterator[bytes], content_type: str) -> tuple[int, bytes]:
        """POST /v1/lotes in pieces, without its length. Status and body."""
        connection = http.client.HTTPConnection(self.host, timeout=120)
        connection.request(
            "POST",
            "/v1/lotes",
            body=chunks,
            headers={**AUTH, "Content-Type": content_type},
            encode_chunked=True,
        )
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def running(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("servidor")
    (folder / "mestra.key").write_text(secrets.token_hex(32))
    with running_service(
        folder,
        database_url=banco,
        database_role="fiscalxml_api",
        objects_url=f"file://{folder / 'objetos'}",
        keys_url=f"file://{folder / 'chaves'}",
        master_key_file=str(folder / "mestra.key"),
    ) as address:
        yield Running(address, folder / "objetos")


def _random_zip(size: int) -> Iterator[bytes]:
    """A ZIP with one entry of random bytes, made while it is sent."""
    head = zipped({})
    yield b"PK\3\4\x14\0\x08\0\0\0" + bytes(4) + bytes(12) + b"\x05\0\0\0" + b"a.bin"
    for _ in range(size // MEGABYTE):
        yield os.urandom(MEGABYTE)
    yield head


def _random_form(size: int) -> Iterator[bytes]:
    """Three files of random bytes in a form."""
    for number in range(3):
        yield (
            f"--b\r\nContent-Disposition: form-data; name=a; filename={number}.bin\r\n\r\n"
        ).encode()
        for _ in range(size // MEGABYTE // 3):
            yield os.urandom(MEGABYTE)
        yield b"\r\n"
    yield b"--b--\r\n"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize(
    ("chunks", "content_type"),
    [
        (_random_zip, "application/zip"),
        (_random_form, "multipart/form-data; boundary=b"),
    ],
    ids=["zip", "form"],
)
def test_a_large_upload_takes_no_memory_of_its_size(
    running: Running, chunks: Callable[[int], Iterator[bytes]], content_type: str
) -> None:
    running.send(chunks(3 * MEGABYTE), content_type)  # whatever is loaded at first use
    pids = _server_pids(running)
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
    before = {pid: _peak(pid) for pid in pids}
    status, body = running.send(chunks(UPLOAD), content_type)
    assert status == 202, body
    for pid in pids:
        assert _peak(pid) - before[pid] < ALLOWED


def _peak(pid: int) -> int:
    """The most bytes of memory that a process has had at once."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def _server_pids(running: Running) -> list[int]:
    """The processes whose environment names this server's store."""
    wanted = f"FISCALXML_OBJECTS_URL=file://{running.objetos}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                environment = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if wanted in environment:
                found.append(int(folder.name))
    assert found
    return found


def test_an_event_arrives_while_the_lote_goes_on(running: Running) -> None:
    status, body = running.send(iter([zipped({"a.xml": note(8100)})]), "application/zip")
    assert status == 202
    lote = json.loads(body)
    connection = http.client.HTTPConnection(running.host, timeout=30)
    connection.request("GET", f"/v1/lotes/{lote['id']}/progresso", headers=AUTH)
    answer = connection.getresponse()
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [answer.readline() for _ in range(3)]
    assert lines[:2] == [b"id: 1\n", b"event: progresso\n"]
    assert json.loads(lines[2].removeprefix(b"data: ")) == lote
    connection.close()


@pytest.mark.parametrize("length", ["Content-Length: 50000000", "Transfer-Encoding: chunked"])
def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(
    running: Running, length: str
) -> None:
    before = running.stored()
    host, port = running.host.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as client:
        client.sendall(
            f"POST /v1/lotes HTTP/1.1\r\nHost: {running.host}\r\nAuthorization: Bearer {CHAVE}\r\n"
            f"Content-Type: application/zip\r\n{length}\r\n\r\n".encode()
        )
        piece = zipped({"a.xml": note(8000)}) + os.urandom(20 * MEGABYTE)
        size = b"%x\r\n" % len(piece)
        client.sendall(size + piece + b"\r\n" if length.startswith("T") else piece)
        _wait_for(lambda: running.stored() != before)
    _wait_for(lambda: running.stored() == before)


def _wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(300):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that")
