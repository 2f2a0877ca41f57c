"""`fiscalxml up`: what is refused, before anything starts, with exit code 2."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from pathlib import Path

from .execution import Execucao

Subir = Callable[..., Execucao]


def test_a_port_that_is_taken(subir: Subir, dados: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        porta = taken.getsockname()[1]
        execucao = subir(porta=porta)
        assert execucao.wait_for_end() == 2
    assert f"A porta {porta} de 127.0.0.1 já está em uso" in execucao.console()
    assert not (dados / "postgres").exists()


def test_a_folder_in_another_format(subir: Subir, dados: Path) -> None:
    dados.mkdir()
    (dados / "versao").write_text("999\n")
    execucao = subir()
    assert execucao.wait_for_end() == 2
    assert "da versão '999' do formato de dados" in execucao.console()
    assert [each.name for each in dados.iterdir()] == ["versao"]


def test_data_of_another_postgres(subir: Subir, dados: Path) -> None:
    (dados / "postgres").mkdir(parents=True)
    (dados / "versao").write_text("1\n")
    (dados / "postgres" / "PG_VERSION").write_text("16\n")
    execucao = subir()
    assert execucao.wait_for_end() == 2
    assert "são do PostgreSQL 16" in execucao.console()


def test_a_folder_of_something_else(subir: Subir, dados: Path) -> None:
    dados.mkdir()
    (dados / "fotos.txt").write_text("de alguém")
    execucao = subir()
    assert execucao.wait_for_end() == 2
    assert "não é de dados do fiscalxml" in execucao.console()
    assert [each.name for each in dados.iterdir()] == ["fotos.txt"]


def test_a_file_in_place_of_the_folder(subir: Subir, dados: Path) -> None:
    dados.write_text("um arquivo")
    execucao = subir()
    assert execucao.wait_for_end() == 2
    assert "não é uma pasta" in execucao.console()


def test_a_folder_that_another_run_uses(subir: Subir) -> None:
    first = subir()
    first.wait_for()
    second = subir()
    assert second.wait_for_exit() == 2
    assert "já está em uso (processo " in second.console()
    first.send(signal.SIGINT)
    assert first.wait_for_end() == 0


def test_stored_documents_without_the_master_key_that_opens_them(subir: Subir, dados: Path) -> None:
    (dados / "chaves").mkdir(parents=True)
    (dados / "versao").write_text("1\n")
    (dados / "chaves" / "de-uma-organizacao").write_bytes(b"embrulhada")
    execucao = subir()
    assert execucao.wait_for_end() == 2
    assert f"Falta {dados / 'mestra.key'}" in execucao.console()
    assert not (dados / "mestra.key").exists()
