"""The replica's start, `infra/compose/postgres/replica.sh`, with others in place of its programs.

The programs themselves are those of `test_replica_de_verdade.py` and of `make drill-imagem`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from .projeto import ROOT

SCRIPT: Final = ROOT / "infra/compose/postgres/replica.sh"
_COPY: Final = """#!/bin/sh
echo "copia $*" >> "$REGISTRO"
for each in "$@"; do case $each in --pgdata=*) pasta=${each#--pgdata=} ;; esac; done
[ ! -e "$pasta" ] || { echo "a pasta tem algo" >&2; exit 1; }
mkdir "$pasta"
echo 18 > "$pasta/PG_VERSION"
touch "$pasta/standby.signal"
[ -z "${CORTADA:-}" ] || kill -KILL $PPID
[ -z "${CHEIO:-}" ] || exit 1
touch "$pasta/global"
"""
_SERVER: Final = """#!/bin/sh
echo serve >> "$REGISTRO"
[ -e "$PGDATA/global" ]
"""
_PRIMARY: Final = """#!/bin/sh
for each in "$@"; do case $each in --command=*) pedido=${each#--command=} ;; esac; done
echo "pede $pedido" >> "$REGISTRO"
case $pedido in
    READ*) [ -n "${SLOT:-}" ] && echo "$SLOT" ;;
    IDENTIFY*) echo "${PRIMARIO:-7001|1|1/5000000|}" ;;
esac
"""
_CONTROL: Final = """#!/bin/sh
cat <<FIM
Database system identifier:           7001
Latest checkpoint's TimeLineID:       1
Minimum recovery ending location:     0/F3000000
FIM
"""
_LOST: Final = "physical||"
_KEPT: Final = "physical|0/F3000000|1"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name, text in (
        ("pg_basebackup", _COPY),
        ("postgres", _SERVER),
        ("psql", _PRIMARY),
        ("pg_controldata", _CONTROL),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def _start(place: Path, **more: str) -> int:
    env = {
        "PATH": f"{place}:{os.environ['PATH']}",
        "PGDATA": str(place / "18" / "dados"),
        "REGISTRO": str(place / "log"),
        "ESPERA_SEGUNDOS": "0",
        "VIGIA_SEGUNDOS": "0.2",
    }
    return subprocess.run(["timeout", "20", "sh", str(SCRIPT)], env=env | more).returncode


def _log(place: Path) -> str:
    return (place / "log").read_text()


def _copies(place: Path) -> int:
    return _log(place).count("copia --pgdata")


def test_it_is_copied_once(place: Path) -> None:
    assert _start(place, SLOT="||") == 0
    assert _start(place, SLOT=_KEPT) == 0
    assert _copies(place) == 1
    assert "--create-slot" in _log(place)


def test_half_a_copy_is_never_served(place: Path) -> None:
    assert _start(place, SLOT="||", CORTADA="1") != 0
    assert "serve" not in _log(place)
    assert _start(place, SLOT=_KEPT) == 0
    assert _copies(place) == 2
    assert _log(place).count("--create-slot") == 1


def test_one_whose_wal_is_lost_is_copied_again(place: Path) -> None:
    assert _start(place, SLOT="||") == 0
    assert _start(place, SLOT=_LOST) == 0
    assert _copies(place) == 2
    assert _log(place).count("DROP_REPLICATION_SLOT") == 1
    assert _start(place, SLOT=_KEPT) == 0
    assert _copies(place) == 2


def test_a_new_copy_that_is_cut_off_is_gone_on_with_and_the_old_one_stays_till_then(
    place: Path,
) -> None:
    data = place / "18" / "dados"
    assert _start(place, SLOT="||") == 0
    (data / "antiga").touch()
    assert _start(place, SLOT=_LOST, CHEIO="1") == 1
    assert _start(place, SLOT=_LOST, CORTADA="1") != 0
    assert (data / "antiga").exists()
    # The slot is new, and this copy's WAL is older than it.
    assert _start(place, SLOT=_KEPT) == 0
    assert not (data / "antiga").exists()
    assert _copies(place) == 4
    assert _log(place).count("serve") == 2


@pytest.mark.parametrize(
    ("primary", "why"),
    [
        ("7002|1|1/5000000|", "another server, perhaps an empty one"),
        ("7001|2|1/5000000|", "of another timeline"),
        ("7001|1|0/F2FFFFFF|", "behind its replica: it was restored"),
        ("", "it does not say"),
    ],
)
def test_of_a_primary_that_may_have_less_nothing_is_copied(
    place: Path, primary: str, why: str
) -> None:
    assert _start(place, SLOT="||") == 0
    assert _start(place, SLOT=_LOST, PRIMARIO=primary or "|||") == 0, why
    assert _copies(place) == 1
    assert "DROP" not in _log(place)


def test_one_that_was_promoted_is_never_replaced(place: Path) -> None:
    assert _start(place, SLOT="||") == 0
    (place / "18" / "dados" / "standby.signal").unlink()
    assert _start(place, SLOT=_LOST) == 0
    assert _copies(place) == 1


def test_a_primary_that_is_away_changes_nothing(place: Path) -> None:
    assert _start(place, SLOT="||") == 0
    assert _start(place) == 0
    assert _copies(place) == 1
