"""After a run, nobody's secret and nobody's name is in any log: the check finds one that is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import leaks
import seeds
from fiscalxml_server.kit.auth import new_key

TESTS = Path(__file__).parents[1]
LINE = '{"@timestamp":"2026-11-28T00:00:00+00:00","message":"lote aberto","fiscalxml.count":3}\n'
TOKEN = ".".join(("eyJhbGciOiJFUzI1NiJ9", "eyJzdWIiOiJwZXNzb2E6MSJ9", "c2lnbmF0dXJl" * 3))
PLANTED = {
    "password": seeds.SENHA,
    "password in an address": seeds.SENHA.replace(" ", "%20"),
    "password in a form": seeds.SENHA.replace(" ", "+"),
    "name": seeds.PESSOAS[0],
    "e-mail": f"somebody@{seeds.DOMINIO}",
    "e-mail in an address": f"somebody%40{seeds.DOMINIO}",
    "CPF": seeds.CPF,
    "CPF with its signs": "529.982.247-25",
    "access key": f"3526{seeds.CNPJ_DA_EMPRESA}550010000000011000000015",
    "party of a document": seeds.CITADAS[0],
    "API key": new_key(),
    "key of a production": f"fx_live_98Ihsr7m_{'a' * 28}",
    "token": TOKEN,
    "code": "https://contas.fiscalxml.local/convite#codigo=abc",
}
"""what it is -> as it might stand in a log"""


@pytest.fixture
def pasta() -> Iterator[Path]:
    """Where what is planted does not fail this run itself."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("what", PLANTED)
def test_what_stands_in_a_log_is_found_with_its_line(pasta: Path, what: str) -> None:
    log = pasta / "api.log"
    log.write_text(f"{LINE}{LINE}before {PLANTED[what]} after\n{LINE}")
    (found,) = leaks.leaks_of(log)
    assert (found.file, found.line) == (str(log), 3)


def test_what_a_service_writes_is_no_leak(pasta: Path) -> None:
    log = pasta / "api.log"
    log.write_text(LINE + '{"message":"key","id":"fx_live_98Ihsr7m_","chave":"(omitido)"}\n')
    assert not list(leaks.leaks_of(log))


def test_an_e_mail_that_is_printed_for_want_of_a_server_is_delivered_and_told_to_nobody(
    pasta: Path,
) -> None:
    letter = f"E-mail para ana@{seeds.DOMINIO}\nConvite\n\nhttps://x/convite#codigo=abc\n"
    log = pasta / "auth.log"
    log.write_text(LINE + letter + LINE)
    assert not list(leaks.leaks_of(log))
    log.write_text(LINE + letter + LINE + f"{seeds.SENHA}\n")
    assert [each.line for each in leaks.leaks_of(log)] == [7]


def test_the_names_that_are_looked_for_are_those_of_the_documents() -> None:
    templates = "".join(each.read_text() for each in (TESTS / "factory/templates").glob("*.xml"))
    assert all(name in templates for name in seeds.CITADAS)
    assert seeds.CNPJ_DA_EMPRESA in templates


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_leaks_fails_and_says_where(pasta: Path, workers: str) -> None:
    """Its tests pass; run by one process, and by workers of xdist."""
    done = _run(pasta, "planted", "-n", workers)
    assert "4 passed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1, done.stdout
    assert "4 found" in done.stdout
    assert done.stdout.count(f".log:1: {seeds.SENHA}") == 4


def test_a_run_that_leaks_nothing_passes(pasta: Path) -> None:
    done = _run(pasta, "nothing", "-n", "0")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def _run(pasta: Path, tests: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (pasta / "test_run.py").write_text(_RUN)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "leak_report", "-p", "services.conftest"),
            *("-p", "no:cacheprovider", "--basetemp", str(pasta / "base"), *arguments),
            *("-k", tests, str(pasta / "test_run.py")),
        ],
        cwd=pasta,
        env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"},
        capture_output=True,
        text=True,
        check=False,
    )


_RUN = """\
import logging

import seeds
from fiscalxml_server.kit.telemetry import traces
from services.servers.running import server_folder

def test_planted_log(tmp_path):
    (tmp_path / "api.log").write_text(seeds.SENHA)

def test_planted_line():
    logging.getLogger("fiscalxml_server").warning(seeds.SENHA)

def test_planted_span():
    with traces.span("GET /v1/lotes", parent=None) as span:
        span.set_standard({"url.query": seeds.SENHA})

def test_planted_server():
    with server_folder() as folder:
        (folder / "postgres.log").write_text(seeds.SENHA)

def test_nothing(tmp_path):
    (tmp_path / "api.log").write_text("lote aberto")
    (tmp_path / "nota.xml").write_text(seeds.SENHA)
"""
