"""A re-validation as it goes on: followed, cancelled, and what it does not wait for."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from factory.documents import chave_of
from services.servico import Servico

from .asking import EM, ask, counts, documents, get, items, revalidate, same, to_invalid


@pytest.fixture(scope="module", autouse=True)
def _stored(servico: Servico) -> None:
    servico.send({"a.xml": to_invalid(1), "b.xml": same(2)})


def _events(response: httpx2.Response) -> list[tuple[int, dict[str, Any]]]:
    assert response.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in filter(str.strip, response.text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line[0] != ":")
        if fields:
            assert fields["event"] == "progresso"
            events.append((int(fields["id"]), json.loads(fields["data"])))
    return events


def test_each_change_is_an_event_until_it_ends(servico: Servico) -> None:
    asked = ask(servico, em=EM).json()
    path = f"/v1/revalidacoes/{asked['id']}"
    events = _events(servico.following(f"{path}/progresso"))
    assert events[0] == (asked["versao"], asked)
    assert events[-1] == (events[-1][1]["versao"], get(servico, path))
    assert events[-1][1]["situacao"] == "concluida"
    versions = [number for number, _ in events]
    assert versions == sorted(set(versions))


def test_who_has_seen_the_end_is_told_not_to_come_back(servico: Servico) -> None:
    done = revalidate(servico, em=EM)
    seen = {"Last-Event-ID": str(done["versao"])}
    path = f"/v1/revalidacoes/{done['id']}/progresso"
    assert servico.request("GET", path, headers=seen).status_code == 204
    assert _events(servico.request("GET", path)) == [(done["versao"], done)]


def test_documents_that_arrive_after_it_was_asked_for_do_not_count(servico: Servico) -> None:
    before = len(documents(servico))
    asked = ask(servico, em=EM)
    servico.send({"c.xml": to_invalid(33), "d.xml": same(34)})  # its jobs are done beside
    found = get(servico, asked.headers["location"])
    assert (found["situacao"], found["total"]) == ("concluida", before)
    late = chave_of(to_invalid(33))
    assert late not in {item["chave"] for item in items(servico, found)}
    assert len(get(servico, f"/v1/documentos/{late}/validacoes")["itens"]) == 1
    assert revalidate(servico, em=EM)["total"] == before + 2


def test_documents_that_arrive_between_plan_and_judgement_do_not_count_either(
    servico: Servico,
) -> None:
    before = len(documents(servico))
    asked = ask(servico, em=EM)
    servico.work_once()  # the plan
    servico.send({"e.xml": to_invalid(35)})
    assert get(servico, asked.headers["location"])["total"] == before


def test_one_that_is_cancelled_before_it_begins_judges_nothing(servico: Servico) -> None:
    asked = ask(servico, em=EM)
    cancelled = servico.request("POST", f"{asked.headers['location']}/cancelamento").json()
    assert cancelled["situacao"] == "cancelada"
    servico.work()
    found = get(servico, asked.headers["location"])
    assert (found["situacao"], found["total"], counts(found)) == ("cancelada", None, {})
    assert items(servico, found) == []
    assert _events(servico.request("GET", f"{asked.headers['location']}/progresso"))


def test_one_that_is_cancelled_after_its_plan_begins_no_block(servico: Servico) -> None:
    asked = ask(servico, em=EM)
    servico.work_once()
    assert get(servico, asked.headers["location"])["situacao"] == "processando"
    servico.request("POST", f"{asked.headers['location']}/cancelamento")
    servico.work()
    found = get(servico, asked.headers["location"])
    assert (found["situacao"], found["prontos"]) == ("cancelada", 0)


def test_one_that_has_ended_stays_as_it_is_when_it_is_cancelled(servico: Servico) -> None:
    done = revalidate(servico, em=EM)
    answer = servico.request("POST", f"/v1/revalidacoes/{done['id']}/cancelamento")
    assert (answer.status_code, answer.json()) == (200, done)


def test_they_are_listed_from_the_newest_on(servico: Servico) -> None:
    newest = [revalidate(servico, nome=f"n{n}", filtro={"numero": 1})["id"] for n in range(3)]
    page = get(servico, "/v1/revalidacoes", limite=2)
    rest = get(servico, "/v1/revalidacoes", limite=1, cursor=page["proximo"])
    found = [each["id"] for each in page["itens"] + rest["itens"]]
    assert found == newest[::-1]
