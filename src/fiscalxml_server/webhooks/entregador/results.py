"""What came of attempts, written many at a time: a transaction for all that waits.

It may be written again where it is not known whether it was: the same rows come of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.webhooks.entregador.repository import Entrega
from fiscalxml_server.webhooks.envio.respostas import Resposta

_GATHER_SECONDS: Final = 0.03
_AGAIN_SECONDS: Final = 0.5
_AT_A_TIME: Final = 1000
_LOG = logging.getLogger(__name__)


class Resultado(NamedTuple):
    """Of one attempt. `espera`: seconds until the next, where it is pendente."""

    entrega: Entrega
    em: datetime
    resposta: Resposta
    situacao: str
    espera: float = 0.0

    @property
    def contada(self) -> int:
        """1, or 0 where it failed on our side and is no attempt."""
        return 0 if self.resposta.nossa else 1


class Saude(NamedTuple):
    """Of a subscription: since when it does nothing but fail; until when it is not called."""

    falhando_desde: datetime | None
    espera_ate: datetime | None


class Resultados:
    """Those that are not written yet."""

    def __init__(self, banco: Banco) -> None:
        self._banco = banco
        self._waiting: list[Resultado] = []
        self._health: dict[tuple[UUID, UUID], Saude] = {}
        self._writing = asyncio.Lock()
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, resultado: Resultado) -> None:
        """It will be written."""
        self._waiting.append(resultado)
        self._some.set()

    def health(self, organizacao: UUID, assinatura: UUID, saude: Saude) -> None:
        """How a subscription is from now on."""
        self._health[organizacao, assinatura] = saude
        self._some.set()

    async def write_on(self) -> None:
        """Write what comes, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(_GATHER_SECONDS)
            try:
                await self.flush()
            except Indisponivel:
                _LOG.warning("results wait", extra={"count": len(self)})
                await asyncio.sleep(_AGAIN_SECONDS)

    async def flush(self) -> None:
        """Write all that was added before. Raises `Indisponivel`: it is kept."""
        async with self._writing:
            while self._waiting or self._health:
                batch = self._waiting[:_AT_A_TIME]
                health = dict(self._health)
                async with self._banco.transacao() as conn:
                    await _write(conn, batch)
                    await _write_health(conn, health)
                del self._waiting[: len(batch)]
                for which, saude in health.items():
                    if self._health[which] == saude:
                        del self._health[which]
            self._some.clear()


async def _write(conn: AsyncConnection, results: Sequence[Resultado]) -> None:
    days: defaultdict[date, list[Resultado]] = defaultdict(list)
    for each in results:
        if each.contada:
            days[each.entrega.dia].append(each)
    for dia, of_day in sorted(days.items()):
        await conn.execute(_DELIVERIES, {**_columns(of_day), "dia": dia})
        await conn.execute(_ATTEMPTS, {**_columns(of_day), "dia": dia})
    ended = [each for each in results if each.situacao != "pendente"]
    again = [each for each in results if each.situacao == "pendente"]
    if ended:
        await conn.execute(_ENDED, _ids(ended))
    if again:
        counts = {
            "esperas": [each.espera for each in again],
            "feitas": [each.entrega.tentativas + each.contada for each in again],
        }
        await conn.execute(_AGAIN, {**_ids(again), **counts})


async def _write_health(conn: AsyncConnection, health: dict[tuple[UUID, UUID], Saude]) -> None:
    if health:
        values = {
            "organizacoes": [organizacao for organizacao, _ in health],
            "assinaturas": [assinatura for _, assinatura in health],
            "desde": [each.falhando_desde for each in health.values()],
            "ate": [each.espera_ate for each in health.values()],
        }
        await conn.execute(_HEALTH, values)


def _ids(results: Sequence[Resultado]) -> dict[str, Any]:
    return {
        "assinaturas": [each.entrega.assinatura for each in results],
        "notificacoes": [each.entrega.notificacao for each in results],
    }


def _columns(results: Sequence[Resultado]) -> dict[str, Any]:
    return {
        **_ids(results),
        "organizacoes": [each.entrega.organizacao for each in results],
        "numeros": [each.entrega.tentativas + 1 for each in results],
        "quando": [each.em for each in results],
        "milissegundos": [each.resposta.milissegundos for each in results],
        "codigos": [each.resposta.codigo for each in results],
        "erros": [each.resposta.erro for each in results],
        "respostas": [each.resposta.trecho or None for each in results],
        "situacoes": [each.situacao for each in results],
    }


_ROWS: Final = """
    unnest(
        CAST(:organizacoes AS uuid[]), CAST(:assinaturas AS uuid[]), CAST(:notificacoes AS uuid[]),
        CAST(:numeros AS integer[]), CAST(:quando AS timestamptz[]),
        CAST(:codigos AS integer[]), {more}
    ) AS foi (organizacao, assinatura, notificacao, numero, em, codigo, {names})
"""
# What was held back meanwhile, or asked for again, stays what it is while there is no end; what was
# delivered is, whatever a process says late that had it before.
_DELIVERIES: Final = text(f"""
    UPDATE webhooks.entregas AS entrega SET
        situacao = CASE foi.situacao WHEN 'pendente' THEN entrega.situacao ELSE foi.situacao END,
        terminado_em = CASE foi.situacao WHEN 'pendente' THEN NULL ELSE foi.em END,
        tentativas = foi.numero, codigo = foi.codigo
    FROM {_ROWS.format(more="CAST(:situacoes AS text[])", names="situacao")}
    WHERE entrega.dia = :dia AND entrega.organizacao = foi.organizacao
        AND entrega.assinatura = foi.assinatura AND entrega.notificacao = foi.notificacao
        AND entrega.situacao <> 'entregue'
""")  # noqa: S608
_MORE: Final = """CAST(:milissegundos AS integer[]), CAST(:erros AS text[]),
        CAST(:respostas AS text[])"""
# Counted where they are new: this may be written twice.
_ATTEMPTS: Final = text(f"""
    WITH nova AS (
        INSERT INTO webhooks.tentativas (organizacao, dia, assinatura, notificacao, numero, em,
            milissegundos, codigo, erro, resposta)
        SELECT organizacao, :dia, assinatura, notificacao, numero, em,
            milissegundos, codigo, erro, resposta
        FROM {_ROWS.format(more=_MORE, names="milissegundos, erro, resposta")}
        ON CONFLICT DO NOTHING
        RETURNING organizacao, assinatura, em, milissegundos,
            coalesce(codigo BETWEEN 200 AND 299, false) AS entregue
    )
    INSERT INTO webhooks.contagens AS conta
        (organizacao, assinatura, hora, entregues, falhas, milissegundos)
    SELECT organizacao, assinatura, date_trunc('hour', em), count(*) FILTER (WHERE entregue),
        count(*) FILTER (WHERE NOT entregue), sum(milissegundos)
    FROM nova GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (organizacao, assinatura, hora) DO UPDATE SET
        entregues = conta.entregues + excluded.entregues,
        falhas = conta.falhas + excluded.falhas,
        milissegundos = conta.milissegundos + excluded.milissegundos
""")  # noqa: S608
_ENDED: Final = text("""
    DELETE FROM webhooks.fila USING unnest(
        CAST(:assinaturas AS uuid[]), CAST(:notificacoes AS uuid[])
    ) AS foi (assinatura, notificacao)
    WHERE fila.assinatura = foi.assinatura AND fila.notificacao = foi.notificacao
""")
# Counted once: this may be written twice.
_AGAIN: Final = text("""
    UPDATE webhooks.fila SET estado = 'livre',
        proxima_em = now() + make_interval(secs => foi.espera),
        tentativas = greatest(tentativas, foi.feitas),
        seguidas = seguidas + greatest(foi.feitas - tentativas, 0)
    FROM unnest(
        CAST(:assinaturas AS uuid[]), CAST(:notificacoes AS uuid[]),
        CAST(:esperas AS double precision[]), CAST(:feitas AS integer[])
    ) AS foi (assinatura, notificacao, espera, feitas)
    WHERE fila.assinatura = foi.assinatura AND fila.notificacao = foi.notificacao
""")
# Not `alterado_em`: nobody has to hear of it.
_HEALTH: Final = text("""
    UPDATE webhooks.assinaturas AS assinatura SET falhando_desde = de.desde, espera_ate = de.ate
    FROM unnest(
        CAST(:organizacoes AS uuid[]), CAST(:assinaturas AS uuid[]),
        CAST(:desde AS timestamptz[]), CAST(:ate AS timestamptz[])
    ) AS de (organizacao, id, desde, ate)
    WHERE assinatura.organizacao = de.organizacao AND assinatura.id = de.id
""")
