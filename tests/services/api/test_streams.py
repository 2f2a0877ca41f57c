"""What is sent in pieces, through the server process: progress as it happens, and downloads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from factory.documents import build, chave_of
from ports import free_port
from services.servico import ZIP, Servico, zipped
from services.telemetry.processes import eventually, total

from .running import running_service


@pytest.fixture(scope="module")
def metrics() -> int:
    """The port of the process's metrics."""
    return free_port()


@pytest.fixture(scope="module")
def client(
    servico: Servico, metrics: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx2.Client]:
    folder = tmp_path_factory.mktemp("processo")
    settings = {name: str(value) for name, value in servico.values.items()}
    settings |= {"metrics_port": str(metrics), "metrics_dir": str(folder / "metricas")}
    key = {"Authorization": f"Bearer {servico.chave}"}
    with (
        running_service(folder, **settings, database_role="fiscalxml_api") as address,
        httpx2.Client(base_url=address, headers=key, timeout=30) as client,
    ):
        yield client


def send(client: httpx2.Client, *notes: bytes) -> str:
    """The address of a lote that was sent and waits."""
    files = {f"{number}.xml": data for number, data in enumerate(notes)}
    sent = client.post("/v1/lotes", content=zipped(files), headers=ZIP)
    assert sent.status_code == 202, sent.text
    return str(sent.headers["location"])


def events(answer: httpx2.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ids and data of the events, as they arrive."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield fields["id"], json.loads(fields["data"])
            fields = {}


def test_the_progress_is_told_while_the_lote_runs_and_ends_with_it(
    servico: Servico, client: httpx2.Client
) -> None:
    lote = send(client, build("nfe"), b"<html/>")
    with client.stream("GET", f"{lote}/progresso") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = events(answer)
        _, first = next(told)
        assert first["situacao"] == "recebido"
        servico.work()  # only now, with the first event read
        *_, (seen, last) = told
    assert last["situacao"] == "concluido"
    assert last == client.get(lote).json()
    again = client.get(f"{lote}/progresso", headers={"Last-Event-ID": seen})
    assert again.status_code == 204


def test_who_comes_back_is_told_only_what_changed_since(
    servico: Servico, client: httpx2.Client
) -> None:
    lote = send(client, build("nfce"))
    with client.stream("GET", f"{lote}/progresso") as answer:
        seen, _ = next(events(answer))
    servico.work()
    with client.stream("GET", f"{lote}/progresso", headers={"Last-Event-ID": seen}) as answer:
        told = [data["situacao"] for _, data in events(answer)]
    assert told == ["concluido"]


def test_a_client_that_leaves_ends_its_stream(
    servico: Servico, client: httpx2.Client, metrics: int
) -> None:
    lote = send(client, build("cte"))
    with client.stream("GET", f"{lote}/progresso") as answer:
        told = events(answer)
        next(told)
        assert total(metrics, "http_server_active_requests") == 1
    # The lote goes on waiting: only the client's leaving can have ended the stream.
    eventually(lambda: total(metrics, "http_server_active_requests") == 0)
    assert client.get(lote).json()["situacao"] == "recebido"
    servico.work()


def test_a_download_is_the_very_bytes_under_the_name_of_its_chave(client: httpx2.Client) -> None:
    nota = build("nfe", protocol=True, changes={"ide/nNF": "77"})
    assert client.post("/v1/documentos", content=nota).status_code == 201
    path = f"/v1/documentos/{chave_of(nota)}/xml"
    with client.stream("GET", path) as answer:
        assert b"".join(answer.iter_bytes()) == nota
    assert f'filename="{chave_of(nota)}.xml"' in answer.headers["content-disposition"]
    assert answer.headers["content-type"].startswith("application/xml")
    assert answer.headers["content-length"] == str(len(nota))
    head = client.head(path)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(nota)))
