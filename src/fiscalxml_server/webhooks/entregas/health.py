"""How a subscription fares: all of it is counted within bounds."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, text

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.notifying.days import moment_of
from fiscalxml_server.webhooks.assinaturas.service import require
from fiscalxml_server.webhooks.entregas.schemas import Periodo, SaudeDeWebhook
from fiscalxml_server.webhooks.resources import Recursos
from fiscalxml_server.webhooks.walking import plan_once

_PERIODS: Final = {"dia": timedelta(hours=24), "semana": timedelta(days=7)}

_TRIED: Final = text("""
    SELECT coalesce(sum(entregues), 0) AS entregues, coalesce(sum(falhas), 0) AS falhas,
        coalesce(sum(milissegundos), 0) AS milissegundos
    FROM webhooks.contagens
    WHERE organizacao = :organizacao AND assinatura = :assinatura
        AND hora > now() - CAST(:periodo AS interval)
""")

# The notificações of the last week alone: those before say nothing of how it fares now.
_STATE: Final = text("""
    SELECT
        (SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY milissegundos) FROM (
            SELECT milissegundos FROM webhooks.tentativas
            WHERE organizacao = :organizacao AND assinatura = :assinatura
                AND dia > (now() AT TIME ZONE 'UTC')::date - 8
            ORDER BY dia DESC, notificacao DESC LIMIT 500) AS recentes) AS p95,
        (SELECT count(*) FROM (
            SELECT FROM webhooks.entregas
            WHERE organizacao = :organizacao AND assinatura = :assinatura AND situacao = 'falhou'
            LIMIT 10000) AS falhadas) AS falhadas,
        (SELECT count(*) FROM (
            SELECT FROM webhooks.entregas
            WHERE organizacao = :organizacao AND assinatura = :assinatura AND situacao = 'retida'
            LIMIT 10000) AS retidas) AS retidas,
        (SELECT notificacao FROM webhooks.fila WHERE assinatura = :assinatura
            ORDER BY notificacao LIMIT 1) AS mais_antiga,
        pendentes, estacionadas
    FROM (
        SELECT count(*) AS pendentes,
            count(*) FILTER (WHERE estado = 'estacionada') AS estacionadas
        FROM (SELECT estado FROM webhooks.fila WHERE assinatura = :assinatura
            LIMIT 10000) AS contadas) AS espera
""")


async def read_health(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> SaudeDeWebhook:
    """Of one. Raises `NaoEncontrado`."""
    which = {"organizacao": sujeito.organizacao, "assinatura": assinatura}
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura)
        tried = {
            name: (await conn.execute(_TRIED, {**which, "periodo": periodo})).mappings().one()
            for name, periodo in _PERIODS.items()
        }
        await plan_once(conn)
        state = (await conn.execute(_STATE, which)).mappings().one()
    oldest = state["mais_antiga"]
    return SaudeDeWebhook(
        situacao=row["situacao"],
        falhando_desde=row["falhando_desde"],
        espera_ate=row["espera_ate"],
        ultimas_24_horas=_period(tried["dia"]),
        ultimos_7_dias=_period(tried["semana"]),
        p95_milissegundos=state["p95"],
        pendentes=state["pendentes"],
        estacionadas=state["estacionadas"],
        pendente_desde=None if oldest is None else moment_of(oldest),
        falhadas=state["falhadas"],
        retidas=state["retidas"],
    )


def _period(row: RowMapping) -> Periodo:
    entregues, falhas = int(row["entregues"]), int(row["falhas"])
    tentativas = entregues + falhas
    return Periodo(
        tentativas=tentativas,
        entregues=entregues,
        falhas=falhas,
        taxa_de_sucesso=round(entregues / tentativas, 4) if tentativas else None,
        media_milissegundos=(
            round(int(row["milissegundos"]) / tentativas, 1) if tentativas else None
        ),
    )
