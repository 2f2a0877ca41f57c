"""The process that draws: late, broken, gone, absent; and what it may do."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from danfe.printed import read
from factory import build
from fiscalxml.danfe import (
    ExtraAusente,
    FalhaDoRenderizador,
    Renderizador,
    TempoEsgotado,
    pedido,
    process,
    render,
)


@pytest.fixture(autouse=True)
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that a test started."""
    started = []
    start = process._start

    def recorded() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(process, "_start", recorded)
    return started


def test_the_door_gives_a_pdf_and_leaves_no_process(
    children: list[subprocess.Popen[bytes]],
) -> None:
    pdf = render(build("nfe", protocol=True))
    assert pdf.startswith(b"%PDF-")
    assert "EMPRESA FICTICIA" in read(pdf).text
    assert [child.returncode for child in children] == [-9]


def test_a_note_of_990_items_is_ended_when_its_time_is_up(
    children: list[subprocess.Popen[bytes]],
) -> None:
    nota = build("nfe", protocol=True, itens=990)
    started = time.monotonic()
    with pytest.raises(TempoEsgotado, match="não ficou pronto em 2,5 s"):
        render(nota, timeout=2.5)
    assert time.monotonic() - started < 10
    assert [child.returncode for child in children] == [-9]


def test_after_a_document_that_took_too_long_the_next_is_drawn(
    children: list[subprocess.Popen[bytes]],
) -> None:
    with Renderizador() as renderizador:
        wanted = pedido(build("cce", protocol=True))
        with pytest.raises(TempoEsgotado):
            renderizador.draw(wanted, timeout=0.01)
        assert renderizador.draw(wanted).startswith(b"%PDF-")
    assert len(children) == 2


def test_one_process_draws_many_documents(children: list[subprocess.Popen[bytes]]) -> None:
    with Renderizador() as renderizador:
        for kind in ("nfe", "cte", "mdfe", "cce"):
            assert renderizador.draw(pedido(build(kind))).startswith(b"%PDF-")
    assert len(children) == 1


def test_what_the_library_cannot_draw_is_told_without_its_words() -> None:
    wanted = msgspec.structs.replace(pedido(build("nfe")), xml="<nada/>")
    with Renderizador() as renderizador, pytest.raises(FalhaDoRenderizador) as failed:
        renderizador.draw(wanted)
    assert "Traceback" in failed.value.detalhe
    assert "Traceback" not in str(failed.value)
    assert "falha interna" in str(failed.value)


def test_a_process_that_ends_is_told_and_replaced(
    children: list[subprocess.Popen[bytes]],
) -> None:
    with Renderizador() as renderizador:
        wanted = pedido(build("cce"))
        renderizador.draw(wanted)
        children[0].kill()
        children[0].wait()
        with pytest.raises(FalhaDoRenderizador):
            renderizador.draw(wanted)
        assert renderizador.draw(wanted).startswith(b"%PDF-")


def test_what_was_closed_starts_no_process_again(
    children: list[subprocess.Popen[bytes]],
) -> None:
    renderizador = Renderizador()
    renderizador.close()
    with pytest.raises(FalhaDoRenderizador):
        renderizador.draw(pedido(build("cce")))
    assert children == []


def test_the_process_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FISCALXML_DATABASE_URL", "postgresql://segredo")
    environment = process._environment()
    assert set(environment) - {"SYSTEMROOT", "TMP", "TEMP"} == {"PYTHONPATH"}


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LIBRARY", "no_such_library")
    with pytest.raises(ExtraAusente, match=r"pip install 'fiscalxml\[danfe\]'"):
        render(build("nfe"))


@pytest.mark.parametrize(
    ("attempt", "refused"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("import os; os.system('true')", "PermissionError"),
        ("import os; os.fork()", "PermissionError"),
        ("x = bytearray(2 << 30)", "MemoryError"),
        ("f = open('escrito', 'wb'); f.write(b'x' * 10); f.flush()", "OSError"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="limits of the process are Linux's")
def test_the_process_can_do_little(attempt: str, refused: str, tmp_path: Path) -> None:
    confined = (
        "import signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from fiscalxml.danfe import child\n"
        "child._limit_resources()\n"
        "sys.addaudithook(child._refuse)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", confined + attempt], capture_output=True, cwd=tmp_path, check=False
    )
    assert refused in run.stderr.decode().splitlines()[-1]


def test_the_library_is_imported_in_that_process_only() -> None:
    program = (
        "import sys, fiscalxml.danfe, fiscalxml.cli.printing\n"
        "print([m for m in ('brazilfiscalreport', 'fpdf', 'PIL') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout.decode().strip() == "[]"
