"""Who uses how much: ids only, the largest by themselves, all others together."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from fiscalxml_ops.dashboards.frame import frame
from fiscalxml_ops.dashboards.panels import Consulta, barras, fileira, linhas, numero
from fiscalxml_ops.dashboards.promql import newest, rate, total
from fiscalxml_server.kit.telemetry import sampled
from fiscalxml_server.kit.telemetry.metrics import OTHER, documents

_WHO = "{{organization_id}}"
_ALONE = f'organization_id!="{OTHER}"'


def uso() -> Dashboard:
    """Of this month and of this moment."""
    used = newest(sampled.ORGANIZATION_DOCUMENTS)
    alone = newest(sampled.ORGANIZATION_DOCUMENTS, _ALONE)
    return frame(
        "uso",
        "Uso por organização",
        f"As {sampled.TOP} organizações que mais usam, por id, e as demais juntas (`{OTHER}`). De "
        "quem é um id, só o serviço de contas sabe.",
        [
            fileira("O mês"),
            numero(
                "Organizações ativas",
                "none",
                "Quantas usaram documentos neste mês.",
                newest(sampled.ORGANIZATIONS),
                largura=6,
            ),
            numero(
                "Documentos do mês",
                "short",
                "De todas as organizações, como as cotas os contam.",
                f"sum({used})",
                largura=6,
            ),
            numero(
                "A maior usa",
                "percentunit",
                "A parte dos documentos do mês que é da organização que mais usa.",
                f"max({alone}) / sum({used})",
                largura=6,
            ),
            numero(
                "Documentos por hora",
                "short",
                "No ritmo de agora.",
                f"3600 * {total(rate(documents))}",
                largura=6,
            ),
            barras(
                "Documentos do mês",
                "short",
                "Por organização, as que mais usam primeiro.",
                Consulta(f"sort_desc({used})", _WHO),
                altura=16,
            ),
            linhas(
                "Como cresce",
                "short",
                "Documentos do mês, por organização. Zera quando o mês vira em Brasília.",
                Consulta(used, _WHO),
            ),
            fileira("Agora"),
            linhas(
                "Trabalhos não terminados",
                "none",
                "Por organização: quem ocupa a fila. Cada uma tem só uma janela dela, as outras "
                "não esperam por isso.",
                Consulta(newest(sampled.ORGANIZATION_JOBS), _WHO),
                largura=24,
            ),
        ],
    )
