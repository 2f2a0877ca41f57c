"""The ordered, bounded pool: order, window, deaths."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from fiscalxml.cli.parallel import ordered


def work(chunk: Sequence[str]) -> str:
    """The items, joined; 'morre' ends the process, 'dorme' takes a while."""
    for item in chunk:
        if item.startswith("morre"):
            os.kill(os.getpid(), signal.SIGKILL)
        if item == "dorme":
            time.sleep(0.2)
    return " ".join(chunk)


def work_once(chunk: Sequence[str]) -> str:
    """Dies unless the chunk is a single item."""
    if len(chunk) > 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return chunk[0]


def crashed(item: str) -> str:
    return f"caiu:{item}"


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_results_come_in_input_order(jobs: int) -> None:
    chunks = [["dorme"], *([str(number)] for number in range(40)), ["dorme"], ["fim"]]
    assert list(ordered(chunks, work, crashed, jobs)) == [chunk[0] for chunk in chunks]


def test_reading_runs_ahead_by_a_few_chunks_only() -> None:
    read = 0

    def chunks() -> Iterator[list[str]]:
        nonlocal read
        read = 1
        yield ["dorme"]
        for read in range(2, 10_000):  # noqa: B007
            yield ["x"]

    with closing(ordered(chunks(), work, crashed, jobs=2)) as results:
        next(results)
        assert read <= 10


@pytest.mark.parametrize("jobs", [1, 2])
def test_only_the_item_that_kills_is_lost(jobs: int) -> None:
    chunks = [["a", "b"], ["c", "morre", "d"], ["e"], ["morre2"], ["f"]]
    assert list(ordered(chunks, work, crashed, jobs)) == [
        "a b",
        "c",
        "caiu:morre",
        "d",
        "e",
        "caiu:morre2",
        "f",
    ]


def test_an_item_that_survives_alone_is_not_lost() -> None:
    """As when the process had run out of memory over the items before."""
    assert list(ordered([["a", "b"]], work_once, crashed, jobs=1)) == ["a", "b"]


def test_processes_start_afresh_when_a_thread_makes_forking_unsafe() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        chunks = [["a"], ["morre", "b"]]
        assert list(ordered(chunks, work, crashed, jobs=1)) == ["a", "caiu:morre", "b"]
    finally:
        done.set()
        thread.join()


def test_an_error_of_the_input_reaches_the_caller() -> None:
    def chunks() -> Iterator[list[str]]:
        yield ["a"]
        raise LookupError

    with pytest.raises(LookupError):
        list(ordered(chunks(), work, crashed, jobs=2))
