"""Exports by a server process of its own: clients that go away, and what the log tells."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import pytest
from benchmarks.many_documents import multiply
from sqlalchemy import text

from factory.documents import build
from services.api.running import running_service
from services.servico import Servico

MANY = 15_000
LEAVERS = 12
"""more than the places that one process has for large answers"""


class Served:
    """A server process with one connection to the database, and its log."""

    def __init__(self, address: str, log: Path, servico: Servico) -> None:
        self.log = log
        self.servico = servico
        self.client = httpx2.Client(
            base_url=address, headers={"Authorization": f"Bearer {servico.chave}"}, timeout=60
        )
        self.place = (urlsplit(address).hostname or "", urlsplit(address).port or 0)


@pytest.fixture(scope="module")
def served(
    servico: Servico, banco: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    lote = servico.send({"a.xml": build("nfe")})
    (item,) = servico.items(lote)
    servico.run(multiply(banco, servico.organizacao, UUID(item["documento"]), MANY - 1))
    folder = tmp_path_factory.mktemp("servido")
    settings = {name: str(value) for name, value in servico.values.items()}
    settings |= {"database_role": "fiscalxml_api", "database_pool": "1"}
    with running_service(folder, **settings) as address:
        yield Served(address, folder / "servidor.log", servico)


def test_a_direct_export_comes_as_it_is_made(served: Served) -> None:
    connection = http.client.HTTPConnection(*served.place, timeout=60)
    headers = {"Authorization": f"Bearer {served.servico.chave}"}
    connection.request("GET", "/v1/documentos/exportacao?formato=jsonl", headers=headers)
    answer = connection.getresponse()
    assert answer.getheader("transfer-encoding") == "chunked"
    assert answer.getheader("content-length") is None
    assert len(answer.read().splitlines()) == MANY
    connection.close()


def test_clients_that_go_away_hold_nothing(served: Served) -> None:
    """Not the one connection to the database, and no place that others wait for."""
    request = (
        "GET /v1/documentos/exportacao?formato=jsonl HTTP/1.1\r\nHost: teste\r\n"
        f"Authorization: Bearer {served.servico.chave}\r\n\r\n"
    ).encode()
    for _ in range(LEAVERS):
        with socket.create_connection(served.place, timeout=60) as client:
            client.sendall(request)
            assert client.recv(1000)
    deadline = time.monotonic() + 60
    while (status := _few(served)) != 200:
        assert time.monotonic() < deadline, status


def test_a_client_that_reads_slowly_holds_no_connection_to_the_database(served: Served) -> None:
    request = (
        "GET /v1/documentos/exportacao?formato=jsonl HTTP/1.1\r\nHost: teste\r\n"
        f"Authorization: Bearer {served.servico.chave}\r\n\r\n"
    ).encode()
    with socket.create_connection(served.place, timeout=60) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(request)
        assert slow.recv(100)
        assert _few(served) == 200
        assert served.client.get("/v1/lotes").status_code == 200


def _few(served: Served) -> int:
    path = "/v1/documentos/exportacao?formato=csv&numero=7"
    return served.client.get(path).status_code


def test_no_log_has_the_address_of_a_file(served: Served) -> None:
    asked = served.client.post("/v1/exportacoes", json={"formato": "csv"})
    assert asked.status_code == 202, asked.text
    served.servico.work()
    url = served.client.get(asked.headers["location"]).json()["url"]
    ticket = url.partition("assinatura=")[2]
    anonymous = httpx2.Client(base_url=str(served.client.base_url), timeout=60)
    assert len(anonymous.get(url).content) > 1000
    assert anonymous.get(url[:-8] + "AAAAAAAA").status_code == 401
    assert anonymous.get(url + "&outro=1").status_code == 422
    log = served.log.read_text()
    assert "/v1/exportacoes/{exportacao}/arquivo" in log
    assert ticket not in log
    assert ticket[:20] not in log
    assert "assinatura" not in log


def test_a_file_that_cannot_be_finished_does_not_look_whole(served: Served) -> None:
    async def spoil() -> None:
        async with served.servico.api.banco.transacao(served.servico.organizacao) as conn:
            await conn.execute(text("UPDATE documentos SET resumo = 'x' WHERE numero = 9000"))

    served.servico.run(spoil())
    connection = http.client.HTTPConnection(*served.place, timeout=60)
    headers = {"Authorization": f"Bearer {served.servico.chave}"}
    connection.request("GET", "/v1/documentos/exportacao?formato=jsonl&tabela=itens", None, headers)
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    connection.close()
