"""`fiscalxml send` killed, cut off and lied to: everything arrives, and nothing arrives twice."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from fiscalxml.client import Cliente
from services.lotes.sending import note
from services.servico import Servico

from .command import Comando, Execucao, wait_until
from .passage import Passagem

_FILES = 40


@pytest.fixture
def notas(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with notes that nobody has sent."""
    folder = tmp_path / f"notas-{uuid4().hex[:8]}"
    folder.mkdir()
    first = 9_000 + 100 * request.node.session.items.index(request.node)
    for number in range(first, first + _FILES):
        (folder / f"{number}.xml").write_bytes(note(number) + b" " * 40_000)
    return folder


def arrived(servico: Servico, cliente: Cliente, folder: Path) -> Counter[str]:
    """How often each file of a folder is in a lote."""
    servico.work()
    return Counter(
        item.nome
        for lote in cliente.lotes()
        if lote.nome.startswith(folder.name)
        for item in cliente.itens(lote.id)
    )


def once(folder: Path) -> Counter[str]:
    return Counter(f"{folder.name}/{file.name}" for file in folder.iterdir())


def test_killed_after_the_service_took_it_and_before_it_was_noted(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    passagem.keep_answers()
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(passagem.reached.is_set, execucao.told)
    execucao.kill()
    assert arrived(servico, cliente, notas) == once(notas)
    passagem.cut()
    passagem.open()
    code, out, _ = comando.run("send", notas, url=passagem.address)
    assert (code, out.splitlines()[1]) == (0, f"{_FILES} documentos: {_FILES} aceitos")
    assert arrived(servico, cliente, notas) == once(notas)


def test_killed_in_the_middle_of_a_body(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    passagem.stop_in_body(20_000)
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(passagem.reached.is_set, execucao.told)
    execucao.kill()
    passagem.cut()
    assert not arrived(servico, cliente, notas)
    passagem.open()
    assert comando.run("send", notas, url=passagem.address).code == 0
    assert arrived(servico, cliente, notas) == once(notas)


def test_killed_and_then_half_of_the_files_are_gone(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    passagem.keep_answers()
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(passagem.reached.is_set, execucao.told)
    execucao.kill()
    expected = once(notas)
    passagem.cut()
    passagem.open()
    for file in sorted(notas.iterdir())[::2]:
        file.unlink()
    told = comando.run("send", notas, url=passagem.address).stdout
    assert f"{_FILES // 2} já enviados antes" in told
    assert arrived(servico, cliente, notas) == expected


def test_killed_again_and_again_at_any_moment(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    for size in (1, 3_000, 9_000, 15_000, 25_000, 1_000_000):
        passagem.stop_in_body(size)
        execucao = comando.start("send", notas, "--sem-esperar", url=passagem.address)
        _wait_and_kill(execucao, passagem)
    assert comando.run("send", notas, url=passagem.address).code == 0
    assert arrived(servico, cliente, notas) == once(notas)


def _wait_and_kill(execucao: Execucao, passagem: Passagem) -> None:
    wait_until(lambda: passagem.reached.is_set() or execucao.has_ended, execucao.told)
    execucao.kill()
    passagem.cut()
    passagem.open()


def test_an_answer_that_is_lost_is_asked_for_again(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    passagem.keep_answers()
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(passagem.reached.is_set, execucao.told)
    passagem.open()
    passagem.cut()
    comando.finish(execucao)
    assert execucao.end().code == 0
    assert arrived(servico, cliente, notas) == once(notas)


def test_a_service_that_is_away_is_waited_for(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    passagem.close()
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(lambda: "Nova tentativa em" in execucao.told(), execucao.told)
    passagem.open()
    comando.finish(execucao)
    code, _, err = execucao.end()
    assert code == 0
    assert err.startswith(f"O serviço em {passagem.address} não responde. Nova tentativa em 1 seg")
    assert arrived(servico, cliente, notas) == once(notas)


def test_a_service_that_goes_away_in_the_middle_is_waited_for(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    passagem.stop_in_body(20_000)
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(passagem.reached.is_set, execucao.told)
    passagem.close()
    wait_until(lambda: "não responde" in execucao.told(), execucao.told)
    passagem.open()
    comando.finish(execucao)
    assert execucao.end().code == 0
    assert arrived(servico, cliente, notas) == once(notas)


def test_a_file_that_changes_on_its_way_does_not_arrive_as_half_of_each(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    last = sorted(notas.iterdir())[-1]
    passagem.stop_in_body(20_000)
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(passagem.reached.is_set, execucao.told)
    changed = note(8_999)
    last.write_bytes(changed)
    passagem.open()
    passagem.cut()
    comando.finish(execucao)
    code, _, err = execucao.end()
    assert code == 1
    assert f"{last.name} mudou enquanto era enviado" in err
    others = once(notas) - Counter([f"{notas.name}/{last.name}"])
    assert arrived(servico, cliente, notas) == others
    assert comando.run("send", notas, url=passagem.address).code == 0
    assert arrived(servico, cliente, notas) == once(notas)


def test_ctrl_c_says_that_it_goes_on_from_there(
    servico: Servico, comando: Comando, cliente: Cliente, passagem: Passagem, notas: Path
) -> None:
    passagem.stop_in_body(20_000)
    execucao = comando.start("send", notas, url=passagem.address)
    wait_until(passagem.reached.is_set, execucao.told)
    execucao.signal(signal.SIGINT)
    code, _, err = execucao.end()
    assert code == 130
    assert err.splitlines()[0] == "Interrompido: o mesmo comando continua de onde parou."
    assert "Traceback" not in err
    passagem.open()
    assert comando.run("send", notas, url=passagem.address).code == 0
    assert arrived(servico, cliente, notas) == once(notas)
