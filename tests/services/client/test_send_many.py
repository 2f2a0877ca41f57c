"""Many files become lotes of a bounded size, and a terminal shows how far they are."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from fiscalxml.client import Cliente
from fiscalxml.sending import envio as module
from fiscalxml.sending.envio import Envio
from fiscalxml.sending.files import find
from fiscalxml.sending.state import Estado
from services.lotes.sending import note
from services.servico import Servico


class Silencio:
    """Is told, and says nothing."""

    def __getattr__(self, _name: str) -> object:
        return lambda *_: None


@pytest.fixture
def notas(tmp_path: Path) -> Path:
    folder = tmp_path / f"notas-{uuid4().hex[:8]}"
    folder.mkdir()
    for number in range(12_000, 12_010):
        (folder / f"{number}.xml").write_bytes(note(number) + b" " * 1000)
    return folder


@pytest.mark.parametrize(
    ("files", "size", "expected"),
    [(4, 1 << 30, [2, 4, 4]), (100, 20_000, [2] * 5), (100, 1, [1] * 10)],
)
def test_lotes_are_bounded_by_files_and_by_bytes(
    cliente: Cliente,
    servico: Servico,
    notas: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: int,
    size: int,
    expected: list[int],
) -> None:
    monkeypatch.setattr(module, "MAX_FILES", files)
    monkeypatch.setattr(module, "MAX_BYTES", size)
    with Estado(notas.parent / "estado.db") as estado:
        envio = Envio(cliente, estado, Silencio(), 10)  # type: ignore[arg-type]
        envio.enter(servico.chave)
        envio.offer(find([str(notas)]))
        servico.work()
        envio.collect(wait=True)
        counts = estado.counts()
    assert counts.total() == 10
    sent = [each.arquivos for each in cliente.lotes() if each.nome.startswith(notas.name)]
    assert sorted(sent) == expected


def test_a_lote_that_the_service_has_lost_is_sent_again(
    cliente: Cliente, servico: Servico, notas: Path
) -> None:
    """As after a database came back from an older backup."""
    with Estado(notas.parent / "estado.db") as estado:
        envio = Envio(cliente, estado, Silencio(), 10)  # type: ignore[arg-type]
        envio.enter(servico.chave)
        envio.offer(find([str(notas)]))
        (remessa,) = estado.sent()
        estado.accept(remessa, uuid4())
        envio.collect(wait=False)
        envio.offer(find([str(notas)]))
        (again,) = estado.sent()
        assert again.chave == remessa.chave
        servico.work()
        envio.collect(wait=True)
        assert set(estado.counts()) <= {"aceito", "duplicado"}


def test_a_terminal_is_shown_how_far_it_is(servico: Servico, endereco: str, notas: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from fiscalxml.cli.main import run; run()", "send", str(notas)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        | {
            "TERM": "xterm-256color",
            "FISCALXML_URL": endereco,
            "FISCALXML_TOKEN": servico.chave,
            "XDG_STATE_HOME": str(notas.parent / "estado"),
        },
    )
    os.close(theirs)
    written = ""
    with suppress(OSError):  # how Linux says that the other end is closed
        while piece := os.read(ours, 65536):
            written += piece.decode()
            if "processando" in written:
                servico.work()
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert "10 arquivos" in written
    assert "10 enviados" in written
