"""Deaths, interruptions and closed outputs, as a user meets them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli_command import command_line, fiscalxml, reports

_FILES = 100

# A judge that fails on the file whose content says so; workers inherit it.
POISON = """
import os, signal, time
import fiscalxml.cli.judging as judging
judged = judging.judge_all
def poisoned(data, **options):
    if data == b"morre":
        os.kill(os.getpid(), signal.SIGKILL)
    if data == b"erro":
        raise ZeroDivisionError("segredo do documento")
    if data == b"dorme":
        open(os.environ["DORMINDO"], "w").close()
        time.sleep(600)
    return judged(data, **options)
judging.judge_all = poisoned
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(_FILES):
        (tmp_path / f"{number:03}.xml").write_bytes(b"<x/>")
    return tmp_path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_kills_its_process_becomes_a_finding(folder: Path, jobs: str) -> None:
    (folder / "050.xml").write_bytes(b"morre")
    result = fiscalxml("validate", "--json", "--jobs", jobs, folder, prelude=POISON)
    found = reports(result.stdout)
    assert result.returncode == 1
    assert [report.arquivo for report in found] == [
        f"{folder}/{number:03}.xml" for number in range(_FILES)
    ]
    crashed = [report for report in found if report.achados[0].codigo == "XML-099"]
    assert [report.arquivo for report in crashed] == [f"{folder}/050.xml"]
    assert "O processo caiu ao ler este arquivo" in crashed[0].achados[0].mensagem


@pytest.mark.parametrize(("env", "told"), [({}, False), ({"FISCALXML_DEBUG": "1"}, True)])
def test_an_internal_error_is_a_finding_with_a_traceback_only_on_demand(
    tmp_path: Path, env: dict[str, str], told: bool
) -> None:
    (tmp_path / "a.xml").write_bytes(b"erro")
    (tmp_path / "b.xml").write_bytes(b"<x/>")
    result = fiscalxml("validate", "--json", tmp_path, prelude=POISON, env=env)
    first, second = reports(result.stdout)
    assert (result.returncode, result.stderr) == (1, b"")
    assert first.achados[0].codigo == "XML-098"
    assert second.achados[0].codigo != "XML-098"
    explicacao = first.achados[0].explicacao or ""
    assert "ZeroDivisionError" in explicacao
    assert ("segredo do documento" in explicacao) is told
    assert ("Traceback" in explicacao) is told


@pytest.mark.parametrize("few", [True, False])
def test_ctrl_c_ends_at_once_quietly_with_all_processes(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, few: bool
) -> None:
    asleep = tmp_path_factory.mktemp("sinais") / "dormindo"
    (folder / "050.xml").write_bytes(b"dorme")
    target = folder / "050.xml" if few else folder
    process = subprocess.Popen(
        command_line("validate", "--json", "--jobs", "2", target, prelude=POISON),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"DORMINDO": str(asleep)},
        start_new_session=True,
    )
    _wait_for(asleep)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors.strip()) == (130, b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_killing_the_command_leaves_no_workers(folder: Path) -> None:
    process = subprocess.Popen(
        command_line("validate", "--json", "--jobs", "2", folder),
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.read(1)
    process.kill()
    process.communicate(timeout=10)
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("workers outlived their parent")


@pytest.mark.parametrize("args", [("--json",), ()])
def test_a_reader_that_goes_away_ends_the_command_quietly(
    folder: Path, args: tuple[str, ...]
) -> None:
    process = subprocess.Popen(
        command_line("validate", *args, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=10) == 1
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def _wait_for(path: Path) -> None:
    for _ in range(1000):
        if path.exists():
            return
        time.sleep(0.02)
    pytest.fail("the command did not reach the file that sleeps")
