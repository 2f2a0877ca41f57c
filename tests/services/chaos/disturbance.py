"""Signals at random, from a seed, to everything that runs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from random import Random
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Final

from redis.exceptions import RedisError

from .system import Processo, Sistema

_TICK: Final = 0.1
_PAUSE: Final = (0.2, 2.2)
"""seconds between two events"""
_STOPPED: Final = (0.5, 12.0)
"""seconds: some stops outlast a lease, a client's patience and the wait for a connection"""
ROLES: Final = ("api", "worker", "relay", "valkey", "postgres")
CHILDREN: Final = ("api", "api", "worker", "worker", "worker", "postgres")
"""whose children are hit; a backend that is killed takes the whole of PostgreSQL down with it"""


class Perturbador:
    """Disturbs a system for so many seconds, or until `end`; what it did is in `events`."""

    def __init__(
        self,
        sistema: Sistema,
        seed: int,
        seconds: float,
        roles: Sequence[str] = ROLES,
        children: Sequence[str] = CHILDREN,
    ) -> None:
        """`roles`: each is hit; `children`: those of which a process that it started is."""
        self._sistema = sistema
        self._roles = roles
        self._children = children
        self._rng = Random(seed)  # noqa: S311 - a test's choice of what to kill
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._disturb)
        self._stopped: dict[int, float] = {}
        """process id -> when it goes on"""
        self._deck: list[tuple[str, str, Callable[[str], str]]] = []
        self._began = time.monotonic()
        self.events: list[str] = []

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """No more of it; what is stopped goes on."""
        self._ended.set()
        self._thread.join()

    def _disturb(self) -> None:
        try:
            next_event, last = 0.0, time.monotonic() + self._seconds
            while not self._ended.wait(_TICK) and time.monotonic() < last:
                self._continue(now := time.monotonic())
                if now > next_event:
                    what, papel, strike = self._next()
                    self._note(what, papel, strike(papel))
                    next_event = time.monotonic() + self._rng.uniform(*_PAUSE)
        finally:
            self._continue(float("inf"))

    def _next(self) -> tuple[str, str, Callable[[str], str]]:
        """Shuffled like cards: every kind of event comes up in a short run."""
        if not self._deck:
            self._deck = [("mata", papel, self._kill_main) for papel in self._roles]
            self._deck += [("mata filho", papel, self._kill_child) for papel in self._children]
            self._deck += [("para", papel, self._stop_all) for papel in self._roles]
            self._deck += [("para filho", papel, self._stop_child) for papel in self._children]
            self._deck += [("esvazia", "valkey", self._flush)] * 2
            self._rng.shuffle(self._deck)
        return self._deck.pop()

    def _kill_main(self, papel: str) -> str:
        return self._signal(self._sistema.main(papel), SIGKILL)

    def _kill_child(self, papel: str) -> str:
        return self._signal(self._one(self._sistema.children(papel)), SIGKILL)

    def _stop_all(self, papel: str) -> str:
        return self._signal(self._sistema.processes(papel), SIGSTOP)

    def _stop_child(self, papel: str) -> str:
        return self._signal(self._one(self._sistema.children(papel)), SIGSTOP)

    def _flush(self, _: str) -> str:
        try:
            self._sistema.flush()
        except (RedisError, OSError) as error:
            return type(error).__name__
        return "feito"

    def _one(self, found: list[Processo]) -> list[Processo]:
        return [self._rng.choice(found)] if found else []

    def _signal(self, found: list[Processo], number: int) -> str:
        until = time.monotonic() + self._rng.uniform(*_STOPPED)
        for each in found:
            if _send(each.pid, number) and number == SIGSTOP:
                self._stopped[each.pid] = until
        return " ".join(str(each.pid) for each in found) or "nenhum"

    def _continue(self, now: float) -> None:
        for pid in [pid for pid, until in self._stopped.items() if until <= now]:
            _send(pid, SIGCONT)
            del self._stopped[pid]

    def _note(self, what: str, papel: str, told: str) -> None:
        self.events.append(f"{time.monotonic() - self._began:7.2f}s {what} {papel}: {told}")


def _send(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
