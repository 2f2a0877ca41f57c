"""Metrics: bounded labels, one folder for the processes of a role, the state of queues."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.multiprocess import MultiProcessCollector

from fiscalxml_server.kit.telemetry.metrics import Family, count_finding, work
from fiscalxml_server.kit.telemetry.sampled import QueueState, Reading, queue_readings
from fiscalxml_server.kit.telemetry.serving import serve_metrics
from fiscalxml_server.kit.telemetry.sharing import SharedFolder
from ports import free_port

from .processes import PACKAGE, environment, total
from .seeds import CHAVE, CPF, NAME

NO_PARENT = ""


def family(limit: int) -> tuple[Family[Counter], CollectorRegistry]:
    registry = CollectorRegistry()
    return Family(Counter("found", "Found.", ["code"], registry=registry), limit), registry


def told(registry: CollectorRegistry) -> dict[str, float]:
    return {
        sample.labels["code"]: sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "found_total"
    }


def attempts(folder: Path) -> float:
    """Of jobs, as the files of a folder say."""
    collected = MultiProcessCollector(None, str(folder)).collect()
    found = (sample for metric in collected for sample in metric.samples)
    return sum(float(sample.value) for sample in found if sample.name == "job_attempts_total")


def run_job(folder: Path) -> int:
    """A process that does one job and ends; its pid."""
    command = [sys.executable, "-m", f"{PACKAGE}.job", NO_PARENT]
    process = subprocess.Popen(command, env=environment(folder), stdout=subprocess.DEVNULL)
    assert process.wait() == 0
    return process.pid


def test_labels_beyond_the_limit_of_a_family_are_counted_together() -> None:
    found, registry = family(limit=3)
    for code in range(100):
        found.at(str(code)).inc()
    assert sum(told(registry).values()) == 100
    assert len(told(registry)) <= 4
    assert told(registry)["other"] >= 96


def test_a_label_that_is_no_plain_word_is_counted_as_other() -> None:
    found, registry = family(limit=10)
    for value in (CPF, CHAVE, NAME, "", "a" * 500):
        found.at(value).inc()
    found.at("1115").inc()
    assert told(registry) == {"other": 5, "1115": 1}


def test_words_that_are_no_words_do_not_fill_a_family() -> None:
    found, registry = family(limit=3)
    for number in range(100):
        found.at(f"not a word {number}").inc()
    found.at("1115").inc()
    assert told(registry) == {"other": 100, "1115": 1}


def test_what_an_earlier_run_left_is_gone_when_the_first_process_joins(tmp_path: Path) -> None:
    run_job(tmp_path)
    run_job(tmp_path)
    assert attempts(tmp_path / "metrics" / "worker") == 1


def test_counts_of_processes_that_ended_are_kept_in_one_file_while_the_role_lives(
    tmp_path: Path,
) -> None:
    folder = SharedFolder(tmp_path / "metrics" / "worker")
    for _ in range(3):
        run_job(tmp_path)
    assert attempts(folder.path) == 3
    with folder.settled():
        assert [file.name for file in folder.path.glob("counter_*.db")] == ["counter_folded.db"]
        assert folder.processes() == {os.getpid()}
        assert len(list(folder.path.glob("member_*"))) == 1
    run_job(tmp_path)
    with folder.settled():
        assert attempts(folder.path) == 4
        assert list(folder.path.glob("gauge_*.db")) == []


def test_a_process_forked_during_a_scrape_does_not_hold_back_the_next_one(tmp_path: Path) -> None:
    folder = SharedFolder(tmp_path)
    reading, writing = os.pipe()
    with folder.settled():
        child = os.fork()
        if child == 0:
            os.read(reading, 1)
            os._exit(0)
    with (tmp_path / "fold.lock").open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.write(writing, b"x")
    os.waitpid(child, 0)


def test_a_file_cut_short_by_the_end_of_its_process_spoils_nothing(tmp_path: Path) -> None:
    folder = SharedFolder(tmp_path / "metrics" / "worker")
    for damage in (b"", b"\xff\xff\x00\x00" + bytes(100)):
        ended = run_job(tmp_path)
        (folder.path / f"counter_{ended}.db").write_bytes(damage)
    run_job(tmp_path)
    with folder.settled():
        assert attempts(folder.path) == 1


def test_the_state_of_queues_is_read_at_each_scrape() -> None:
    state = [QueueState("blocos", 3, 1.5)]
    port = free_port()
    server = serve_metrics(port, None, lambda: queue_readings(state))
    assert total(port, "queue_depth", queue="blocos") == 3
    assert total(port, "queue_oldest_age_seconds", queue="blocos") == 1.5
    state[:] = [QueueState("blocos", 0, 0)]
    assert total(port, "queue_depth", queue="blocos") == 0
    server.shutdown()
    server.server_close()


def test_queues_that_cannot_be_read_do_not_hide_the_other_metrics() -> None:
    def broken() -> Iterable[Reading]:
        raise ConnectionError

    count_finding("1115")
    port = free_port()
    server = serve_metrics(port, None, broken)
    assert total(port, "findings_total", codigo="1115") >= 1
    assert total(port, "queue_depth") == 0
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("attempt", [1, 9, 1000])
def test_the_number_of_an_attempt_is_a_bounded_label(attempt: int) -> None:
    port = free_port()
    server = serve_metrics(port, None)
    job_type = f"bounded-{attempt}"
    with work(job_type, attempt):
        assert total(port, "worker_processes", state="busy") == 1
    labels = {"job_type": job_type, "attempt": str(min(attempt, 9))}
    assert total(port, "job_attempts_total", **labels) == 1
    assert total(port, "job_duration_seconds_count", job_type=job_type, outcome="done") == 1
    assert total(port, "worker_processes", state="idle") == 1
    server.shutdown()
    server.server_close()


def test_an_attempt_that_fails_is_told_as_one() -> None:
    port = free_port()
    server = serve_metrics(port, None)
    with pytest.raises(ValueError, match="x"), work("failing", 1):
        raise ValueError("x")
    labels = {"job_type": "failing", "outcome": "error"}
    assert total(port, "job_duration_seconds_count", **labels) == 1
    server.shutdown()
    server.server_close()


def test_what_the_processes_of_a_role_take_is_told_together(tmp_path: Path) -> None:
    folder = SharedFolder(tmp_path)
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (tmp_path / f"counter_{sleeper.pid}.db").write_bytes(bytes(8))
    port = free_port()
    server = serve_metrics(port, folder)
    assert total(port, "role_processes") == 2
    assert total(port, "role_memory_bytes") > 10_000_000
    assert 3 <= total(port, "role_open_files") < total(port, "role_open_files_max")
    sleeper.communicate(b"\n")
    assert total(port, "role_processes") == 1
    assert folder.processes() == {os.getpid()}, "though it has counted nothing"
    server.shutdown()
    server.server_close()
