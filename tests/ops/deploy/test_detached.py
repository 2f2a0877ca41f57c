"""Processes that outlive a command, and roles that are kept by one of them."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import msgspec
import pytest

from fiscalxml_ops.deploy.detached import Destacado
from fiscalxml_ops.deploy.keeper import Guardado
from waiting import wait_until

_LIMIT = 60.0
# A role as a worker is: asked to end, it lets its child finish; the child dies of the signal.
_ROLE = """
import pathlib, signal, subprocess, sys, time
folder = pathlib.Path(sys.argv[1])
child = subprocess.Popen([sys.executable, "-c", "import sys, time, pathlib; "
    "f = pathlib.Path(sys.argv[1]); (f / 'began').touch(); "
    "[time.sleep(0.02) for _ in iter(lambda: (f / 'go').exists(), True)]; (f / 'done').touch()",
    sys.argv[1]])
def end(*_):
    (folder / "asked").touch()
    sys.exit(child.wait())
signal.signal(signal.SIGTERM, end)
(folder / "ready").touch()
while True:
    time.sleep(0.02)
"""


def _sleeper(folder: Path) -> Destacado:
    destacado = Destacado(folder / "um.pid", folder / "um.txt")
    destacado.start([sys.executable, "-c", "import time; time.sleep(60)"])
    return destacado


def test_it_is_found_again_started_once_and_stopped(tmp_path: Path) -> None:
    destacado = _sleeper(tmp_path)
    pid = destacado.pid()
    assert pid is not None
    assert _sleeper(tmp_path).pid() == pid
    assert destacado.stop(_LIMIT)
    assert destacado.pid() is None
    assert destacado.stop(_LIMIT)


def test_a_number_that_is_another_s_by_now_is_left_alone(tmp_path: Path) -> None:
    destacado = _sleeper(tmp_path)
    try:
        pid = destacado.pid()
        (tmp_path / "outro.pid").write_text(f"{pid} 1\n")
        other = Destacado(tmp_path / "outro.pid", tmp_path / "outro.txt")
        assert other.pid() is None
        assert other.stop(1)
        assert destacado.pid() == pid
    finally:
        destacado.stop(_LIMIT)


def test_who_does_not_end_is_forced(tmp_path: Path) -> None:
    stubborn = "import signal, time, pathlib, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    stubborn += "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    destacado = Destacado(tmp_path / "um.pid", tmp_path / "um.txt")
    destacado.start([sys.executable, "-c", stubborn, str(tmp_path / "ready")])
    wait_until((tmp_path / "ready").exists, _LIMIT)
    assert not destacado.stop(0.1)
    wait_until(lambda: destacado.pid() is None, _LIMIT)


@pytest.fixture
def kept(tmp_path: Path) -> Destacado:
    """A keeper of such a role, which is in the middle of its work."""
    role = Guardado("trabalho", [sys.executable, "-c", _ROLE, str(tmp_path)], {}, 30.0)
    file = tmp_path / "papeis.json"
    file.write_bytes(msgspec.json.encode([role]))
    (tmp_path / "logs").mkdir()
    keeper = Destacado(tmp_path / "keeper.pid", tmp_path / "keeper.txt")
    module = ["-P", "-m", "fiscalxml_ops.deploy.keeper"]
    keeper.start([sys.executable, *module, str(file), str(tmp_path / "logs")])
    wait_until(lambda: (tmp_path / "began").exists() and (tmp_path / "ready").exists(), _LIMIT)
    return keeper


def test_a_role_that_is_asked_to_end_finishes_what_its_children_do(
    kept: Destacado, tmp_path: Path
) -> None:
    pid = kept.pid()
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    wait_until((tmp_path / "asked").exists, _LIMIT)
    assert kept.pid() == pid
    (tmp_path / "go").touch()
    assert kept.stop(_LIMIT)
    assert (tmp_path / "done").exists()


def test_a_keeper_that_is_killed_leaves_nobody_behind(kept: Destacado, tmp_path: Path) -> None:
    pid = kept.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not _running(str(tmp_path)), _LIMIT)


def _running(what: str) -> list[int]:
    """Processes that name it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if what.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found
