"""A notificação reaches its receiver, signed, and it is written what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fiscalxml.webhooks import verify
from services.webhooks.portal import Casa, Portal

from .central import delivering
from .noticias import lote_concluido
from .receptor import Chegada, Receptor, Resposta, wait_until
from .vistas import attempts, new, queued, situations, told


@pytest.fixture(scope="module", autouse=True)
def _delivered(portal: Portal) -> Iterator[None]:
    with delivering(
        portal,
        webhooks_schedule_seconds=(0.1, 0.2),
        webhooks_timeout_seconds=1.0,
        webhooks_breaker_seconds=0.3,
        webhooks_breaker_longest_seconds=0.6,
    ):
        yield


def test_a_notificacao_reaches_its_receiver(casa: Casa, receptor: Receptor) -> None:
    created = casa.new(url=receptor.url("/a"), cabecalhos={"X-Chave": "minha"})
    casa.publish(lote_concluido())
    (chegada,) = receptor.wait("/a", 1)
    wait_until(lambda: not queued(casa, created["id"]))
    assert verify(chegada.corpo, chegada.cabecalhos, created["segredo"]).tipo == "lote.concluido"
    assert chegada.ler["id"] == chegada.id
    assert chegada.cabecalhos["x-chave"] == "minha"
    assert situations(casa, created["id"]) == ["entregue"]
    assert attempts(casa, created["id"]) == [(1, 204, None)]
    (conta,) = casa.sql("SELECT entregues, falhas FROM webhooks.contagens")
    assert (conta.entregues, conta.falhas) == (1, 0)


@pytest.mark.parametrize("codigo", [302, 404, 500])
def test_what_is_not_2xx_is_tried_again_and_given_up_at_the_end(
    casa: Casa, receptor: Receptor, codigo: int
) -> None:
    receptor.answer("/a", codigo)
    assinatura = new(casa, receptor)
    casa.publish(lote_concluido())
    wait_until(lambda: situations(casa, assinatura) == ["falhou"])
    assert attempts(casa, assinatura) == [(number, codigo, None) for number in (1, 2, 3)]
    assert len({each.id for each in receptor.at("/a")}) == 1
    assert not queued(casa, assinatura)


def test_a_failure_that_passes(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", lambda each: Resposta(503 if each.numero < 2 else 200))
    assinatura = new(casa, receptor)
    casa.publish(lote_concluido())
    wait_until(lambda: situations(casa, assinatura) == ["entregue"])
    assert attempts(casa, assinatura) == [(1, 503, None), (2, 200, None)]
    wait_until(lambda: casa.read(assinatura)["falhando_desde"] is None)


def test_no_answer_in_time_is_a_failure(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", lambda each: Resposta(depois=5 if each.numero == 1 else 0))
    assinatura = new(casa, receptor)
    casa.publish(lote_concluido())
    wait_until(lambda: situations(casa, assinatura) == ["entregue"])
    assert attempts(casa, assinatura)[0] == (1, None, "tempo")


def test_an_ordered_one_is_told_one_after_the_other(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", lambda each: Resposta(500 if each.numero in (1, 4) else 200))
    assinatura = new(casa, receptor, ordenada=True)
    casa.publish(*(lote_concluido() for _ in range(5)))
    wait_until(lambda: situations(casa, assinatura) == ["entregue"] * 5)
    first, *_, last = order = told(casa, assinatura)
    expected = [first, first, order[1], order[2], order[2], order[3], last]
    assert [each.id for each in receptor.at("/a")] == expected
    assert receptor.ao_mesmo_tempo["/a"] == 1


def test_what_is_given_up_lets_an_ordered_one_go_on(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", lambda each: Resposta(500 if each.numero <= 3 else 200))
    assinatura = new(casa, receptor, ordenada=True)
    casa.publish(lote_concluido(), lote_concluido())
    wait_until(lambda: situations(casa, assinatura) == ["falhou", "entregue"])


def test_no_more_at_a_time_than_was_asked_for(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", lambda _: Resposta(depois=0.1))
    new(casa, receptor, simultaneas=3)
    casa.publish(*(lote_concluido() for _ in range(12)))
    receptor.wait("/a", 12)
    assert receptor.ao_mesmo_tempo["/a"] == 3


def test_no_more_in_a_minute_than_was_asked_for(casa: Casa, receptor: Receptor) -> None:
    assinatura = new(casa, receptor, por_minuto=4)
    new(casa, receptor, "/b")
    casa.publish(*(lote_concluido() for _ in range(9)))
    receptor.wait("/b", 9)
    wait_until(lambda: situations(casa, assinatura).count("entregue") == 4)
    assert len(receptor.at("/a")) == 4


def test_pausing_holds_what_waits_and_resuming_delivers_it(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", lambda _: Resposta(depois=0.2))
    assinatura = new(casa, receptor, ordenada=True)
    casa.publish(*(lote_concluido() for _ in range(20)))
    receptor.wait("/a", 2)
    casa.ask("POST", f"/{assinatura}/pausar")
    wait_until(lambda: not queued(casa, assinatura))
    came = len(receptor.at("/a"))
    held = situations(casa, assinatura)
    assert came < 20
    assert set(held) == {"entregue", "retida"}
    receptor.answer("/a", 200)
    casa.publish(lote_concluido())
    casa.ask("POST", f"/{assinatura}/retomar")
    wait_until(lambda: situations(casa, assinatura) == ["entregue"] * 21)
    assert list(dict.fromkeys(each.id for each in receptor.at("/a"))) == told(casa, assinatura)


def test_a_removed_one_is_told_nothing(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", 500)
    assinatura = new(casa, receptor)
    casa.publish(lote_concluido())
    receptor.wait("/a", 1)
    casa.ask("DELETE", f"/{assinatura}")
    wait_until(lambda: not queued(casa, assinatura))


def test_a_breaker_opens_and_one_attempt_closes_it(casa: Casa, receptor: Receptor) -> None:
    """Nothing is lost or given up meanwhile, and the others are told as ever."""
    up: list[bool] = []

    def answer(_: Chegada) -> Resposta:
        return Resposta(200 if up else 500)

    receptor.answer("/a", answer)
    assinatura = new(casa, receptor, simultaneas=5)
    casa.publish(*(lote_concluido() for _ in range(40)))
    wait_until(lambda: "estacionada" in states(casa, assinatura))
    up.append(True)
    wait_until(lambda: situations(casa, assinatura).count("entregue") >= 25)
    wait_until(lambda: not queued(casa, assinatura))


def states(casa: Casa, assinatura: str) -> set[str]:
    rows = casa.sql("SELECT estado FROM webhooks.fila WHERE assinatura = :id", id=assinatura)
    return {row.estado for row in rows}
