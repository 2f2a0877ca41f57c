"""The replica's start, `infra/compose/postgres/replica.sh`, with others in place of its programs.

The programs themselves are those of `make drill-imagem`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from .projeto import ROOT

_SCRIPT: Final = ROOT / "infra/compose/postgres/replica.sh"
_COPY: Final = """#!/bin/sh
echo "copia $*" >> "$REGISTRO"
for each in "$@"; do case $each in --pgdata=*) pasta=${each#--pgdata=} ;; esac; done
[ ! -e "$pasta" ] || { echo "a pasta tem algo" >&2; exit 1; }
mkdir "$pasta"
echo 18 > "$pasta/PG_VERSION"
[ -z "${CORTADA:-}" ] || kill -KILL $PPID
case "$*" in *--create-slot*) [ -z "${HA_SLOT:-}" ] || exit 1 ;; esac
touch "$pasta/global"
"""
_SERVER: Final = """#!/bin/sh
echo serve >> "$REGISTRO"
[ -e "$PGDATA/global" ]
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name, text in (("pg_basebackup", _COPY), ("postgres", _SERVER)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def _start(place: Path, **more: str) -> int:
    env = {
        "PATH": f"{place}:{os.environ['PATH']}",
        "PGDATA": str(place / "18" / "dados"),
        "REGISTRO": str(place / "log"),
    }
    done = subprocess.run(["sh", str(_SCRIPT)], env=env | more, capture_output=True, check=False)
    return done.returncode


def _copies(place: Path) -> int:
    return (place / "log").read_text().count("copia --pgdata")


def test_it_is_copied_once(place: Path) -> None:
    assert _start(place) == 0
    assert _start(place) == 0
    assert _copies(place) == 1


def test_half_a_copy_is_never_served(place: Path) -> None:
    assert _start(place, CORTADA="1") != 0
    assert "serve" not in (place / "log").read_text()
    assert _start(place, HA_SLOT="1") == 0
    assert _copies(place) == 3
