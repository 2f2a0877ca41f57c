"""`fiscalxml watch`: what comes into a folder is sent once, when it has come to its end."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest

from fiscalxml.client import Cliente
from services.lotes.sending import note, tampered
from services.servico import Servico, zipped

from .command import Comando, Execucao, Fim, wait_until
from .passage import Passagem


@pytest.fixture
def pasta(tmp_path: Path) -> Path:
    folder = tmp_path / f"entrada-{uuid4().hex[:8]}"
    folder.mkdir()
    return folder


@contextmanager
def being_written(file: RawIOBase, data: bytes) -> Iterator[None]:
    """Some of it comes now and then, as long as the block goes on; all of it by its end."""
    ended = Event()

    def write() -> None:
        for place in range(len(data)):
            file.write(data[place : place + 1])
            ended.wait(0.02)

    with ThreadPoolExecutor(1) as executor:
        writing = executor.submit(write)
        try:
            yield
        finally:
            ended.set()
            writing.result()


class Vigilancia:
    """A `watch` on one folder."""

    def __init__(self, servico: Servico, cliente: Cliente, pasta: Path, execucao: Execucao) -> None:
        self._servico = servico
        self._cliente = cliente
        self._pasta = pasta
        self.execucao = execucao

    def arrived(self) -> Counter[str]:
        """How often each file of the folder is in a lote."""
        self._servico.work()
        return Counter(
            item.nome.partition("/")[2]
            for lote in self._cliente.lotes()
            if lote.nome.startswith(self._pasta.name)
            for item in self._cliente.itens(lote.id)
        )

    def wait_for(self, *names: str) -> None:
        """Until these files have arrived, and no others."""
        wait_until(
            lambda: self.arrived() == Counter(names), lambda: f"{self.arrived()}, {self.told()}"
        )

    def wait_until_told(self, text: str) -> None:
        def told() -> bool:
            self._servico.work()
            return text in self.told()

        wait_until(told, self.told)

    def told(self) -> str:
        return self.execucao.told()

    def stop(self, number: int = signal.SIGINT) -> Fim:
        self.execucao.signal(number)
        return self.execucao.end()


@pytest.fixture
def vigiar(
    servico: Servico, cliente: Cliente, comando: Comando, pasta: Path
) -> Iterator[Callable[..., Vigilancia]]:
    """Starts `watch` on `pasta`; whatever still runs is ended after the test."""
    started: list[Vigilancia] = []

    def start(url: str, chave: str | None = None, quieto: float = 0.1) -> Vigilancia:
        options = ("--intervalo", "0.05", "--quieto", str(quieto))
        execucao = comando.start("watch", pasta, *options, url=url, chave=chave)
        started.append(Vigilancia(servico, cliente, pasta, execucao))
        return started[-1]

    yield start
    for each in started:
        if not each.execucao.has_ended:
            each.execucao.kill()


def test_what_is_there_and_what_comes_is_sent_once(
    vigiar: Callable[..., Vigilancia], endereco: str, pasta: Path
) -> None:
    (pasta / "antes.xml").write_bytes(note(10_000))
    vigilancia = vigiar(endereco)
    vigilancia.wait_for("antes.xml")
    (pasta / "sub").mkdir()
    (pasta / "sub" / "depois.xml").write_bytes(note(10_001))
    (pasta / "boleto.pdf").write_bytes(b"%PDF-1.7")
    vigilancia.wait_for("antes.xml", "sub/depois.xml")
    wait_until(lambda: vigilancia.told().count("1 aceito") == 2, vigilancia.told)
    code, out, err = vigilancia.stop()
    assert (code, err) == (0, "")
    assert out.endswith("2 documentos: 2 aceitos\n")


def test_a_file_that_is_still_being_written_waits_for_its_end(
    vigiar: Callable[..., Vigilancia], endereco: str, pasta: Path
) -> None:
    data = note(10_010)
    vigilancia = vigiar(endereco)
    with (pasta / "a.xml").open("wb", buffering=0) as file:
        file.write(data[:-2000])
        with being_written(file, data[-2000:-500]):
            (pasta / "b.xml").write_bytes(note(10_011))
            vigilancia.wait_for("b.xml")
        file.write(data[-500:])
    vigilancia.wait_for("a.xml", "b.xml")
    vigilancia.wait_until_told("1 aceito")
    assert vigilancia.stop().code == 0


def test_an_archive_without_its_end_waits_for_it(
    vigiar: Callable[..., Vigilancia], endereco: str, cliente: Cliente, pasta: Path
) -> None:
    data = zipped({"a.xml": note(10_015)})
    vigilancia = vigiar(endereco, quieto=1)  # 15 s for a file without its end
    with (pasta / "a.zip").open("wb", buffering=0) as file:
        file.write(data[:-30])
        (pasta / "b.xml").write_bytes(note(10_016))
        vigilancia.wait_for("b.xml")
        file.write(data[-30:])
    wait_until(lambda: "a.zip" in str(list(cliente.lotes())), vigilancia.told)


def test_a_file_that_never_gets_an_end_is_sent_in_the_end(
    vigiar: Callable[..., Vigilancia], endereco: str, pasta: Path
) -> None:
    (pasta / "cortada.xml").write_bytes(note(10_017)[:-500])
    vigilancia = vigiar(endereco)
    vigilancia.wait_for("cortada.xml")
    vigilancia.wait_until_told("ilegível")
    assert vigilancia.stop().code == 1


def test_a_file_that_is_moved_and_changed_goes_again_only_as_it_changed(
    vigiar: Callable[..., Vigilancia], endereco: str, pasta: Path
) -> None:
    (pasta / "a.xml").write_bytes(note(10_020))
    vigilancia = vigiar(endereco)
    vigilancia.wait_for("a.xml")
    (pasta / "a.xml").rename(pasta / "b.xml")
    (pasta / "c.xml").write_bytes(note(10_021))
    vigilancia.wait_for("a.xml", "c.xml")
    (pasta / "b.xml").write_bytes(note(10_022))
    vigilancia.wait_for("a.xml", "b.xml", "c.xml")


def test_a_file_that_goes_before_it_was_sent_is_no_trouble(
    vigiar: Callable[..., Vigilancia], passagem: Passagem, pasta: Path
) -> None:
    for number in range(10_030, 10_034):
        (pasta / f"{number}.xml").write_bytes(note(number))
    passagem.stop_in_body(1)
    vigilancia = vigiar(passagem.address)
    wait_until(passagem.reached.is_set, vigilancia.told)
    (pasta / "10032.xml").unlink()
    passagem.open()
    passagem.cut()
    vigilancia.wait_for("10030.xml", "10031.xml", "10033.xml")


def test_a_service_that_is_away_loses_nothing(
    vigiar: Callable[..., Vigilancia], passagem: Passagem, pasta: Path
) -> None:
    vigilancia = vigiar(passagem.address)
    vigilancia.wait_until_told("Vigiando")
    passagem.close()
    (pasta / "a.xml").write_bytes(note(10_040))
    vigilancia.wait_until_told("não responde")
    (pasta / "b.xml").write_bytes(note(10_041))
    passagem.open()
    vigilancia.wait_for("a.xml", "b.xml")


def test_killed_and_started_again_it_sends_the_rest(
    vigiar: Callable[..., Vigilancia], passagem: Passagem, pasta: Path
) -> None:
    for number in range(10_050, 10_060):
        (pasta / f"{number}.xml").write_bytes(note(number))
    passagem.keep_answers()
    vigilancia = vigiar(passagem.address)
    wait_until(passagem.reached.is_set, vigilancia.told)
    vigilancia.execucao.kill()
    passagem.cut()
    passagem.open()
    (pasta / "novo.xml").write_bytes(note(10_060))
    again = vigiar(passagem.address)
    again.wait_for("novo.xml", *(f"{number}.xml" for number in range(10_050, 10_060)))


def test_a_document_at_fault_is_told_when_it_is_known(
    vigiar: Callable[..., Vigilancia], endereco: str, pasta: Path
) -> None:
    vigilancia = vigiar(endereco)
    (pasta / "ruim.xml").write_bytes(tampered(note(10_070)))
    vigilancia.wait_until_told("✖ INVÁLIDO")
    code, out, _ = vigilancia.stop(signal.SIGTERM)
    assert code == 1
    assert "ruim.xml\n    297 " in out


def test_a_trouble_is_told_once(
    vigiar: Callable[..., Vigilancia], endereco: str, pasta: Path
) -> None:
    (pasta / "link.xml").symlink_to("em-lugar-nenhum.xml")
    vigilancia = vigiar(endereco)
    for number in (10_080, 10_081):
        (pasta / f"{number}.xml").write_bytes(note(number))
        wait_until(lambda n=number: f"{n}.xml" in vigilancia.arrived(), vigilancia.told)  # type: ignore[misc]
    code, _, err = vigilancia.stop()
    assert code == 1
    assert err.count("link.xml: não existe.") == 1


def test_a_folder_that_goes_and_comes_back_is_watched_on(
    vigiar: Callable[..., Vigilancia], endereco: str, pasta: Path
) -> None:
    vigilancia = vigiar(endereco)
    vigilancia.wait_until_told("Vigiando")
    pasta.rmdir()
    vigilancia.wait_until_told("não existe")
    pasta.mkdir()
    (pasta / "a.xml").write_bytes(note(10_090))
    vigilancia.wait_for("a.xml")


def test_a_credential_that_is_refused_is_2(
    vigiar: Callable[..., Vigilancia], endereco: str
) -> None:
    code, _, err = vigiar(endereco, chave="fx_dev_nada").execucao.end()
    assert code == 2
    assert "Credencial ausente ou inválida" in err


def test_a_folder_that_does_not_exist_is_2(comando: Comando, endereco: str, pasta: Path) -> None:
    code, _, err = comando.run("watch", pasta / "nada", url=endereco)
    assert code == 2
    assert "não existe" in err
