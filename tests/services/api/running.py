"""The service as it runs: a server process with its own key file, stopped by its id."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx2
import msgspec

from fiscalxml_server.kit.auth import ChaveLocal, impressao
from fiscalxml_server.kit.rbac import Escopo
from ports import free_port

GRANIAN = Path(sys.executable).with_name("granian")
ORGANIZACAO = UUID("0192f0c1-0000-7000-8000-000000000001")
CHAVE = "fx_dev_tudo"
CHAVES: Mapping[str, frozenset[Escopo]] = {
    CHAVE: frozenset(Escopo),
    "fx_dev_validar": frozenset({Escopo.VALIDAR}),
    "fx_dev_resumir": frozenset({Escopo.RESUMIR}),
    "fx_dev_ler": frozenset({Escopo.LER}),
}
"""key -> what it may do"""


def write_keys(folder: Path) -> Path:
    """The key file of these tests."""
    path = folder / "chaves.jsonl"
    lines = [
        msgspec.json.encode(ChaveLocal(impressao(chave), ORGANIZACAO, chave[7:], escopos))
        for chave, escopos in CHAVES.items()
    ]
    path.write_bytes(b"\n".join(lines))
    return path


@contextmanager
def running_service(
    folder: Path, application: str = "fiscalxml_server.api.app:create_app", **settings: str
) -> Iterator[str]:
    """The address of a service of one process; further settings without their prefix."""
    port = free_port()
    environment = {
        **os.environ,
        "FISCALXML_API_KEYS_FILE": str(write_keys(folder)),
        **{f"FISCALXML_{name.upper()}": value for name, value in settings.items()},
    }
    log = (folder / "servidor.log").open("wb")
    command = [str(GRANIAN), "--interface", "asgi", "--factory", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--workers", "1", "--no-ws", application],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    with httpx2.Client(base_url=address, timeout=1) as client:
        for _ in range(300):
            assert server.poll() is None, "the server ended"
            try:
                if client.get("/pronto").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
    raise AssertionError("the server did not become ready")
