"""What the tests of the lists have happen, and what came of it, as the process that delivers writes
it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from fiscalxml_server.kit.notifying import Notificacao, Tipo
from fiscalxml_server.kit.notifying.days import day_of
from fiscalxml_server.kit.notifying.types import Lote
from services.webhooks.portal import Casa


def lote(tipo: Tipo = Tipo.LOTE_CONCLUIDO, id_: UUID | None = None) -> Notificacao:
    id_ = id_ or uuid4()
    situacao = "concluido" if tipo is Tipo.LOTE_CONCLUIDO else "falhou"
    dados = Lote(lote=id_, situacao=situacao, link=f"/v1/lotes/{id_}")  # type: ignore[arg-type]
    return Notificacao(tipo=tipo, alvo=f"lote:{id_}", dados=dados)


def told(casa: Casa) -> list[str]:
    """Ids of all that was told, the newest first."""
    rows = casa.sql("SELECT id FROM webhooks.notificacoes ORDER BY id DESC")
    return [str(row.id) for row in rows]


def happened(casa: Casa, how_many: int, tipo: Tipo = Tipo.LOTE_CONCLUIDO) -> list[str]:
    """So many things, one after the other; their ids, the newest first."""
    before = set(told(casa))
    casa.publish(*(lote(tipo) for _ in range(how_many)))
    return [each for each in told(casa) if each not in before]


def ended(
    casa: Casa, assinatura: str, notificacao: str, situacao: str, codigo: int | None = 500
) -> None:
    """A delivery that is over: out of the queue, after one attempt."""
    which: dict[str, Any] = {"a": UUID(assinatura), "n": UUID(notificacao)}
    casa.sql("DELETE FROM webhooks.fila WHERE assinatura = :a AND notificacao = :n", **which)
    casa.sql(
        "UPDATE webhooks.entregas SET situacao = :situacao, tentativas = tentativas + 1,"
        " codigo = :codigo, terminado_em = now()"
        " WHERE assinatura = :a AND notificacao = :n AND dia = :dia",
        situacao=situacao,
        codigo=codigo,
        dia=day_of(UUID(notificacao)),
        **which,
    )


def tried(casa: Casa, assinatura: str, notificacao: str, numero: int, **values: Any) -> None:
    """An attempt."""
    given = {"milissegundos": 50, "codigo": 500, "erro": None, "resposta": None, **values}
    casa.sql(
        "INSERT INTO webhooks.tentativas (organizacao, dia, assinatura, notificacao, numero, em,"
        " milissegundos, codigo, erro, resposta) VALUES (:o, :dia, :a, :n, :numero, now(),"
        " :milissegundos, :codigo, :erro, :resposta)",
        role="fiscalxml_entregador",
        o=casa.id,
        a=UUID(assinatura),
        n=UUID(notificacao),
        dia=day_of(UUID(notificacao)),
        numero=numero,
        **given,
    )


def counted(casa: Casa, assinatura: str, hours_ago: int, entregues: int, falhas: int) -> None:
    """The attempts of an hour, of 100 ms each."""
    casa.sql(
        "INSERT INTO webhooks.contagens VALUES (:o, :a, date_trunc('hour', now()) -"
        " make_interval(hours => :ago), :entregues, :falhas, :ms)",
        o=casa.id,
        a=UUID(assinatura),
        ago=hours_ago,
        entregues=entregues,
        falhas=falhas,
        ms=100 * (entregues + falhas),
    )


def queue(casa: Casa, assinatura: str) -> list[str]:
    """Ids that wait for a subscription, the oldest first."""
    rows = casa.sql(
        "SELECT notificacao FROM webhooks.fila WHERE assinatura = :a ORDER BY notificacao",
        a=UUID(assinatura),
    )
    return [str(row.notificacao) for row in rows]
