"""Lotes of any origin and size, from both clients, without being gathered in memory."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import anyio
import pytest

from factory import build
from fiscalxml.client import Cliente, ClienteAssincrono, Fonte, Lote, zip_body
from fiscalxml.client.operations.folders import members
from fiscalxml.client.problems import ArquivoRecusado, NaoAutenticado
from services.lotes.sending import note, tarred
from services.servico import Servico, zipped


def _outcomes(servico: Servico, cliente: Cliente, lote: UUID) -> dict[str, str]:
    servico.work()
    return {item.nome: item.desfecho for item in cliente.itens(lote)}


@pytest.mark.parametrize(
    ("name", "archive"),
    [
        ("notas.zip", lambda: zipped({"a.xml": note(7101)})),
        ("notas.tar", lambda: tarred({"a.xml": note(7102)})),
        ("notas.tar.gz", lambda: gzip.compress(tarred({"a.xml": note(7103)}))),
    ],
)
def test_an_archive_goes_as_it_is(
    servico: Servico, cliente: Cliente, tmp_path: Path, name: str, archive: Callable[[], bytes]
) -> None:
    data = archive()
    (tmp_path / name).write_bytes(data)
    lote = cliente.enviar(tmp_path / name)
    assert (lote.nome, lote.tamanho) == (name, len(data))
    assert set(_outcomes(servico, cliente, lote.id).values()) == {"aceito"}


def test_files_and_folders_become_one_lote(
    servico: Servico, cliente: Cliente, tmp_path: Path
) -> None:
    folder = tmp_path / "março" / "dia 1"
    folder.mkdir(parents=True)
    (folder / "a.xml").write_bytes(note(7111))
    (folder / "boleto.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "avulsa.xml").write_bytes(note(7112))
    lote = cliente.enviar(tmp_path / "março", str(tmp_path / "avulsa.xml"), nome="do mês")
    assert lote.nome == "do mês"
    outcomes = _outcomes(servico, cliente, lote.id)
    assert outcomes == {"março/dia 1/a.xml": "aceito", "avulsa.xml": "aceito"}


def test_a_stream_is_sent_from_where_it_stands(servico: Servico, cliente: Cliente) -> None:
    lote = cliente.enviar_fluxo(io.BytesIO(zipped({"a.xml": note(7121)})), nome="fluxo")
    assert _outcomes(servico, cliente, lote.id) == {"a.xml": "aceito"}


def test_the_asynchronous_client_streams_as_well(
    servico: Servico, endereco: str, cliente: Cliente, tmp_path: Path
) -> None:
    for number in range(7131, 7134):
        (tmp_path / f"{number}.xml").write_bytes(note(number))

    async def send() -> Lote:
        async with ClienteAssincrono(endereco, servico.chave) as other:
            return await other.enviar(tmp_path)

    lote = anyio.run(send)
    assert list(_outcomes(servico, cliente, lote.id).values()) == ["aceito"] * 3


def test_a_key_of_the_caller_s_own_makes_two_calls_one_lote(cliente: Cliente) -> None:
    first, again = (
        cliente.enviar_documentos({"a.xml": b"<a/>"}, idempotencia="minha-chave") for _ in range(2)
    )
    assert first == again


def test_the_zip_of_the_same_files_is_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(build("nfe"))
    fonte = zip_body(lambda: members([tmp_path]))
    one, other = b"".join(fonte.abrir()), b"".join(fonte.abrir())
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.testzip() is None


def test_a_body_that_fails_leaves_nothing_at_the_service(cliente: Cliente) -> None:
    def failing() -> object:
        yield zipped({"a.xml": note(7141)})[:-10]
        raise OSError("o disco falhou")

    before = [each.id for each in cliente.lotes()]
    with pytest.raises(OSError, match="o disco falhou"):
        cliente.enviar_corpo(Fonte(failing))  # type: ignore[arg-type]
    assert [each.id for each in cliente.lotes()] == before


_GIGABYTE = """
import resource, sys
from fiscalxml.client import Cliente, Membro, zip_body
from fiscalxml.client.bodies import Fonte
import os
piece = os.urandom(1 << 20)
def pieces():
    for _ in range(int(sys.argv[1])):
        yield piece
with Cliente() as cliente:
    cliente.saude()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cliente.enviar_corpo(zip_body(lambda: [Membro("grande.bin", pieces)]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_what_is_sent_is_not_gathered_in_memory(servico: Servico, endereco: str) -> None:
    environment = {**os.environ, "FISCALXML_URL": endereco, "FISCALXML_TOKEN": servico.chave}
    megabytes = 256
    done = subprocess.run(
        [sys.executable, "-c", _GIGABYTE, str(megabytes)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    grown_kilobytes = int(done.stdout)
    assert grown_kilobytes < 20_000


def test_a_large_body_that_is_refused_says_why(servico: Servico, endereco: str) -> None:
    """The service answers before it has read all of it."""

    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield b"isto nao e um ZIP" * 65_536

    with Cliente(endereco, "fx_dev_nada") as stranger, pytest.raises(NaoAutenticado):
        stranger.enviar_corpo(Fonte(pieces))
    with Cliente(endereco, servico.chave) as cliente, pytest.raises(ArquivoRecusado):
        cliente.enviar_corpo(Fonte(pieces))
