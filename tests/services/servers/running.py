"""A server process for as long as a `with` block; gone even when the tests are killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import leaks
from fiscalxml_server.stack.guardian import Guardiao, signal_group
from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.users import as_user

_LIMIT = 180
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of an unguessable name is made in it
_PREFIX = "fiscalxml-"
_ENOUGH = 2 * 1024**3
"""bytes free; containers have much less there unless told otherwise"""


@contextmanager
def server_folder() -> Iterator[Path]:
    """A new folder for servers, in memory where there is enough: what is killed here are processes,
    never the machine, and a database of a thousand files is copied for each test module.

    Not one of pytest's, which each run of pytest closes to the user that PostgreSQL has when the
    tests are root.
    """
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH
    if in_memory:
        _sweep()
    with tempfile.TemporaryDirectory(
        prefix=f"{_PREFIX}{os.getpid()}-",
        dir=_MEMORY if in_memory else None,
        ignore_cleanup_errors=True,
    ) as folder:
        try:
            yield Path(folder)
        finally:
            leaks.keep(Path(folder))


def _sweep() -> None:
    """Give back the memory of runs that were killed."""
    for folder in _MEMORY.glob(f"{_PREFIX}*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(
    papel: Papel, log: Path, accepts: Callable[[], Coroutine[Any, Any, bool]]
) -> Iterator[int]:
    """Starts it, waits until it accepts, and ends it; gives its process id."""
    guardiao = Guardiao()
    with log.open("ab") as output:
        process = subprocess.Popen(
            papel.argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **papel.env},
            start_new_session=True,
            **as_user(papel.user),
        )
    guardiao.watch(process.pid, papel.ending)
    try:
        _wait(process, log, accepts)
        yield process.pid
        signal_group(process.pid, papel.ending)
        process.wait(papel.patience)
        guardiao.forget(process.pid)
    finally:
        guardiao.close()  # ends it by force where that did not
        process.wait()


def _wait(
    process: subprocess.Popen[bytes], log: Path, accepts: Callable[[], Coroutine[Any, Any, bool]]
) -> None:
    deadline = time.monotonic() + _LIMIT
    while not asyncio.run(accepts()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text()}")
        time.sleep(0.02)
