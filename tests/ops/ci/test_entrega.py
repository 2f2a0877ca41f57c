"""The scripts of delivery, with a program in the place of `fiscalxml-ops` that notes what it hears.

That program itself, switching under load, is tested by `tests/ops/deploy`.
"""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Final

import pytest
from scripts import delivery_lock

ENTREGA: Final = Path(__file__).parents[3] / "ops" / "entrega"
_OPS: Final = """#!/bin/sh
echo "$0 $*" >> "$REGISTRO"
case "$*" in
  *encerrar*) exit 0 ;;
  *estado*) echo "${ESTADO:-azul: 1.0, atende, peso 100}"; exit 0 ;;
  *trocar*)
    trap 'echo voltou >> "$REGISTRO"; exit 1' INT
    while [ -n "$DEMORA" ]; do sleep 0.05; done ;;
esac
exit "${CODIGO:-0}"
"""
_WHEEL: Final = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def raiz(tmp_path: Path) -> Path:
    for versao in ("1.0", "1.1"):
        folder = tmp_path / "raiz" / "versoes" / versao / "bin"
        folder.mkdir(parents=True)
        (folder / "fiscalxml-ops").write_text(_OPS)
        (folder / "fiscalxml-ops").chmod(0o755)
    (tmp_path / "raiz" / "atual").symlink_to("versoes/1.0")
    return tmp_path / "raiz"


def start(script: str, *arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["bash", str(ENTREGA / script), *map(str, arguments)],
        env={**os.environ, "DEMORA": "", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(script: str, *arguments: object, **environment: str) -> int:
    process = start(script, *arguments, **environment)
    process.communicate(timeout=180)
    return process.returncode


def told(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_a_switch_that_holds_makes_the_new_one_the_present(raiz: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert run("trocar.sh", raiz, "1.1", "/dados", "--segundos", "5", REGISTRO=str(log)) == 0
    nova = raiz / "versoes" / "1.1" / "bin"
    assert told(log) == [
        f"{raiz}/atual/bin/fiscalxml-ops deploy encerrar --dados /dados",
        f"{nova}/fiscalxml-ops deploy trocar --dados /dados --versao 1.1"
        f" --programa {nova}/python --manter --segundos 5",
    ]
    assert (raiz / "atual").readlink() == Path("versoes/1.1")
    assert (raiz / "anterior").readlink() == Path("versoes/1.0")


def test_one_that_went_back_leaves_the_present_and_fails(raiz: Path, tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    (raiz / "anterior").symlink_to("versoes/0.9")
    assert run("trocar.sh", raiz, "1.1", "/dados", REGISTRO=log, CODIGO="1") == 1
    assert (raiz / "atual").readlink() == Path("versoes/1.0")
    assert not (raiz / "anterior").exists()


def test_what_is_started_is_not_the_runner_s_to_kill_when_its_job_ends(
    raiz: Path, tmp_path: Path
) -> None:
    """GitHub's runner ends every process that has the variable of its job."""
    log, seen = tmp_path / "log", tmp_path / "visto"
    program = raiz / "versoes" / "1.1" / "bin" / "fiscalxml-ops"
    program.write_text(f'#!/bin/sh\nenv > "{seen}"\n')
    given = {"REGISTRO": str(log), "RUNNER_TRACKING_ID": "github_1"}
    assert run("trocar.sh", raiz, "1.1", "/dados", **given) == 0
    assert "REGISTRO=" in seen.read_text()
    assert "RUNNER_TRACKING_ID" not in seen.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_that_is_cancelled_goes_back_before_the_script_ends(
    raiz: Path, tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "log"
    process = start("trocar.sh", raiz, "1.1", "/dados", REGISTRO=str(log), DEMORA="1")
    until = time.monotonic() + 30
    while len(told(log)) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(number)
    process.communicate(timeout=180)
    assert process.returncode == 1
    assert told(log)[-1] == "voltou"
    assert (raiz / "atual").readlink() == Path("versoes/1.0")


def test_going_back_is_done_by_the_version_that_is_present_and_once(
    raiz: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    (raiz / "atual").unlink()
    (raiz / "atual").symlink_to("versoes/1.1")
    (raiz / "anterior").symlink_to("versoes/1.0")
    assert run("voltar.sh", raiz, "/dados", REGISTRO=str(log)) == 0
    ops = raiz / "atual" / "bin" / "fiscalxml-ops"
    assert told(log) == [
        f"{ops} deploy voltar --dados /dados",
        f"{ops} deploy estado --dados /dados",
    ]
    assert (raiz / "atual").readlink() == Path("versoes/1.0")
    assert run("voltar.sh", raiz, "/dados", REGISTRO=str(log)) == 2


@pytest.mark.parametrize(
    "weights",
    [
        "azul: 1.0, atende, peso 180\nverde: 1.1, atende, peso 20",
        "azul: 1.0, atende, peso 0\nverde: 1.1, atende, peso 200",
    ],
)
def test_a_switch_that_was_cut_off_is_taken_back(raiz: Path, tmp_path: Path, weights: str) -> None:
    log = tmp_path / "log"
    assert run("voltar.sh", raiz, "/dados", REGISTRO=str(log), ESTADO=weights) == 0
    assert any("deploy voltar" in line for line in told(log))
    assert (raiz / "atual").readlink() == Path("versoes/1.0")


def test_nobody_is_given_to_what_a_switch_left_when_it_had_gone_back(
    raiz: Path, tmp_path: Path
) -> None:
    log, left = tmp_path / "log", "azul: 1.0, atende, peso 200\nverde: 1.1, atende, peso 0"
    assert run("voltar.sh", raiz, "/dados", REGISTRO=str(log), ESTADO=left) == 2
    assert not any("deploy voltar" in line for line in told(log))


def test_what_is_installed_has_the_hash_of_the_lock(tmp_path: Path) -> None:
    """Only what a lock file names and what lies beside it is installed, and nothing by halves."""
    pasta, rodas, raiz = (tmp_path / name for name in ("pasta", "rodas", "raiz"))
    for folder in (pasta, rodas):
        folder.mkdir()
    wheel(pasta, "fiscalxml")
    locked, made = wheel(rodas, "alheio"), wheel(pasta, "feita")
    lock = pasta / "requirements.production.lock"
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(rodas), "PYTHON": sys.executable}
    digest, of_made = (hashlib.sha256(each.read_bytes()).hexdigest() for each in (locked, made))
    lock.write_text(f"alheio==1.0 --hash=sha256:{'0' * 64}\n")
    assert run("instalar.sh", raiz, "1.2", pasta, **offline) == 1
    assert not (raiz / "versoes" / "1.2" / ".instalada").exists()
    known = f"alheio==1.0 --hash=sha256:{digest}\nfeita==1.0 --hash=sha256:{of_made}\n"
    lock.write_text(known)
    assert run("instalar.sh", raiz, "1.2", pasta, **offline) == 0
    python = raiz / "versoes" / "1.2" / "bin" / "python"
    subprocess.run([python, "-c", "import fiscalxml, alheio, feita"], check=True)
    assert run("instalar.sh", raiz, "../fora", pasta, **offline) == 2


def test_nothing_is_built_on_the_host(tmp_path: Path) -> None:
    """A source that the lock names, by its hash: what would build it has none."""
    pasta, raiz, ran = (tmp_path / name for name in ("pasta", "raiz", "ran"))
    pasta.mkdir()
    wheel(pasta, "fiscalxml")
    source = pasta / "alheio-1.0.tar.gz"
    files = {
        "setup.py": f"open({str(ran)!r}, 'w')\n",
        "PKG-INFO": "Metadata-Version: 2.1\nName: alheio\nVersion: 1.0\n",
    }
    with tarfile.open(source, "w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"alheio-1.0/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    lock = pasta / "requirements.production.lock"
    lock.write_text(f"alheio==1.0 --hash=sha256:{digest}\n")
    # A build is possible here, were it tried.
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHON": sys.executable}
    assert run("instalar.sh", raiz, "1.2", pasta, **offline) == 1
    assert not ran.exists()
    assert not (raiz / "versoes" / "1.2" / ".instalada").exists()


def test_the_delivered_lock_has_the_hash_of_each_wheel_that_was_made(tmp_path: Path) -> None:
    text = (delivery_lock.ROOT / delivery_lock.LOCK).read_text(encoding="utf-8")
    made = [wheel(tmp_path, each.replace("-", "_")) for each in delivery_lock.SEM_RODA]
    given = delivery_lock.delivered(text, made)
    taken_out = delivery_lock.without_wheel(text)
    before, after = text.splitlines(), given.splitlines()
    known, left = set(before), set(after)
    changed = [line for line in before if line not in left]
    assert changed == [line for line in taken_out.splitlines() if "--hash" in line]
    new = [line.strip() for line in after if line not in known]
    assert new == [
        f"--hash=sha256:{hashlib.sha256(each.read_bytes()).hexdigest()}" for each in made
    ]
    with pytest.raises(LookupError, match="certifi-icpbr"):
        delivery_lock.delivered(text, [])


def wheel(folder: Path, name: str) -> Path:
    """The smallest that pip takes."""
    path, info = folder / f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", _WHEEL)
        archive.writestr(f"{info}/RECORD", "")
    return path
