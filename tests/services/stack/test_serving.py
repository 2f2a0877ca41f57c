"""What the processes of one server share, and what they speak."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import httpx2
import pytest

from fiscalxml_server.stack import commands
from ports import free_port
from waiting import wait_until

_CONNECTIONS = 400
EXEMPLO = """
import os
from pathlib import Path

LIDO = []

def preload():
    LIDO.append(os.getpid())
    with Path(__file__).with_name("lidos.txt").open("a") as file:
        print(os.getpid(), file=file)

def create_app():
    return answer

async def answer(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            await send({"type": (await receive())["type"] + ".complete"})
    while (await receive()).get("more_body"):
        pass
    text = f"{os.getpid()} {LIDO}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": text})
"""


@pytest.fixture
def porta(tmp_path: Path) -> Iterator[int]:
    """Of a server of one process."""
    (tmp_path / "exemplo.py").write_text(EXEMPLO)
    port = free_port()
    with patch.dict(commands.APPLICATIONS, {"exemplo": "exemplo:create_app"}):
        argv = commands.web("exemplo", port, 1)
    with (tmp_path / "output.log").open("wb") as log:
        env = os.environ | {"PYTHONPATH": str(tmp_path)}
        env.pop("_RJEM_MALLOC_CONF", None)
        process = subprocess.Popen(argv, env=env, stdout=log, stderr=log)
        try:
            wait_until(lambda: ask(port), 30)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def ask(port: int) -> tuple[int, str] | None:
    """The process that answers, and what it knows to have been read; None when none answers."""
    try:
        answer = httpx2.get(f"http://127.0.0.1:{port}/").text
    except httpx2.TransportError:
        return None
    pid, _, lido = answer.partition(" ")
    return int(pid), lido


def test_what_is_read_beforehand_is_read_once(porta: int, tmp_path: Path) -> None:
    """Also for the process that takes the place of one that died."""
    first = ask(porta)
    assert first is not None
    os.kill(first[0], signal.SIGKILL)
    wait_until(lambda: (again := ask(porta)) is not None and again[0] != first[0], 30)
    second = ask(porta)
    assert second is not None
    (reader,) = (tmp_path / "lidos.txt").read_text().split()
    assert first[1] == second[1] == f"[{reader}]"
    assert int(reader) not in (first[0], second[0])


@pytest.mark.skipif(
    (sys.platform, platform.machine(), platform.libc_ver()[0]) != ("linux", "x86_64", "glibc"),
    reason="granian has another allocator there, or larger pages",
)
def test_an_open_connection_is_small(porta: int) -> None:
    """Also after many large requests: 8 kB; as granian's allocator comes, 20 and more."""
    request = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11000\r\n\r\n" + b"." * 11_000
    with ExitStack() as stack:
        first = ask(porta)
        assert first is not None
        before = _own_kilobytes(first[0])
        address = ("127.0.0.1", porta)
        opened = [
            stack.enter_context(socket.create_connection(address, timeout=10))
            for _ in range(_CONNECTIONS)
        ]
        for each in opened * 3:
            each.sendall(request)
            assert each.recv(4096).startswith(b"HTTP/1.1 200")
        grown = _own_kilobytes(first[0]) - before
    assert 0 < grown / _CONNECTIONS < 14


def _own_kilobytes(process: int) -> int:
    """Of memory that it shares with no other."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    (line,) = (line for line in rollup.splitlines() if line.startswith("Private_Dirty:"))
    return int(line.split()[1])


@pytest.mark.parametrize(
    "opening",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ],
    ids=["http2", "h2c", "websocket"],
)
def test_it_speaks_http_1_alone(porta: int, opening: bytes) -> None:
    with socket.create_connection(("127.0.0.1", porta), timeout=10) as connection:
        connection.sendall(opening)
        begin = connection.recv(4096)
    assert not begin or begin.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))
