"""Deliverers of a test: in a thread, or as the process that it is in production."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.entregador.process import Entregador
from fiscalxml_server.webhooks.resources import Recursos
from services.webhooks.portal import Portal

LOCAL: dict[str, Any] = {
    "webhooks_http": True,
    "webhooks_ports": (),
    "webhooks_networks": ("127.0.0.0/8",),
}


@contextmanager
def delivering(portal: Portal, **settings: Any) -> Iterator[Entregador]:
    """One in a thread."""
    values = {**portal.values, "database_role": "fiscalxml_entregador", **settings}
    loop = asyncio.new_event_loop()
    started = threading.Event()
    there: list[Entregador] = []

    async def run() -> None:
        recursos = Recursos.open(Settings(**values))
        there.append(Entregador(recursos))
        started.set()
        try:
            await there[0].run()
        finally:
            await recursos.close()

    failed: list[BaseException] = []

    def work() -> None:
        try:
            loop.run_until_complete(run())
        except BaseException as error:  # noqa: BLE001 - told in the test's thread
            failed.append(error)
        finally:
            started.set()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    try:
        yield there[0]
    finally:
        if thread.is_alive():
            loop.call_soon_threadsafe(there[0].end)
        thread.join()
        loop.close()
        if failed:
            raise failed[0]


def start_process(portal: Portal, folder: Path, **settings: Any) -> subprocess.Popen[bytes]:
    """Another process; who starts it ends it."""
    values = {**portal.values, "database_role": "fiscalxml_entregador", **settings}
    env = {f"FISCALXML_{name.upper()}": _as_text(value) for name, value in values.items()}
    with (folder / f"entregador-{len(list(folder.iterdir()))}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "fiscalxml_server.webhooks.entregador"],
            env={**os.environ, **env},
            stdout=log,
            stderr=log,
        )


def _as_text(value: object) -> str:
    return msgspec.json.encode(value).decode() if isinstance(value, tuple | bool) else str(value)
