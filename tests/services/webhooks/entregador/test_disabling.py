"""A receiver that is gone, or does nothing but fail, is called no more, and that is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.webhooks.portal import Casa, Portal

from .central import delivering
from .noticias import lote_concluido
from .receptor import Receptor, wait_until
from .vistas import new, queued, situations


@pytest.fixture(scope="module", autouse=True)
def _delivered(portal: Portal) -> Iterator[None]:
    with delivering(
        portal, webhooks_schedule_seconds=(0.2,) * 50, webhooks_disable_hours=0.5 / 3600
    ):
        yield


def test_410_disables_at_once(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", 410)
    assinatura = new(casa, receptor)
    new(casa, receptor, "/b")
    casa.publish(lote_concluido())
    told = [each.ler for each in receptor.wait("/b", 2)]
    wait_until(lambda: situations(casa, assinatura) == ["retida"])
    assert len(receptor.at("/a")) == 1
    assert not queued(casa, assinatura)
    (about,) = [each for each in told if each["tipo"] == "webhook.desativado"]
    assert about["dados"]["assinatura"] == assinatura
    now = casa.read(assinatura)
    assert (now["situacao"], "410" in now["motivo"]) == ("desativada", True)
    assert ("webhook.desativado", f"assinatura:{assinatura}") in [e[:2] for e in casa.audit()]


def test_nothing_but_failures_for_long_disables(casa: Casa, receptor: Receptor) -> None:
    receptor.answer("/a", 500)
    assinatura = new(casa, receptor)
    casa.publish(lote_concluido())
    wait_until(lambda: casa.read(assinatura)["situacao"] == "desativada")
    wait_until(lambda: situations(casa, assinatura) == ["retida"])
    receptor.answer("/a", 200)
    casa.ask("POST", f"/{assinatura}/retomar")
    wait_until(lambda: situations(casa, assinatura) == ["entregue"])
    assert casa.read(assinatura)["falhando_desde"] is None
