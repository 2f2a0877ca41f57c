"""`fiscalxml webhooks check`: whether a receiver verifies."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fiscalxml.webhooks import NotificacaoRecusada, new_secret, verify
from ports import free_port

SECRET = new_secret()


@contextmanager
def _receiver(*, verifies: bool, good: int = 204, bad: int = 400) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = good
            if verifies:
                try:
                    verify(body, dict(self.headers.items()), SECRET)
                except NotificacaoRecusada:
                    status = bad
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook"
        server.shutdown()


def _check(url: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    given = {"FISCALXML_WEBHOOK_SECRET": SECRET} if env is None else env
    return subprocess.run(
        [
            *(sys.executable, "-c", "from fiscalxml.cli.main import run; run()"),
            *("webhooks", "check", "--url", url),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "http_proxy": "http://127.0.0.1:9", **given},
    )


def test_one_that_verifies_is_0() -> None:
    with _receiver(verifies=True) as url:
        done = _check(url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✖" not in done.stdout
    assert done.stdout.count("✔") == 11


def test_one_that_takes_anything_is_1() -> None:
    with _receiver(verifies=False) as url:
        done = _check(url)
    assert done.returncode == 1
    assert "✖ assinada por outro segredo: deve recusar (4xx) → 204" in done.stdout
    assert (done.stdout.count("✔"), done.stdout.count("✖")) == (3, 8)


@pytest.mark.parametrize(("good", "bad"), [(500, 400), (204, 500), (302, 400)])
def test_one_that_breaks_is_1(good: int, bad: int) -> None:
    with _receiver(verifies=True, good=good, bad=bad) as url:
        assert _check(url).returncode == 1


def test_one_that_is_not_there_is_2() -> None:
    done = _check(f"http://127.0.0.1:{free_port()}/")
    assert done.returncode == 2
    assert "nada escuta nessa porta" in done.stderr


def test_one_that_hangs_up_is_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        done = _check(f"http://127.0.0.1:{server.getsockname()[1]}/")
        server.shutdown(socket.SHUT_RDWR)
    assert done.returncode == 1
    assert "cortou a conexão" in done.stdout


def test_it_needs_the_secret() -> None:
    done = _check("http://127.0.0.1:9/", {})
    assert done.returncode == 2
    assert "falta o segredo" in done.stderr
