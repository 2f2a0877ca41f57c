"""An archive that goes past the service, into the object store itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fiscalxml.client import Cliente
from services.lotes.sending import note
from services.servers.running import server_folder
from services.servers.seaweed import ACCESS_KEY, SECRET_KEY, start_seaweed
from services.servico import Servico, zipped


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """The service over a real S3 server."""
    with server_folder() as folder, start_seaweed(folder) as server:
        server.make_bucket("documentos")
        server.make_bucket("chaves")
        servico = Servico(
            banco,
            tmp_path_factory.mktemp("s3"),
            objects_url="s3://documentos/aqui",
            keys_url="s3://chaves/aqui",
            objects_endpoint=server.endpoint,
            objects_access_key=ACCESS_KEY,
            objects_secret_key=SECRET_KEY,
        )
        yield servico
        servico.close()


def test_an_archive_goes_straight_into_the_store(
    servico: Servico, cliente: Cliente, tmp_path: Path
) -> None:
    (tmp_path / "notas.zip").write_bytes(zipped({"a.xml": note(11_100)}))
    lote = cliente.enviar_direto(tmp_path / "notas.zip")
    assert (lote.nome, lote.tamanho) == ("notas.zip", (tmp_path / "notas.zip").stat().st_size)
    servico.work()
    assert [item.desfecho for item in cliente.itens(lote.id)] == ["aceito"]
