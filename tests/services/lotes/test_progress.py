"""A lote as it is read: pages of lotes and items, and events while it goes on."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import httpx2
import pytest

from fiscalxml_server.api.lotes import repository, service
from fiscalxml_server.kit.http.events import follow
from services.servico import ZIP, Servico, zipped

from .sending import note, post, read, refusal, send, tampered


@pytest.fixture(scope="module")
def lote(servico: Servico) -> dict[str, Any]:
    """Of seven items: five accepted, an invalid one, one that is none."""
    files = {f"{number}.xml": note(number) for number in range(5000, 5005)}
    files |= {"ruim.xml": tampered(note(5005)), "z.pdf": b"%PDF-1.7"}
    return send(servico, zipped(files), ZIP)


def _pages(servico: Servico, path: str, **query: object) -> list[list[dict[str, Any]]]:
    pages, cursor = [], None
    while True:
        params = {**query, **({"cursor": cursor} if cursor else {})}
        page = servico.request("GET", path, params=params).json()
        pages.append(page["itens"])
        cursor = page["proximo"]
        if cursor is None:
            return pages


def test_items_come_in_pages_in_the_archive_s_order(servico: Servico, lote: dict[str, Any]) -> None:
    pages = _pages(servico, f"/v1/lotes/{lote['id']}/itens", limite=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [item["indice"] for page in pages for item in page] == list(range(7))


def test_a_page_that_is_exactly_full_is_the_last(servico: Servico, lote: dict[str, Any]) -> None:
    assert [len(p) for p in _pages(servico, f"/v1/lotes/{lote['id']}/itens", limite=7)] == [7]


def test_items_of_one_outcome_can_be_asked_for(servico: Servico, lote: dict[str, Any]) -> None:
    path = f"/v1/lotes/{lote['id']}/itens"
    for desfecho, number in lote["contagens"].items():
        pages = _pages(servico, path, desfecho=desfecho, limite=2)
        found = [item for page in pages for item in page]
        assert len(found) == number
        assert {item["desfecho"] for item in found} <= {desfecho}


@pytest.mark.parametrize(
    "query",
    ["cursor=nada", "cursor=k88AAAABAAAAAAA", "cursor=ks8AAAABAAAAAAA", "limite=0", "limite=1001",
     "desfecho=outro"],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_422(
    servico: Servico, lote: dict[str, Any], query: str
) -> None:
    answer = servico.request("GET", f"/v1/lotes/{lote['id']}/itens?{query}")
    assert refusal(answer) == (422, "parametros_invalidos")


def test_lotes_are_listed_from_the_newest_on(servico: Servico, lote: dict[str, Any]) -> None:
    newer = [post(servico, zipped({}), ZIP).json()["id"] for _ in range(3)]
    pages = _pages(servico, "/v1/lotes", limite=2)
    found = [each["id"] for page in pages for each in page]
    assert found[:4] == [*reversed(newer), lote["id"]]
    assert all(len(page) == 2 for page in pages[:-1])
    servico.work()


def _events(response: httpx2.Response) -> list[tuple[int, dict[str, Any]]]:
    assert response.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in response.text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
        )
        if fields:
            assert fields["event"] == "progresso"
            events.append((int(fields["id"]), json.loads(fields["data"])))
    return events


def test_the_events_of_a_lote_that_has_ended_are_its_end(
    servico: Servico, lote: dict[str, Any]
) -> None:
    answer = servico.request("GET", f"/v1/lotes/{lote['id']}/progresso")
    assert answer.headers["cache-control"] == "no-store"
    assert _events(answer) == [(lote["versao"], lote)]


def test_a_client_that_has_seen_the_end_is_told_not_to_come_back(
    servico: Servico, lote: dict[str, Any]
) -> None:
    path = f"/v1/lotes/{lote['id']}/progresso"
    seen = {"Last-Event-ID": str(lote["versao"])}
    assert servico.request("GET", path, headers=seen).status_code == 204
    before = {"Last-Event-ID": str(lote["versao"] - 1)}
    assert len(_events(servico.request("GET", path, headers=before))) == 1
    for nonsense in ("abc", "-1", "99999999999999999999"):
        answer = servico.request("GET", path, headers={"Last-Event-ID": nonsense})
        assert len(_events(answer)) == 1


def test_a_lote_that_does_not_change_is_heard_of_all_the_same(servico: Servico) -> None:
    sent = post(servico, zipped({"a.xml": note(5200)}), ZIP).json()

    async def first_three() -> list[bytes]:
        recursos, org = servico.api, servico.organizacao
        row = await service.find(recursos, org, UUID(sent["id"]))
        events = follow(service.progress(recursos, org, row["id"]), row, None, heartbeat=0)
        return [await anext(events) for _ in range(3)]

    first, *quiet = servico.run(first_three())
    assert first.startswith(b"id: 1\nevent: progresso\ndata: {")
    assert quiet == [b": \n\n"] * 2
    servico.work()


def test_a_lote_that_failed_half_opened_is_followed_until_what_was_read_is_processed(
    servico: Servico,
) -> None:
    sent = post(servico, zipped({"a.xml": note(5300)}), ZIP).json()
    servico.work_once()
    servico.run(_fail(servico, UUID(sent["id"])))
    events = _events(servico.following(f"/v1/lotes/{sent['id']}/progresso"))
    assert [event["situacao"] for _, event in events] == ["falhou", "falhou"]
    assert [event["contagens"]["aceito"] for _, event in events] == [0, 1]


async def _fail(servico: Servico, lote: UUID) -> None:
    """As if the archive could not be read on."""
    org = servico.organizacao
    async with servico.worker.banco.transacao(org) as conn:
        await repository.mark_failed(conn, org, lote, "O arquivo sumiu.")


def test_each_change_is_an_event_until_the_lote_ends(servico: Servico) -> None:
    """Followed by one request while another works."""
    sent = post(servico, zipped({f"{n}.xml": note(n) for n in range(5100, 5103)}), ZIP).json()
    follower = servico.following(f"/v1/lotes/{sent['id']}/progresso")
    events = _events(follower)
    assert events[0][1]["situacao"] == "recebido"
    assert events[-1] == (events[-1][1]["versao"], read(servico, sent["id"]))
    assert events[-1][1]["situacao"] == "concluido"
    versions = [number for number, _ in events]
    assert versions == sorted(set(versions))
