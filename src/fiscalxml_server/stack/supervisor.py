"""Keeps processes running until told to stop: restarts what dies, stops in reverse order."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

from fiscalxml_server.stack.guardian import Guardiao, signal_group
from fiscalxml_server.stack.logs import Registro
from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.users import as_user

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY: Final = 30.0
"""seconds of life after which earlier deaths are forgiven"""
HOPELESS: Final = 3
"""deaths in a row after which the log is shown"""
_CANNOT_RUN: Final = 126  # as shells have it


class NaoIniciou(Exception):
    """What must be up before the rest can start did not come up."""

    def __init__(self, nome: str, registro: Registro) -> None:
        super().__init__(nome)
        self.nome = nome
        self.registro = registro


class Avisos(Protocol):
    """Who tells people about processes."""

    def died(self, nome: str, code: int, pause: float) -> None:
        """It ended without being asked; `code` is negative for a signal."""

    def back(self, nome: str) -> None:
        """It runs again after it died."""

    def keeps_dying(self, nome: str, deaths: int, registro: Registro) -> None:
        """It died for the n-th time in a row."""


class Supervisor:
    """All processes of one run."""

    def __init__(self, logs: Path, guardiao: Guardiao, avisos: Avisos) -> None:
        self._logs = logs
        self._guardiao = guardiao
        self._avisos = avisos
        self._kept: list[_Mantido] = []

    def start(self, papel: Papel) -> None:
        """Start it and keep it running."""
        self._kept.append(_Mantido(papel, self._registro(papel), self._guardiao, self._avisos))

    async def run(self, papel: Papel) -> None:
        """Run it once, to its end. Raises NaoIniciou when it fails."""
        registro = self._registro(papel)
        process = await _spawn(papel, registro, self._guardiao)
        try:
            code = await process.wait()
        finally:
            _end_group(process, self._guardiao)
            await process.wait()
        if code:
            raise NaoIniciou(papel.nome, registro)

    async def ready(self, nome: str, probe: Callable[[], Awaitable[bool]], limit: float) -> None:
        """Wait until `probe` holds. Raises NaoIniciou after `limit` seconds, or when it keeps
        dying."""
        kept = next(each for each in self._kept if each.papel.nome == nome)
        deadline = monotonic() + limit
        while not await probe():
            if monotonic() > deadline or kept.deaths >= HOPELESS:
                raise NaoIniciou(nome, kept.registro)
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End all, the last started first, each in good order or else by force."""
        while self._kept:
            await self._kept[-1].stop()
            self._kept.pop()

    def force(self) -> None:
        """End all at once; `stop` then returns soon."""
        for kept in self._kept:
            kept.kill()

    def _registro(self, papel: Papel) -> Registro:
        return Registro(self._logs / f"{papel.nome}.log")


class _Mantido:
    """One process that is restarted when it dies."""

    def __init__(
        self, papel: Papel, registro: Registro, guardiao: Guardiao, avisos: Avisos
    ) -> None:
        self.papel = papel
        self.registro = registro
        self.deaths = 0
        """in a row, each soon after its start"""
        self._guardiao = guardiao
        self._avisos = avisos
        self._process: Process | None = None
        self._stopping = asyncio.Event()
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        self._stopping.set()
        if self._process is not None:
            self._ask_to_end(self._process)
        done, _ = await asyncio.wait([self._task], timeout=self.papel.patience)
        if not done:
            self.kill()
        await self._task

    def kill(self) -> None:
        self._stopping.set()
        if self._process is not None:
            signal_group(self._process.pid, signal.SIGKILL)

    async def _keep(self) -> None:
        while not self._stopping.is_set():
            started = monotonic()
            code = await self._live()
            if self._stopping.is_set():
                return
            self.deaths = 1 if monotonic() - started > STEADY else self.deaths + 1
            pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
            self._avisos.died(self.papel.nome, code, pause)
            if self.deaths % HOPELESS == 0:
                self._avisos.keeps_dying(self.papel.nome, self.deaths, self.registro)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    def _ask_to_end(self, process: Process) -> None:
        """Itself alone: its children are its own to end; a worker's are in the middle of jobs."""
        with suppress(ProcessLookupError):
            process.send_signal(self.papel.ending)

    async def _live(self) -> int:
        """From its start to its end, and that of every process of its group."""
        try:
            process = await _spawn(self.papel, self.registro, self._guardiao)
        except OSError as error:
            self.registro.write(f"{self.papel.argv[0]}: {error}")
            return _CANNOT_RUN
        self._process = process
        if self.deaths and not self._stopping.is_set():
            self._avisos.back(self.papel.nome)
        if self._stopping.is_set():  # told to stop while it was being started
            self._ask_to_end(process)
        code = await process.wait()
        self._process = None
        _end_group(process, self._guardiao)
        return code


async def _spawn(papel: Papel, registro: Registro, guardiao: Guardiao) -> Process:
    """A process in a session of its own: the terminal's Ctrl-C does not reach it."""
    with registro.open() as log:
        process = await asyncio.create_subprocess_exec(
            *papel.argv,
            stdin=DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **papel.env},
            start_new_session=True,
            **as_user(papel.user),
        )
    guardiao.watch(process.pid, papel.ending)
    return process


def _end_group(process: Process, guardiao: Guardiao) -> None:
    """No child survives its parent, and none is waited for."""
    signal_group(process.pid, signal.SIGKILL)
    guardiao.forget(process.pid)
