"""What happens while a subscription is paused is held, and queued in order when it is resumed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid4

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.notifying import Notificacao, Tipo
from fiscalxml_server.kit.notifying.types import Lote
from fiscalxml_server.webhooks.assinaturas.pausing import BATCH
from fiscalxml_server.webhooks.assinaturas.tasks import clear_removed, resume_held
from services.webhooks.portal import Casa, Portal

LONG_AGO = "now() - interval '1 hour'"


def lote() -> Notificacao:
    id_ = uuid4()
    dados = Lote(lote=id_, situacao="concluido", link=f"/v1/lotes/{id_}")
    return Notificacao(tipo=Tipo.LOTE_CONCLUIDO, alvo=f"lote:{id_}", dados=dados)


def queued(casa: Casa, assinatura: str) -> list[UUID]:
    """Ids in the queue, in the order of their rows."""
    rows = casa.sql(
        "SELECT notificacao FROM webhooks.fila WHERE assinatura = :id ORDER BY ctid",
        id=UUID(assinatura),
    )
    return [row.notificacao for row in rows]


def deliveries(casa: Casa, assinatura: str) -> dict[str, int]:
    """How many there are in each state."""
    rows = casa.sql(
        "SELECT situacao, count(*) AS n FROM webhooks.entregas WHERE assinatura = :id GROUP BY 1",
        id=UUID(assinatura),
    )
    return {row.situacao: row.n for row in rows}


def held(casa: Casa, assinatura: str, how_many: int) -> Sequence[UUID]:
    """So many notificações that it was not told; their ids in order."""
    casa.sql(
        """
        INSERT INTO webhooks.entregas (organizacao, dia, assinatura, notificacao, situacao)
        SELECT :organizacao, (now() AT TIME ZONE 'UTC')::date, :id, uuidv7(), 'retida'
        FROM generate_series(1, :n)
        """,
        organizacao=casa.id,
        id=UUID(assinatura),
        n=how_many,
    )
    rows = casa.sql(
        "SELECT notificacao FROM webhooks.entregas WHERE assinatura = :id ORDER BY notificacao",
        id=UUID(assinatura),
    )
    return [row.notificacao for row in rows]


def as_deliverer(portal: Portal, work: Callable[[Banco], Awaitable[bool]]) -> bool:
    """Do some of what the process that delivers does now and then."""

    async def do() -> bool:
        banco = portal.banco("fiscalxml_entregador")
        try:
            return await work(banco)
        finally:
            await banco.close()

    return portal.run(do())


def test_a_paused_one_is_queued_nothing_and_loses_nothing(casa: Casa) -> None:
    paused, other = casa.new()["id"], casa.new()["id"]
    casa.publish(lote())
    answer = casa.ask("POST", f"/{paused}/pausar")
    assert answer.status_code == 200
    assert answer.json() == casa.read(paused)
    assert answer.json()["situacao"] == "pausada"
    casa.publish(lote(), lote())
    assert deliveries(casa, paused) == {"pendente": 1, "retida": 2}
    assert len(queued(casa, paused)) == 1
    assert len(queued(casa, other)) == 3
    answer = casa.ask("POST", f"/{paused}/retomar")
    assert (answer.status_code, answer.json()["situacao"]) == (200, "ativa")
    casa.publish(lote())
    assert deliveries(casa, paused) == {"pendente": 4}
    assert queued(casa, paused) == sorted(queued(casa, other))


def test_to_do_it_twice_is_to_do_it_once(casa: Casa) -> None:
    id_ = casa.new()["id"]
    for action, situacao in (("retomar", "ativa"), ("pausar", "pausada"), ("retomar", "ativa")):
        first = casa.ask("POST", f"/{id_}/{action}").json()
        assert first["situacao"] == situacao
        assert casa.ask("POST", f"/{id_}/{action}").json() == first
    about = f"assinatura:{id_}"
    assert [each[0] for each in casa.audit() if each[1] == about] == [
        "webhook.criado",
        "webhook.pausado",
        "webhook.retomado",
    ]


def test_one_that_was_disabled_begins_anew(casa: Casa) -> None:
    id_ = casa.new()["id"]
    casa.sql(
        "UPDATE webhooks.assinaturas SET situacao = 'desativada', motivo = 'só falhas',"
        " falhando_desde = now(), desativada_em = now(), avisada_em = now()"
    )
    casa.publish(lote())
    disabled = casa.read(id_)
    assert (disabled["situacao"], disabled["motivo"]) == ("desativada", "só falhas")
    assert casa.ask("POST", f"/{id_}/pausar").json() == disabled
    assert casa.ask("POST", f"/{id_}/retomar").json()["situacao"] == "ativa"
    told = casa.read(id_)
    assert {told[name] for name in ("motivo", "falhando_desde", "desativada_em")} == {None}
    assert deliveries(casa, id_) == {"pendente": 1}


def test_much_that_was_held_goes_back_in_parts_and_nothing_overtakes_it(
    casa: Casa, portal: Portal
) -> None:
    id_ = casa.new(ordenada=True)["id"]
    casa.ask("POST", f"/{id_}/pausar")
    ids = held(casa, id_, BATCH + 10)
    assert casa.ask("POST", f"/{id_}/retomar").json()["situacao"] == "retomando"
    assert queued(casa, id_) == ids[:BATCH]
    casa.publish(lote())
    assert deliveries(casa, id_) == {"pendente": BATCH, "retida": 11}
    assert not as_deliverer(portal, resume_held)
    assert casa.read(id_)["situacao"] == "ativa"
    assert len(queued(casa, id_)) == BATCH + 11
    assert queued(casa, id_) == sorted(queued(casa, id_))


def test_what_was_held_by_a_transaction_that_ended_late_is_queued(
    casa: Casa, portal: Portal
) -> None:
    id_ = casa.new()["id"]
    casa.ask("POST", f"/{id_}/pausar")
    casa.ask("POST", f"/{id_}/retomar")
    for _ in range(2):
        held(casa, id_, 1)
        as_deliverer(portal, resume_held)
        assert "retida" not in deliveries(casa, id_)
    casa.sql(f"UPDATE webhooks.assinaturas SET retomada_em = {LONG_AGO}")  # noqa: S608
    held(casa, id_, 1)
    as_deliverer(portal, resume_held)
    as_deliverer(portal, resume_held)
    assert deliveries(casa, id_) == {"pendente": 3}
    (row,) = casa.sql("SELECT retomada_em FROM webhooks.assinaturas")
    assert row.retomada_em is None


def test_what_is_held_does_not_wait_behind_those_of_which_nothing_is(
    casa: Casa, portal: Portal
) -> None:
    for _ in range(25):
        other = casa.new()["id"]
        casa.ask("POST", f"/{other}/pausar")
        casa.ask("POST", f"/{other}/retomar")
    id_ = casa.new()["id"]
    casa.ask("POST", f"/{id_}/pausar")
    casa.ask("POST", f"/{id_}/retomar")
    held(casa, id_, 1)
    as_deliverer(portal, resume_held)
    assert deliveries(casa, id_) == {"pendente": 1}


def test_one_that_is_paused_again_stays_so(casa: Casa, portal: Portal) -> None:
    id_ = casa.new()["id"]
    casa.ask("POST", f"/{id_}/pausar")
    held(casa, id_, BATCH + 1)
    casa.ask("POST", f"/{id_}/retomar")
    casa.ask("POST", f"/{id_}/pausar")
    as_deliverer(portal, resume_held)
    assert casa.read(id_)["situacao"] == "pausada"
    assert deliveries(casa, id_) == {"pendente": BATCH, "retida": 1}


def test_what_waits_for_a_removed_one_leaves_the_queue_and_then_its_row_goes(
    casa: Casa, portal: Portal
) -> None:
    gone, kept = casa.new()["id"], casa.new()["id"]
    casa.publish(*(lote() for _ in range(3)))
    casa.ask("DELETE", f"/{gone}")
    assert not as_deliverer(portal, clear_removed)
    assert (queued(casa, gone), deliveries(casa, gone)) == ([], {"retida": 3})
    assert len(queued(casa, kept)) == 3
    assert len(casa.sql("SELECT 1 FROM webhooks.assinaturas")) == 2
    casa.sql(
        f"UPDATE webhooks.assinaturas SET alterado_em = {LONG_AGO} WHERE situacao = 'removida'"  # noqa: S608
    )
    as_deliverer(portal, clear_removed)
    (row,) = casa.sql("SELECT id FROM webhooks.assinaturas")
    assert str(row.id) == kept


def test_a_test_goes_to_one_alone_whatever_it_wants(casa: Casa) -> None:
    tried = casa.new(tipos=["lote.falhou"])["id"]
    other = casa.new()["id"]
    answer = casa.ask("POST", f"/{tried}/teste")
    assert answer.status_code == 202
    id_ = answer.json()["id"]
    assert answer.headers["location"] == f"/v1/webhooks/{tried}/entregas/{id_}"
    assert (queued(casa, tried), queued(casa, other)) == ([UUID(id_)], [])
    (row,) = casa.sql("SELECT tipo, alvo, corpo FROM webhooks.notificacoes")
    assert (row.tipo, row.alvo) == ("webhook.teste", f"assinatura:{tried}")
    assert f'"dados":{{"assinatura":"{tried}","link":"/v1/webhooks/{tried}"}}' in row.corpo
    assert casa.audit()[-1] == ("webhook.testado", f"assinatura:{tried}", {"notificacao": id_})
    casa.ask("POST", f"/{tried}/pausar")
    refused = casa.ask("POST", f"/{tried}/teste")
    assert (refused.status_code, refused.json()["codigo"]) == (409, "webhook_inativo")
