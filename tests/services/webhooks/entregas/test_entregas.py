"""Deliveries are listed, read with their attempts, and a subscription's health is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.notifying.days import day_of, first_at, moment_of
from fiscalxml_server.kit.rbac import Escopo
from services.webhooks.portal import Casa, Portal
from services.webhooks.telling import counted, ended, happened, lote, queue, tried


def listed(casa: Casa, assinatura: str, query: str = "") -> list[str]:
    """Ids of all pages, in order."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = casa.ask("GET", f"/{assinatura}/entregas?limite=2{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [each["notificacao"] for each in page["itens"]]
        if page["proximo"] is None:
            return found
        cursor = f"&cursor={page['proximo']}"


def test_an_id_says_the_day_of_its_rows() -> None:
    moment = datetime.fromisoformat("2026-11-10T23:59:59.999Z")
    id_ = UUID(int=first_at(moment).int + 5)
    assert moment_of(id_) == moment
    assert day_of(id_).isoformat() == "2026-11-10"
    assert first_at(moment + timedelta(milliseconds=1)) > id_ >= first_at(moment)
    assert day_of(UUID(int=2**128 - 1)).isoformat() == "9999-12-31"
    assert first_at(datetime.fromisoformat("0001-01-01T00:00Z")) == UUID(int=0)


def test_a_list_goes_from_the_newest_to_the_oldest_in_pages(casa: Casa) -> None:
    id_, other = casa.new()["id"], casa.new(tipos=["lote.falhou"])["id"]
    ids = happened(casa, 5)
    assert listed(casa, id_) == ids
    assert listed(casa, other) == []
    first = casa.ask("GET", f"/{id_}/entregas?limite=1").json()["itens"][0]
    alvo = casa.sql("SELECT alvo FROM webhooks.notificacoes ORDER BY id DESC")[0].alvo
    assert first == {
        "notificacao": ids[0],
        "tipo": "lote.concluido",
        "alvo": alvo,
        "em": first["em"],
        "situacao": "pendente",
        "tentativas": 0,
        "codigo": None,
        "terminado_em": None,
    }
    assert datetime.fromisoformat(first["em"]) == moment_of(UUID(ids[0]))


def test_each_filter_leaves_what_it_says(casa: Casa) -> None:
    id_ = casa.new()["id"]
    about = uuid4()
    old = happened(casa, 3)
    (falha,) = happened(casa, 1, Tipo.LOTE_FALHOU)
    casa.publish(lote(id_=about))
    newest = listed(casa, id_)[0]
    ended(casa, id_, old[0], "entregue", 200)
    ended(casa, id_, old[1], "falhou")
    assert listed(casa, id_, "&situacao=entregue") == [old[0]]
    assert listed(casa, id_, "&situacao=falhou") == [old[1]]
    assert listed(casa, id_, "&situacao=pendente") == [newest, falha, old[2]]
    assert listed(casa, id_, "&situacao=retida") == []
    assert listed(casa, id_, "&tipo=lote.falhou") == [falha]
    assert listed(casa, id_, "&tipo=lote.concluido&situacao=pendente") == [newest, old[2]]
    assert listed(casa, id_, f"&alvo=lote:{about}") == [newest]
    assert listed(casa, id_, f"&alvo=lote:{about}&tipo=lote.falhou") == []
    assert listed(casa, id_, f"&alvo=lote:{about}&situacao=falhou") == []
    assert listed(casa, id_, f"&alvo=lote:{uuid4()}") == []
    assert listed(casa, id_, "&de=2099-01-01") == []
    assert listed(casa, id_, "&ate=2001-01-01") == []
    assert len(listed(casa, id_, "&de=2001-01-01&ate=2099-01-01")) == 5


def test_a_time_is_from_its_beginning_and_before_its_end(casa: Casa) -> None:
    id_ = casa.new()["id"]
    ids: list[str] = []
    for year in (2026, 2027, 2028):
        moment = datetime.fromisoformat(f"{year}-06-01T12:00:00Z")
        ids.insert(0, _on(casa, id_, moment))
    assert listed(casa, id_) == ids
    assert listed(casa, id_, "&de=2027-06-01T12:00:00Z") == ids[:2]
    assert listed(casa, id_, "&de=2027-06-01T12:00:00.001Z") == ids[:1]
    assert listed(casa, id_, "&ate=2027-06-01T12:00:00Z") == ids[2:]
    assert listed(casa, id_, "&ate=2027-06-01T12:00:00.001Z") == ids[1:]
    assert listed(casa, id_, "&de=2027-06-01&ate=2027-06-02&tipo=lote.concluido") == [ids[1]]


def test_a_page_looks_at_so_many_and_says_that_there_is_more(
    casa: Casa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fiscalxml_server.webhooks.walking.EXAMINED", 3)
    id_ = casa.new()["id"]
    (falha,) = happened(casa, 1, Tipo.LOTE_FALHOU)
    ids = happened(casa, 7)
    page = casa.ask("GET", f"/{id_}/entregas?tipo=lote.falhou").json()
    assert page["itens"] == []
    assert page["proximo"] is not None
    assert listed(casa, id_, "&tipo=lote.falhou") == [falha]
    assert listed(casa, id_) == [*ids, falha]


def test_one_tells_what_is_told_and_each_attempt(casa: Casa) -> None:
    id_ = casa.new()["id"]
    (notificacao,) = happened(casa, 1)
    tried(casa, id_, notificacao, 1, codigo=None, erro="dns", milissegundos=5)
    tried(casa, id_, notificacao, 2, codigo=503, resposta='<b>"fora"</b>\n')
    casa.sql("UPDATE webhooks.entregas SET tentativas = 2, codigo = 503")
    answer = casa.ask("GET", f"/{id_}/entregas/{notificacao}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    one = answer.json()
    (row,) = casa.sql("SELECT corpo FROM webhooks.notificacoes")
    assert row.corpo in answer.text
    assert one["corpo"]["id"] == notificacao
    assert (one["situacao"], one["tentativas"], one["codigo"]) == ("pendente", 2, 503)
    assert one["proxima_em"] is not None
    assert [{**each, "em": ""} for each in one["historico"]] == [
        {
            "numero": 2,
            "em": "",
            "milissegundos": 50,
            "codigo": 503,
            "erro": None,
            "resposta": '<b>"fora"</b>\n',
        },
        {
            "numero": 1,
            "em": "",
            "milissegundos": 5,
            "codigo": None,
            "erro": "dns",
            "resposta": None,
        },
    ]
    ended(casa, id_, notificacao, "entregue", 200)
    one = casa.ask("GET", f"/{id_}/entregas/{notificacao}").json()
    assert (one["situacao"], one["proxima_em"]) == ("entregue", None)
    assert one["terminado_em"] is not None


def test_the_health_of_one_that_was_told_nothing(casa: Casa) -> None:
    nothing = {
        "tentativas": 0,
        "entregues": 0,
        "falhas": 0,
        "taxa_de_sucesso": None,
        "media_milissegundos": None,
    }
    assert casa.ask("GET", f"/{casa.new()['id']}/saude").json() == {
        "situacao": "ativa",
        "falhando_desde": None,
        "espera_ate": None,
        "ultimas_24_horas": nothing,
        "ultimos_7_dias": nothing,
        "p95_milissegundos": None,
        "pendentes": 0,
        "estacionadas": 0,
        "pendente_desde": None,
        "falhadas": 0,
        "retidas": 0,
    }


def test_the_health_of_one_counts_what_it_was_told(casa: Casa) -> None:
    id_, other = casa.new()["id"], casa.new()["id"]
    ids = happened(casa, 6)
    ended(casa, id_, ids[0], "falhou")
    ended(casa, id_, ids[1], "retida")
    for numero, milissegundos in enumerate(range(10, 1010, 10)):
        tried(casa, id_, ids[0], numero, milissegundos=milissegundos)
    casa.sql(
        "UPDATE webhooks.fila SET estado = 'estacionada' WHERE notificacao = :n", n=UUID(ids[2])
    )
    counted(casa, id_, 1, 3, 1)
    counted(casa, id_, 30, 6, 0)
    counted(casa, id_, 24 * 8, 100, 100)
    counted(casa, other, 1, 7, 7)
    casa.sql("UPDATE webhooks.assinaturas SET falhando_desde = now(), espera_ate = now()")
    health = casa.ask("GET", f"/{id_}/saude").json()
    assert health["ultimas_24_horas"] == {
        "tentativas": 4,
        "entregues": 3,
        "falhas": 1,
        "taxa_de_sucesso": 0.75,
        "media_milissegundos": 100.0,
    }
    assert health["ultimos_7_dias"]["taxa_de_sucesso"] == 0.9
    assert health["p95_milissegundos"] == 950
    assert (health["pendentes"], health["estacionadas"]) == (4, 1)
    assert (health["falhadas"], health["retidas"]) == (1, 1)
    assert datetime.fromisoformat(health["pendente_desde"]) == moment_of(UUID(ids[5]))
    assert health["falhando_desde"]
    assert health["espera_ate"]


def test_nothing_of_another_organisation_is_told(casa: Casa, portal: Portal) -> None:
    stranger = portal.casa()
    theirs = stranger.new()["id"]
    (notificacao,) = happened(stranger, 1)
    mine = casa.new()["id"]
    for path in ("entregas", f"entregas/{notificacao}", "saude"):
        answer = casa.ask("GET", f"/{theirs}/{path}")
        unknown = casa.ask("GET", f"/{uuid4()}/{path}")
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert casa.ask("GET", f"/{mine}/entregas/{notificacao}").status_code == 404
    assert listed(casa, mine) == []
    assert queue(stranger, theirs) == [notificacao]


def test_who_may_not_read_webhooks_or_sees_a_part_reads_nothing(casa: Casa, portal: Portal) -> None:
    id_ = casa.new()["id"]
    (notificacao,) = happened(casa, 1)
    reader = portal.new_key(casa.id, Escopo.WEBHOOKS_LER)
    writer = portal.new_key(casa.id, Escopo.WEBHOOKS_ESCREVER)
    part = portal.new_key(casa.id, empresas=["11222333000181"])
    for path in ("entregas", f"entregas/{notificacao}", "saude"):
        assert casa.ask("GET", f"/{id_}/{path}", chave=reader).status_code == 200
        for chave in (writer, part):
            assert casa.ask("GET", f"/{id_}/{path}", chave=chave).status_code == 403


def test_each_reading_is_audited(casa: Casa) -> None:
    id_ = casa.new()["id"]
    (notificacao,) = happened(casa, 1)
    for path in ("entregas?situacao=falhou", f"entregas/{notificacao}", "saude"):
        casa.ask("GET", f"/{id_}/{path}")
    about = f"assinatura:{id_}"
    assert casa.audit()[1:] == [
        ("webhook.entregas_listadas", about, {"situacao": "falhou"}),
        ("webhook.entrega_lida", about, {"notificacao": notificacao}),
        ("webhook.saude_lida", about, {}),
    ]


WRONG = [
    *("situacao=outra", "situacao=", "tipo=outro", "tipo=lote.concluido%00", "limite=0"),
    *("limite=1001", "limite=x", "cursor=nada", "cursor=%00", "cursor=" + "a" * 5000),
    *(
        "alvo=lote",
        "alvo=%00",
        "alvo=lote:%27--",
        "alvo=" + "a" * 5000,
        "de=ontem",
        "de=0001-01-01",
    ),
    *("ate=9999-12-31", "ate=2026-13-01", "outro=1", "tipo=webhook.desativado'"),
]


@pytest.mark.parametrize("query", WRONG, ids=lambda query: query[:30])
def test_what_is_asked_for_wrongly_is_refused(casa: Casa, query: str) -> None:
    answer = casa.ask("GET", f"/{casa.new()['id']}/entregas?{query}")
    assert (answer.status_code, answer.json()["codigo"]) == (422, "parametros_invalidos")


@pytest.mark.parametrize("id_", ["nada", "1", "%00", "..%2f..", "a" * 5000])
def test_an_id_that_is_none_is_refused(casa: Casa, id_: str) -> None:
    mine = casa.new()["id"]
    for path in (f"{id_}/entregas", f"{id_}/saude", f"{mine}/entregas/{id_}"):
        assert 400 <= casa.ask("GET", f"/{path}").status_code < 500


@pytest.mark.parametrize("id_", [UUID(int=0), UUID(int=2**128 - 1), UUID(int=4 << 76)], ids=str)
def test_an_id_that_is_of_no_time_is_not_found(casa: Casa, id_: UUID) -> None:
    mine = casa.new()["id"]
    answer = casa.ask("GET", f"/{mine}/entregas/{id_}")
    assert (answer.status_code, answer.json()["codigo"]) == (404, "nao_encontrado")


def _on(casa: Casa, assinatura: str, moment: datetime) -> str:
    """Something that happened then, delivered; a partition is made for its day."""
    id_ = UUID(int=first_at(moment).int + 1)
    day = day_of(id_)
    which: dict[str, Any] = {"o": casa.id, "dia": day, "n": id_}
    casa.portal.run(_partition(casa.portal, f"{day:%Y%m%d}", day.isoformat()))
    casa.sql(
        "INSERT INTO webhooks.notificacoes VALUES (:o, :dia, :n, 'lote.concluido', 'lote:1', '{}')",
        **which,
    )
    casa.sql(
        "INSERT INTO webhooks.entregas (organizacao, dia, assinatura, notificacao, situacao)"
        " VALUES (:o, :dia, :a, :n, 'entregue')",
        a=UUID(assinatura),
        **which,
    )
    return str(id_)


async def _partition(portal: Portal, name: str, day: str) -> None:
    """As the owner of the tables."""
    import asyncpg

    owner = await asyncpg.connect(portal.values["database_url"])
    try:
        for table in ("notificacoes", "entregas"):
            await owner.execute(
                f"CREATE TABLE IF NOT EXISTS webhooks.{table}_{name} PARTITION OF webhooks.{table}"
                f" FOR VALUES FROM ('{day}') TO ('{day}'::date + 1)"
            )
    finally:
        await owner.close()
