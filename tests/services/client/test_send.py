"""`fiscalxml send`: each content once, and what became of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from fiscalxml.client import Cliente, Lote
from services.api.running import running_service
from services.lotes.sending import note, tampered
from services.servico import Servico, zipped

from .command import Comando


@pytest.fixture
def notas(tmp_path: Path) -> Path:
    """An empty folder, whose name is that of its lotes."""
    folder = tmp_path / f"notas-{uuid4().hex[:8]}"
    folder.mkdir()
    return folder


def lotes(cliente: Cliente, folder: Path) -> list[Lote]:
    """The lotes that were made of a folder or file."""
    return [each for each in cliente.lotes() if each.nome.startswith(folder.name)]


def test_a_folder_is_sent_once(
    comando: Comando, endereco: str, cliente: Cliente, notas: Path
) -> None:
    (notas / "sub").mkdir()
    (notas / "a.xml").write_bytes(note(8000))
    (notas / "sub" / "b.xml").write_bytes(note(8001))
    first = comando.run("send", notas, url=endereco)
    assert first == (0, "2 arquivos · 2 enviados agora\n2 documentos: 2 aceitos\n", "")
    again = comando.run("send", notas, url=endereco)
    expected = "2 arquivos · 0 enviados agora · 2 já enviados antes\n2 documentos: 2 aceitos\n"
    assert again == (0, expected, "")
    assert [each.arquivos for each in lotes(cliente, notas)] == [2]


def test_what_is_new_in_a_folder_is_all_that_goes(
    comando: Comando, endereco: str, cliente: Cliente, notas: Path
) -> None:
    (notas / "a.xml").write_bytes(note(8010))
    comando.run("send", notas, url=endereco)
    (notas / "b.xml").write_bytes(note(8011))
    told = comando.run("send", notas, url=endereco).stdout
    assert told.startswith("2 arquivos · 1 enviado agora · 1 já enviado antes\n")
    assert [each.arquivos for each in lotes(cliente, notas)] == [1, 1]


def test_a_document_at_fault_is_1_and_told_by_its_path_code_and_message(
    comando: Comando, endereco: str, notas: Path, cliente: Cliente
) -> None:
    (notas / "boa.xml").write_bytes(note(8020))
    (notas / "ruim.xml").write_bytes(tampered(note(8021)))
    (notas / "nada.xml").write_bytes(b"isto nao e XML")
    code, out, _ = comando.run("send", notas, url=endereco, cwd=notas)
    assert code == 1
    assert "3 documentos: 1 aceito, 1 inválido, 1 ilegível" in out
    assert "✖ INVÁLIDO ruim.xml\n    297 " in out
    assert "✖ ILEGÍVEL nada.xml\n    XML-" in out
    told, _, where = out.partition("Causas e correções")
    (lote,) = lotes(cliente, notas)
    assert where.endswith(f":\n  {endereco}/v1/lotes/{lote.id}/causas?formato=html\n")
    again = comando.run("send", notas, url=endereco, cwd=notas)
    assert (again.code, again.stdout.splitlines()[1:]) == (1, told.splitlines()[1:])


def test_what_is_no_fiscal_document_is_told_as_that_and_not_by_a_lesser_warning(
    comando: Comando, endereco: str, notas: Path
) -> None:
    (notas / "pedido.xml").write_bytes(b"<pedido><item/></pedido>")
    told = comando.run("send", notas, url=endereco, cwd=notas).stdout
    assert "✖ ILEGÍVEL pedido.xml\n    XML-030 Não é um documento fiscal" in told


def test_a_conflict_is_told_as_one(comando: Comando, endereco: str, notas: Path) -> None:
    (notas / "a.xml").write_bytes(note(8022))
    comando.run("send", notas, url=endereco)
    (notas / "b.xml").write_bytes(tampered(note(8022)))
    told = comando.run("send", notas, url=endereco, cwd=notas).stdout
    assert "✖ CONFLITO b.xml\n    Já está guardado outro conteúdo" in told


def test_the_same_content_under_two_names_goes_once(
    comando: Comando, endereco: str, cliente: Cliente, notas: Path
) -> None:
    for name in ("a.xml", "b.xml"):
        (notas / name).write_bytes(note(8030))
    told = comando.run("send", notas, url=endereco).stdout
    assert told == "2 arquivos · 1 enviado agora · 1 repetido\n1 documento: 1 aceito\n"
    assert [each.arquivos for each in lotes(cliente, notas)] == [1]


def test_a_file_that_was_renamed_or_copied_does_not_go_again(
    comando: Comando, endereco: str, cliente: Cliente, notas: Path
) -> None:
    (notas / "a.xml").write_bytes(note(8040))
    comando.run("send", notas, url=endereco)
    (notas / "a.xml").rename(notas / "b.xml")
    shutil.copy(notas / "b.xml", notas / "c.xml")
    told = comando.run("send", notas, url=endereco).stdout
    assert told.startswith("2 arquivos · 0 enviados agora · 1 já enviado antes · 1 repetido\n")
    assert len(lotes(cliente, notas)) == 1


def test_archives_are_lotes_of_their_own(
    comando: Comando, endereco: str, cliente: Cliente, notas: Path
) -> None:
    archive = notas / f"mes-{uuid4().hex[:8]}.zip"
    archive.write_bytes(zipped({"a.xml": note(8050), "b.xml": tampered(note(8051))}))
    (notas / "c.xml").write_bytes(note(8052))
    code, out, _ = comando.run("send", notas, url=endereco, cwd=notas)
    assert (code, out.splitlines()[:2]) == (
        1,
        ["2 arquivos · 2 enviados agora", "3 documentos: 2 aceitos, 1 inválido"],
    )
    assert f"✖ INVÁLIDO {archive.name}!b.xml\n" in out
    sent = {each.nome.rpartition(" ")[0]: each.tamanho for each in lotes(cliente, notas)}
    assert sent.keys() == {notas.name, f"{notas.name}/{archive.name}"}
    assert sent[f"{notas.name}/{archive.name}"] == archive.stat().st_size


def test_what_is_by_nature_no_fiscal_file_stays(
    comando: Comando, endereco: str, notas: Path
) -> None:
    (notas / "boleto.pdf").write_bytes(b"%PDF-1.7")
    (notas / "a.xml").write_bytes(note(8060))
    told = comando.run("send", notas, url=endereco).stdout
    assert told.startswith("2 arquivos · 1 enviado agora · 1 não é fiscal\n")


def test_an_empty_folder_is_0(comando: Comando, endereco: str, notas: Path) -> None:
    assert comando.run("send", notas, url=endereco) == (0, "Nenhum arquivo encontrado.\n", "")


def test_hostile_names_are_sent_and_told_harmlessly(
    comando: Comando, endereco: str, cliente: Cliente, notas: Path
) -> None:
    names = [
        b"..\\..\\x.xml",
        b"\x1b[31mv.xml",
        b"n\nl.xml",
        b"\xff\xfe.xml",
        "ação!b.xml".encode(),
    ]
    for number, name in enumerate(names):
        path = os.path.join(os.fsencode(notas), name)  # noqa: PTH118 - bytes
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(tampered(note(8070 + number)))
    code, out, err = comando.run("send", notas, url=endereco)
    assert (code, err) == (1, "")
    assert "5 documentos: 5 inválidos" in out
    assert "\x1b" not in out
    assert "␛[31mv.xml" in out
    assert len({item.nome for item in cliente.itens(lotes(cliente, notas)[0].id)}) == 5


def test_folders_may_be_deeper_than_python_s_stack(
    comando: Comando, endereco: str, notas: Path
) -> None:
    here = os.open(notas, os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("a", dir_fd=here)
        deeper = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    file = os.open("a.xml", os.O_CREAT | os.O_WRONLY, dir_fd=here)
    os.write(file, note(8085))
    os.close(file)
    os.close(here)
    told = comando.run("send", notas, url=endereco).stdout
    # What pytest clears away after some runs must not be deeper than its own stack, either.
    subprocess.run(["rm", "-rf", notas / "a"], check=True)
    assert told.endswith("1 documento: 1 aceito\n")


def test_names_that_look_the_same_are_told_apart(
    comando: Comando, endereco: str, notas: Path
) -> None:
    for number, name in enumerate((b"\xff.xml", b"\xfe.xml")):
        path = os.path.join(os.fsencode(notas), name)  # noqa: PTH118 - bytes
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(note(8080 + number))
    assert comando.run("send", notas, url=endereco).stdout.endswith("2 documentos: 2 aceitos\n")


def test_a_path_that_cannot_be_opened_is_2_and_the_rest_is_sent(
    comando: Comando, endereco: str, notas: Path
) -> None:
    (notas / "a.xml").write_bytes(note(8090))
    code, out, err = comando.run("send", notas / "nada", notas, url=endereco, cwd=notas)
    assert (code, err) == (2, "Erro: não foi possível ler nada: não existe.\n")
    assert "1 documento: 1 aceito" in out


def test_a_file_inside_that_cannot_be_read_is_1_and_told(
    comando: Comando, endereco: str, notas: Path
) -> None:
    (notas / "a.xml").symlink_to("em-lugar-nenhum.xml")
    (notas / "b.xml").write_bytes(note(8100))
    code, out, err = comando.run("send", notas, url=endereco, cwd=notas)
    assert (code, err) == (1, "Erro: não foi possível ler a.xml: não existe.\n")
    assert "1 enviado agora · 1 não pôde ser lido" in out


def test_a_credential_that_the_service_refuses_is_2(
    comando: Comando, endereco: str, notas: Path
) -> None:
    code, out, err = comando.run("send", notas, url=endereco, chave="fx_dev_nada")
    assert (code, out) == (2, "")
    assert err.startswith("Erro: o serviço recusou: Credencial ausente ou inválida")


@pytest.mark.parametrize(
    ("options", "url", "chave", "told"),
    [
        ((), "", "x", "falta o endereço do serviço: dê --url, ou defina FISCALXML_URL."),
        ((), "http://127.0.0.1:1", "", "falta a chave de acesso: dê --chave, ou defina"),
        (("--url", "ftp://x"), "", "x", "o endereço começa por http:// ou https://."),
        (("--chave", "/nada"), "http://127.0.0.1:1", "", "Arquivo '/nada' não existe."),
    ],
)
def test_wrong_usage_is_2_in_portuguese(
    comando: Comando, notas: Path, options: tuple[str, ...], url: str, chave: str, told: str
) -> None:
    code, _, err = comando.run("send", notas, *options, url=url, chave=chave)
    assert code == 2
    assert told in err
    assert err.startswith("Uso: fiscalxml send [OPÇÕES] CAMINHO...")


def test_the_key_may_be_in_a_file(
    servico: Servico, comando: Comando, endereco: str, notas: Path
) -> None:
    file = notas.parent / "chave.txt"
    file.write_text(f"{servico.chave}\n")
    assert comando.run("send", notas, "--chave", file, url=endereco, chave="").code == 0


def test_a_service_that_never_answers_is_2_and_nothing_is_lost(
    comando: Comando, endereco: str, notas: Path
) -> None:
    (notas / "a.xml").write_bytes(note(8110))
    code, _, err = comando.run("send", notas, "--paciencia", "1", url="http://127.0.0.1:1")
    assert code == 2
    assert "O serviço em http://127.0.0.1:1 não responde." in err
    assert "rode de novo o mesmo comando" in err
    assert comando.run("send", notas, url=endereco).code == 0


def test_without_waiting_the_outcome_is_told_by_the_next_run(
    comando: Comando, endereco: str, notas: Path
) -> None:
    (notas / "a.xml").write_bytes(note(8120))
    execucao = comando.start("send", notas, "--sem-esperar", url=endereco)
    assert execucao.end().stdout.endswith("1 documento: 1 ainda não processado\n")
    assert comando.run("send", notas, url=endereco).stdout.endswith("1 documento: 1 aceito\n")


def test_a_state_that_is_none_is_2_and_says_what_to_do(
    comando: Comando, endereco: str, notas: Path
) -> None:
    estranho = notas.parent / "estado.db"
    estranho.write_bytes(b"isto nao e um banco" * 100)
    code, _, err = comando.run("send", notas, "--estado", estranho, url=endereco)
    assert code == 2
    assert "não pôde ser usado" in err
    assert estranho.read_bytes().startswith(b"isto")


def test_with_its_state_lost_the_same_folder_is_still_one_lote(
    comando: Comando, endereco: str, cliente: Cliente, notas: Path
) -> None:
    (notas / "a.xml").write_bytes(note(8125))
    comando.run("send", notas, url=endereco)
    shutil.rmtree(comando.folder / "estado")
    assert comando.run("send", notas, url=endereco).stdout.endswith("1 documento: 1 aceito\n")
    assert len(lotes(cliente, notas)) == 1


def test_a_state_in_the_folder_is_not_sent(comando: Comando, endereco: str, notas: Path) -> None:
    (notas / "a.xml").write_bytes(note(8130))
    for _ in range(2):
        told = comando.run("send", notas, "--estado", notas / "estado.db", url=endereco)
        assert told.stdout.endswith("1 documento: 1 aceito\n")


def test_two_at_once_do_not_share_a_state(comando: Comando, endereco: str, notas: Path) -> None:
    estado = notas.parent / "estado.db"
    with sqlite3.connect(estado, isolation_level=None) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        code, _, err = comando.run("send", notas, "--estado", estado, url=endereco)
    assert code == 2
    assert "outro fiscalxml send ou watch usa" in err


def test_another_key_of_the_same_organisation_sends_nothing_again(
    servico: Servico, comando: Comando, cliente: Cliente, notas: Path
) -> None:
    (notas / "a.xml").write_bytes(note(8140))
    other = servico.new_key(servico.organizacao)
    stranger = servico.new_key(uuid4())
    folder = notas.parent / "processo"
    folder.mkdir()
    settings = {name: str(value) for name, value in servico.values.items()}
    with running_service(folder, **settings, database_role="fiscalxml_api") as address:
        comando.run("send", notas, url=address)
        told = comando.run("send", notas, url=address, chave=other).stdout
        assert "0 enviados agora · 1 já enviado antes" in told
        told = comando.run("send", notas, url=address, chave=stranger).stdout
        assert "1 enviado agora" in told
    assert len(lotes(cliente, notas)) == 1
