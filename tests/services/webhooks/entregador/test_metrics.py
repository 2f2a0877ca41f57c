"""What is told of deliveries and subscriptions in metrics."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from fiscalxml_server.kit.notifying.slices import FATIAS
from fiscalxml_server.kit.telemetry import deliveries, sampled
from fiscalxml_server.kit.telemetry.metrics import Family
from fiscalxml_server.kit.telemetry.pools import ENTREGAS, in_use, sizes
from fiscalxml_server.webhooks.entregador.keeping import Zeladoria
from services.webhooks.portal import Casa, Portal

from .central import delivering
from .noticias import lote_concluido
from .receptor import Receptor, wait_until
from .vistas import new, situations


def value(family: Family[Counter] | Family[Gauge] | Family[Histogram], label: str) -> float:
    """Of one child; of a histogram, how many it has seen."""
    (metric,) = family.metric.collect()
    endings = ("", "_total", "_count")
    return sum(
        sample.value
        for sample in metric.samples
        if sample.name.removeprefix(metric.name) in endings and label in sample.labels.values()
    )


def test_deliveries_are_counted_as_they_end_and_timed(
    portal: Portal, casa: Casa, receptor: Receptor
) -> None:
    receptor.answer("/ruim", 500)
    good, bad = new(casa, receptor, "/bom"), new(casa, receptor, "/ruim")
    ended, timed = deliveries.ended, deliveries.durations
    before = [value(ended, each) for each in ("entregue", "falhou")]
    tried = [value(timed, each) for each in ("yes", "no")]
    with delivering(portal, webhooks_schedule_seconds=(0.05,)):
        casa.publish(lote_concluido())
        wait_until(lambda: situations(casa, good) == ["entregue"])
        wait_until(lambda: situations(casa, bad) == ["falhou"])
        wait_until(lambda: value(deliveries.slices, "held") == FATIAS)
        wait_until(lambda: value(in_use, ENTREGAS) == 0)
    after = [value(ended, each) for each in ("entregue", "falhou")]
    assert [a - b for a, b in zip(after, before, strict=True)] == [1, 1]
    assert [value(timed, "yes") - tried[0], value(timed, "no") - tried[1]] == [1, 2]
    assert value(sizes, ENTREGAS) == portal.recursos.settings.webhooks_in_flight


def test_subscriptions_are_told_by_situation_and_those_that_fail(
    portal: Portal, casa: Casa, receptor: Receptor
) -> None:
    told = _look(portal)
    new(casa, receptor)
    failing, paused = new(casa, receptor), new(casa, receptor)
    casa.ask("POST", f"/{paused}/pausar")
    casa.sql(
        "UPDATE webhooks.assinaturas SET falhando_desde = now() - interval '1 hour' WHERE id = :id",
        id=failing,
    )
    now = _look(portal)
    of_all = sampled.SUBSCRIPTIONS.name
    assert now[of_all, "ativa"] == told[of_all, "ativa"] + 2
    assert now[of_all, "pausada"] == told[of_all, "pausada"] + 1
    assert now[sampled.SUBSCRIPTIONS_FAILING.name,] == told[sampled.SUBSCRIPTIONS_FAILING.name,] + 1
    assert 3600 <= now[sampled.SUBSCRIPTIONS_FAILING_AGE.name,] < 3700


def test_all_states_of_the_queue_are_told_even_where_there_is_nothing(portal: Portal) -> None:
    names = {key[1] for key in _look(portal) if key[0] == sampled.QUEUE_DEPTH.name}
    assert names == {"webhooks.livre", "webhooks.tomada", "webhooks.estacionada"}


def _look(portal: Portal) -> dict[tuple[str, ...], float]:
    banco = portal.banco("fiscalxml_entregador")
    zeladoria = Zeladoria(banco, portal.recursos.segredos, portal.recursos.settings)
    portal.run(zeladoria.look())
    portal.run(banco.close())
    return {(of.name, *labels): value for of, labels, value in zeladoria.seen.told()}
