"""Whether what happens is told, how soon, and whom nobody can reach."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from fiscalxml_ops.dashboards import limits
from fiscalxml_ops.dashboards.frame import frame
from fiscalxml_ops.dashboards.panels import Consulta, fileira, linhas, numero
from fiscalxml_ops.dashboards.promql import gauge, newest, quantile, rate, share, total
from fiscalxml_server.kit.notifying.slices import FATIAS
from fiscalxml_server.kit.telemetry import sampled
from fiscalxml_server.kit.telemetry.deliveries import (
    attempts,
    delays,
    durations,
    ended,
    lanes,
    slices,
)
from fiscalxml_server.kit.telemetry.pools import ENTREGAS, in_use, sizes

_FILAS = 'queue=~"webhooks[.].+"'
_HELD = 'state="held"'
_POOL = f'pool="{ENTREGAS}"'


def webhooks() -> Dashboard:
    """Deliveries, receivers, queues."""
    return frame(
        "webhooks",
        "Webhooks",
        "Se o que acontece é avisado, em quanto tempo, e quem ninguém consegue avisar.",
        [
            fileira("Saúde"),
            numero(
                "Tentativas que entregam",
                "percentunit",
                "Das tentativas de agora. Cai quando algum destinatário está fora do ar.",
                share(rate(durations, 'delivered="yes"'), rate(durations)),
                limits.ENTREGAM,
                runbook="EntregasFalhando",
            ),
            numero(
                "p99 até a primeira tentativa",
                "s",
                "Sem as assinaturas em ordem, que esperam por quem recebe.",
                quantile(0.99, delays, 'ordered="no"'),
                limits.ATRASO_DE_WEBHOOK,
                runbook="WebhooksAtrasados",
            ),
            numero(
                "Entregas à espera",
                "none",
                "Com a hora já chegada, de todas as assinaturas.",
                f"sum({newest(sampled.QUEUE_DEPTH, _FILAS)})",
            ),
            numero(
                "Disjuntores abertos",
                "none",
                "Destinatários que falharam demais e descansam.",
                total(gauge(lanes, 'state="open"')),
                limits.ALGUM,
            ),
            numero(
                "Fatias sem entregador",
                "none",
                f"As assinaturas se dividem em {FATIAS} fatias; nas que nenhum processo tem, "
                "ninguém entrega.",
                f"{FATIAS} - {total(gauge(slices, _HELD))}",
                limits.ALGUM,
                runbook="EntregadorAusente",
            ),
            numero(
                "Assinaturas desativadas",
                "none",
                "Por dias de falhas, ou porque o destino disse 410.",
                newest(sampled.SUBSCRIPTIONS, 'situacao="desativada"', by=""),
            ),
            numero(
                "Assinaturas falhando",
                "none",
                "Ativas, e nada do que se tentou por último foi aceito.",
                newest(sampled.SUBSCRIPTIONS_FAILING),
                largura=12,
            ),
            numero(
                "A que falha há mais tempo",
                "s",
                "Uma assinatura que só falha é desativada, por padrão depois de cinco dias.",
                newest(sampled.SUBSCRIPTIONS_FAILING_AGE),
                limits.FALHANDO,
                largura=12,
            ),
            fileira("Entregas"),
            linhas(
                "Tentativas por resposta",
                "ops",
                "O código da resposta, ou a palavra que diz por que não houve uma.",
                Consulta(total(rate(attempts), "outcome"), "{{outcome}}"),
            ),
            linhas(
                "Entregas que terminaram",
                "ops",
                "Entregues, e as de que se desistiu depois de todas as tentativas.",
                Consulta(total(rate(ended), "situacao"), "{{situacao}}"),
            ),
            linhas(
                "Até a primeira tentativa",
                "s",
                "De quando a entrega podia ser feita.",
                Consulta(quantile(0.5, delays, 'ordered="no"'), "p50"),
                Consulta(quantile(0.95, delays, 'ordered="no"'), "p95"),
                Consulta(quantile(0.99, delays, 'ordered="no"'), "p99"),
                limites=limits.ATRASO_DE_WEBHOOK,
            ),
            linhas(
                "Duração das tentativas (p95)",
                "s",
                "Quanto os destinatários demoram a responder.",
                Consulta(quantile(0.95, durations, by="delivered"), "entregou: {{delivered}}"),
            ),
            fileira("Filas e capacidade"),
            linhas(
                "Fila por estado",
                "none",
                "Livre: qualquer entregador pode pegar; tomada: um tem; estacionada: espera a vez "
                "da sua assinatura.",
                Consulta(newest(sampled.QUEUE_DEPTH, _FILAS), "{{queue}}"),
            ),
            linhas(
                "Idade da mais antiga, por estado",
                "s",
                "Estacionada, pode ser um destinatário fora do ar; livre, é falta de entregador.",
                Consulta(newest(sampled.QUEUE_AGE, _FILAS), "{{queue}}"),
                runbook="WebhooksParados",
            ),
            linhas(
                "Tentativas em andamento",
                "percentunit",
                "Das que os entregadores fazem ao mesmo tempo.",
                Consulta(
                    f"{total(gauge(in_use, _POOL))} / {total(gauge(sizes, _POOL))}", "ocupação"
                ),
                limites=limits.OCUPACAO,
            ),
            linhas(
                "Assinaturas, por situação",
                "none",
                "De todas as organizações.",
                Consulta(newest(sampled.SUBSCRIPTIONS), "{{situacao}}"),
            ),
        ],
    )
