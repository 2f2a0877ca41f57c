"""A worker process that stands still is ended by the kernel; any other process is left alone."""

from __future__ import annotations

import subprocess
import sys
from signal import SIGALRM

import pytest

BEGIN = "import ctypes, time; from fiscalxml_server.kit.watch import *; "
STAND_STILL = "ctypes.PyDLL(None).sleep(5)"  # the interpreter's lock is held: no thread runs


@pytest.mark.parametrize(
    ("code", "ends"),
    [
        pytest.param("watch_process(); getting_on(0.2); " + STAND_STILL, -SIGALRM, id="still"),
        pytest.param("watch_process(); getting_on(0.2); done(); time.sleep(0.5)", 0, id="done"),
        pytest.param(
            "watch_process(); [(getting_on(0.4), time.sleep(0.1)) for _ in range(6)]; done()",
            0,
            id="getting on",
        ),
        pytest.param("getting_on(0.2); time.sleep(0.5)", 0, id="no worker"),
    ],
)
def test_who_stands_still_ends(code: str, ends: int) -> None:
    assert subprocess.run([sys.executable, "-c", BEGIN + code], check=False).returncode == ends
