"""One delivery, or all that a filter says, goes back to the queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import pytest

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.webhooks.reenvios import service, tasks
from fiscalxml_server.webhooks.reenvios.tasks import advance_resends, forget_resends
from services.webhooks.portal import Casa, Portal
from services.webhooks.telling import ended, happened, queue

T = TypeVar("T")


def states(casa: Casa, assinatura: str) -> dict[str, int]:
    rows = casa.sql(
        "SELECT situacao, count(*) AS n FROM webhooks.entregas WHERE assinatura = :a GROUP BY 1",
        a=UUID(assinatura),
    )
    return {row.situacao: row.n for row in rows}


def as_deliverer(portal: Portal, work: Callable[[Banco], Awaitable[T]]) -> T:
    async def do() -> T:
        banco = portal.banco("fiscalxml_entregador")
        try:
            return await work(banco)
        finally:
            await banco.close()

    return portal.run(do())


@pytest.mark.parametrize("situacao", ["entregue", "falhou", "retida"])
def test_one_goes_back_to_the_queue_whatever_became_of_it(casa: Casa, situacao: str) -> None:
    id_ = casa.new()["id"]
    one, other = happened(casa, 2)
    for each in (one, other):
        ended(casa, id_, each, situacao)
    answer = casa.ask("POST", f"/{id_}/entregas/{one}/reenviar")
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["location"] == f"/v1/webhooks/{id_}/entregas/{one}"
    assert queue(casa, id_) == [one]
    (row,) = casa.sql(
        "SELECT estado, tentativas, seguidas, fatia FROM webhooks.fila WHERE assinatura = :a",
        a=UUID(id_),
    )
    assert (row.estado, row.tentativas, row.seguidas) == ("livre", 1, 0)
    assert (row.fatia,) == casa.sql("SELECT fatia FROM webhooks.assinaturas")[0]
    told = casa.ask("GET", f"/{id_}/entregas/{one}").json()
    assert (told["situacao"], told["terminado_em"], told["tentativas"]) == ("pendente", None, 1)
    assert states(casa, id_) == {"pendente": 1, situacao: 1}
    about = f"assinatura:{id_}"
    assert ("webhook.entrega_reenviada", about, {"notificacao": one}) in casa.audit()


def test_one_that_waits_for_its_next_attempt_is_due_now(casa: Casa) -> None:
    id_ = casa.new()["id"]
    one, taken = happened(casa, 2)
    casa.sql(
        "UPDATE webhooks.fila SET proxima_em = now() + interval '5 hours', seguidas = 5,"
        " estado = CASE notificacao WHEN :taken THEN 'tomada' ELSE 'livre' END"
        " WHERE assinatura = :a",
        a=UUID(id_),
        taken=UUID(taken),
    )
    for each in (one, taken):
        assert casa.ask("POST", f"/{id_}/entregas/{each}/reenviar").status_code == 202
    rows = casa.sql(
        "SELECT notificacao, seguidas, proxima_em <= now() AS due FROM webhooks.fila"
        " WHERE assinatura = :a",
        a=UUID(id_),
    )
    assert {(str(row.notificacao), row.seguidas, row.due) for row in rows} == {
        (one, 0, True),
        (taken, 5, False),
    }


def test_all_that_was_not_delivered_goes_back_in_order(casa: Casa) -> None:
    id_, other = casa.new()["id"], casa.new()["id"]
    ids = happened(casa, 6)
    for each, situacao in zip(ids, ("entregue", "falhou", "retida", "falhou"), strict=False):
        ended(casa, id_, each, situacao)
        ended(casa, other, each, situacao)
    answer = casa.ask("POST", f"/{id_}/reenviar", json={})
    assert answer.status_code == 202, answer.text
    done = answer.json()
    assert answer.headers["location"] == f"/v1/webhooks/{id_}/reenvios/{done['id']}"
    assert (done["situacao"], done["reenviadas"]) == ("concluido", 3)
    assert done["situacoes"] == ["falhou", "retida"]
    assert casa.ask("GET", f"/{id_}/reenvios/{done['id']}").json() == done
    assert states(casa, id_) == {"pendente": 5, "entregue": 1}
    assert queue(casa, id_) == ids[:0:-1]
    assert states(casa, other) == {"pendente": 2, "entregue": 1, "falhou": 2, "retida": 1}
    log = casa.audit()[-2]
    assert log[:2] == ("webhook.reenvio_pedido", f"assinatura:{id_}")
    assert log[2]["reenvio"] == done["id"]
    assert casa.audit()[-1] == (
        "webhook.reenvio_lido",
        f"assinatura:{id_}",
        {"reenvio": done["id"]},
    )
    again = casa.ask("POST", f"/{id_}/reenviar", json={}).json()
    assert (again["situacao"], again["reenviadas"]) == ("concluido", 0)


def test_each_filter_leaves_the_rest_as_it_is(casa: Casa) -> None:
    id_ = casa.new()["id"]
    entregue, falhou = happened(casa, 2)
    (falha,) = happened(casa, 1, Tipo.LOTE_FALHOU)
    ended(casa, id_, entregue, "entregue", 200)
    ended(casa, id_, falhou, "falhou")
    ended(casa, id_, falha, "falhou")

    def resend(**asked: Any) -> list[str]:
        casa.sql("UPDATE webhooks.reenvios SET terminado_em = now()")
        answer = casa.ask("POST", f"/{id_}/reenviar", json=asked)
        assert answer.status_code == 202, answer.text
        assert answer.json()["reenviadas"] == len(queue(casa, id_))
        found = queue(casa, id_)
        for each in found:
            ended(casa, id_, each, "entregue" if each == entregue else "falhou")
        return found

    assert resend(tipos=["lote.falhou"]) == [falha]
    assert resend(tipos=["documento.processado"]) == []
    assert resend(situacoes=["entregue"]) == [entregue]
    assert resend(situacoes=["retida"]) == []
    assert resend(situacoes=["entregue", "falhou", "retida"]) == sorted([entregue, falhou, falha])
    assert resend() == sorted([falhou, falha])
    since = casa.ask("GET", f"/{id_}/entregas/{falhou}").json()["em"]
    assert falhou in resend(de=since)
    assert resend(ate=since) == []


def test_much_goes_back_in_parts_while_the_queue_has_room(
    casa: Casa, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_FIRST_PART", 2)
    monkeypatch.setattr(tasks, "PART", 3)
    id_ = casa.new()["id"]
    ids = happened(casa, 12)[::-1]
    for each in ids:
        ended(casa, id_, each, "falhou")
    done = casa.ask("POST", f"/{id_}/reenviar", json={}).json()
    assert (done["situacao"], done["reenviadas"]) == ("em_andamento", 2)
    assert queue(casa, id_) == ids[:2]
    refused = casa.ask("POST", f"/{id_}/reenviar", json={})
    assert (refused.status_code, refused.json()["codigo"]) == (409, "reenvio_em_andamento")
    assert as_deliverer(portal, advance_resends)
    assert queue(casa, id_) == ids[:5]
    assert not as_deliverer(portal, advance_resends)
    assert queue(casa, id_) == ids[:5]
    for each in ids[:5]:
        ended(casa, id_, each, "entregue", 200)
    casa.ask("POST", f"/{id_}/pausar")
    assert not as_deliverer(portal, advance_resends)
    assert queue(casa, id_) == []
    casa.ask("POST", f"/{id_}/retomar")
    for _ in range(4):
        as_deliverer(portal, advance_resends)
        for each in queue(casa, id_):
            ended(casa, id_, each, "entregue", 200)
    told = casa.ask("GET", f"/{id_}/reenvios/{done['id']}").json()
    assert (told["situacao"], told["reenviadas"]) == ("concluido", 12)
    assert told["terminado_em"] is not None
    assert states(casa, id_) == {"entregue": 12}


def test_what_is_asked_for_again_is_forgotten_after_90_days(casa: Casa, portal: Portal) -> None:
    id_, gone = casa.new()["id"], casa.new()["id"]
    for each in (id_, gone):
        casa.ask("POST", f"/{each}/reenviar", json={})
    as_deliverer(portal, forget_resends)
    assert len(casa.sql("SELECT 1 FROM webhooks.reenvios")) == 2
    casa.sql("UPDATE webhooks.reenvios SET pedido_em = now() - interval '91 days'")
    as_deliverer(portal, forget_resends)
    assert casa.sql("SELECT 1 FROM webhooks.reenvios") == []


def test_a_subscription_that_does_not_deliver_is_resumed_first(casa: Casa) -> None:
    id_ = casa.new()["id"]
    (one,) = happened(casa, 1)
    ended(casa, id_, one, "falhou")
    casa.ask("POST", f"/{id_}/pausar")
    for path in (f"entregas/{one}/reenviar", "reenviar"):
        refused = casa.ask("POST", f"/{id_}/{path}", json={})
        assert (refused.status_code, refused.json()["codigo"]) == (409, "webhook_inativo")
    assert (states(casa, id_), queue(casa, id_)) == ({"falhou": 1}, [])


def test_nothing_of_another_organisation_is_sent_or_told(casa: Casa, portal: Portal) -> None:
    stranger = portal.casa()
    theirs, mine = stranger.new()["id"], casa.new()["id"]
    (one,) = happened(stranger, 1)
    ended(stranger, theirs, one, "falhou")
    reenvio = stranger.ask("POST", f"/{theirs}/reenviar", json={"situacoes": ["retida"]}).json()
    for whose in (theirs, mine):
        for method, path in (
            ("POST", f"entregas/{one}/reenviar"),
            ("GET", f"reenvios/{reenvio['id']}"),
        ):
            assert casa.ask(method, f"/{whose}/{path}").status_code == 404
    assert casa.ask("POST", f"/{theirs}/reenviar", json={}).status_code == 404
    assert (states(stranger, theirs), queue(stranger, theirs)) == ({"falhou": 1}, [])


def test_who_reads_does_not_send(casa: Casa, portal: Portal) -> None:
    id_ = casa.new()["id"]
    (one,) = happened(casa, 1)
    ended(casa, id_, one, "falhou")
    reader = portal.new_key(casa.id, Escopo.WEBHOOKS_LER)
    part = portal.new_key(casa.id, empresas=["11222333000181"])
    for chave in (reader, part):
        for path in (f"entregas/{one}/reenviar", "reenviar"):
            assert casa.ask("POST", f"/{id_}/{path}", chave=chave, json={}).status_code == 403
    assert queue(casa, id_) == []


WRONG: list[dict[str, Any]] = [
    {"situacoes": ["pendente"]},
    {"situacoes": "falhou"},
    {"situacoes": ["falhou"] * 4},
    {"tipos": ["outro"]},
    {"tipos": [None]},
    {"tipos": ["lote.falhou"] * 100},
    {"de": "ontem"},
    {"de": "2026-11-10"},
    {"de": "2026-11-10T09:00:00"},
    {"de": 1},
    {"de": "9999-12-31T23:59:59Z"},
    {"ate": "0001-01-01T00:00:00Z"},
    {"de": "2026-11-10T09:00:00Z", "ate": "2026-11-10T09:00:00Z"},
    {"outro": 1},
    {"de": "\x00"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong)[:40])
def test_what_is_wrong_is_refused_and_sends_nothing(casa: Casa, wrong: dict[str, Any]) -> None:
    id_ = casa.new()["id"]
    (one,) = happened(casa, 1)
    ended(casa, id_, one, "falhou")
    refused = casa.ask("POST", f"/{id_}/reenviar", json=wrong)
    assert refused.status_code == 422, refused.text
    assert (queue(casa, id_), casa.sql("SELECT 1 FROM webhooks.reenvios")) == ([], [])


@pytest.mark.parametrize(
    "id_", ["nada", "%00", "a" * 5000, str(UUID(int=2**128 - 1)), str(UUID(int=4 << 76))]
)
def test_an_id_that_is_none_is_refused(casa: Casa, id_: str) -> None:
    mine = casa.new()["id"]
    for method, path in (
        ("POST", f"{mine}/entregas/{id_}/reenviar"),
        ("POST", f"{id_}/reenviar"),
        ("GET", f"{mine}/reenvios/{id_}"),
    ):
        assert 400 <= casa.ask(method, f"/{path}", json={}).status_code < 500
