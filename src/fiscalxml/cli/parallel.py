"""Work on chunks in several processes: results in input order, memory bounded, deaths survived.

Each worker has a pipe of its own and one chunk at a time, so a process that dies tells which
chunk it had. That chunk is done again item by item, each in a fresh process, and only an item
that ends its process even so is given up.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, SpawnContext
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# How far reading may run ahead of the slowest chunk, in chunks for each worker.
_WINDOW = 4


def ordered(
    chunks: Iterable[Sequence[T]],
    work: Callable[[Sequence[T]], R],
    crashed: Callable[[T], R],
    jobs: int,
) -> Generator[R]:
    """`work(chunk)` for each chunk, in order; item by item where a chunk killed its process.

    `crashed(item)` stands for the result of an item that kills. Close the iterator (see
    `contextlib.closing`) to end the processes at once.
    """
    pool = _Pool(work, crashed, jobs)
    try:
        yield from pool.run(iter(chunks))
    finally:
        pool.kill()


class _DiedError(Exception):
    """A worker ended instead of answering."""


class _Worker(Generic[T, R]):
    """A process that answers one chunk at a time."""

    def __init__(self, work: Callable[[Sequence[T]], R]) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self.connection, work), daemon=True
        )
        with _uninterrupted():
            self._process.start()
        theirs.close()

    def send(self, chunk: Sequence[T]) -> None:
        """Give it a chunk. One that has died meanwhile is found out by `receive`."""
        with suppress(OSError):
            self.connection.send(chunk)

    def receive(self) -> R:
        try:
            answer: R = self.connection.recv()
        except (EOFError, OSError) as error:
            raise _DiedError from error
        return answer

    def kill(self) -> None:
        """End it whatever it does: it holds nothing that needs closing."""
        self._process.kill()
        self.connection.close()
        self._process.join()


def _context() -> ForkContext | SpawnContext:
    """Fork shares what is imported already, but copies a lock that another thread holds."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits, here and in a process started here, which then ignores it by itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, parents: Connection, work: Callable[[Sequence[T]], R]) -> None:
    """The life of a worker: until the other end of its pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C ends
    parents.close()  # else this process itself would keep the pipe open
    with suppress(EOFError, OSError):
        while True:
            connection.send(work(connection.recv()))


class _Pool(Generic[T, R]):
    def __init__(
        self, work: Callable[[Sequence[T]], R], crashed: Callable[[T], R], jobs: int
    ) -> None:
        self._work = work
        self._crashed = crashed
        self._jobs = jobs
        self._idle: list[_Worker[T, R]] = []
        self._busy: dict[_Worker[T, R], tuple[int, Sequence[T]]] = {}
        self._done: dict[int, list[R]] = {}

    def run(self, chunks: Iterator[Sequence[T]]) -> Iterator[R]:
        # One chunk is read ahead, so that a worker never waits for an archive to be inflated.
        ready = next(chunks, None)
        sent = given = 0
        while ready is not None or given < sent:
            # Workers come first: whoever takes the results may be slow.
            while ready is not None and sent - given < _WINDOW * self._jobs and self._has_idle():
                worker = self._idle.pop()
                self._busy[worker] = sent, ready
                worker.send(ready)
                sent += 1
                ready = next(chunks, None)
            if given in self._done:
                yield from self._done.pop(given)
                given += 1
            else:
                self._collect()

    def kill(self) -> None:
        for worker in (*self._idle, *self._busy):
            worker.kill()

    def _has_idle(self) -> bool:
        if not self._idle and len(self._busy) < self._jobs:
            self._idle.append(_Worker(self._work))
        return bool(self._idle)

    def _collect(self) -> None:
        """Wait for at least one answer."""
        answered = wait([worker.connection for worker in self._busy])
        for worker in [worker for worker in self._busy if worker.connection in answered]:
            number, chunk = self._busy[worker]
            try:
                self._done[number] = [worker.receive()]
                self._idle.append(worker)
            except _DiedError:
                worker.kill()
                self._done[number] = [self._alone(item) for item in chunk]
            del self._busy[worker]

    def _alone(self, item: T) -> R:
        worker = _Worker[T, R](self._work)
        try:
            worker.send([item])
            return worker.receive()
        except _DiedError:
            return self._crashed(item)
        finally:
            worker.kill()
