"""The tables of webhooks. Their partitions, policies and rights: `migrations`.

Whoever causes something writes `notificacoes`, `entregas` and `fila`; the Webhook Service owns the
rest.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd

REMOVIDA = "removida"
"""`situacao` of a subscription that is there only until the queue has nothing of it"""

FLUXO = "fluxo"
"""`situacao` of one that is told nothing and fetches what is held for it"""

_KEPT = "90 dias"
_SUBSCRIBED = "até a assinatura ser removida"


def _list(name: str) -> Column[list[str]]:
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


def _time(name: str) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


assinaturas = Table(
    "assinaturas",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("fatia", SmallInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("descricao", Text, nullable=False, server_default=""),
    _list("tipos"),
    _list("empresas"),
    _list("modelos"),
    _list("vereditos"),
    Column("cabecalhos", LargeBinary),
    Column("segredos", LargeBinary, nullable=False),
    Column("por_minuto", Integer),
    Column("simultaneas", Integer, nullable=False),
    Column("ordenada", Boolean, nullable=False, server_default=text("false")),
    Column("situacao", Text, nullable=False, server_default="ativa"),
    Column("motivo", Text),
    Column("falhando_desde", DateTime(timezone=True)),
    Column("desativada_em", DateTime(timezone=True)),
    Column("avisada_em", DateTime(timezone=True)),
    Column("retomada_em", DateTime(timezone=True)),
    Column("espera_ate", DateTime(timezone=True)),
    Column("criada_por", Text, nullable=False),
    _time("criado_em"),
    _time("alterado_em"),
    schema="webhooks",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Saber a quem avisar",
        _SUBSCRIBED,
        identificacao="url descricao empresas",
        credencial="cabecalhos segredos",
        tecnico="organizacao id criada_por criado_em alterado_em desativada_em avisada_em "
        "falhando_desde retomada_em espera_ate",
        nenhum="fatia tipos modelos vereditos por_minuto simultaneas ordenada situacao motivo",
    ),
)
"""`fatia`: the slice of the deliveries that it is in; `cabecalhos`, `segredos`: sealed.

`situacao`: ativa, pausada, retomando (what was held goes back to the queue), desativada, removida,
fluxo (which is no webhook).
Deliveries are made while it is ativa or retomando; what happens while it is not ativa is held.
`retomada_em`: since when what was held goes back to the queue; None once nothing of it is left.
`espera_ate`: it failed too often, and nothing is tried before"""

notificacoes = Table(
    "notificacoes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("dia", Date, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("tipo", Text, nullable=False),
    Column("alvo", Text, nullable=False),
    Column("corpo", Text, nullable=False),
    Column("traceparent", Text),
    schema="webhooks",
    info=lgpd(
        Titular.CITADO,
        Base.CONTRATO,
        "Avisar do que aconteceu com um documento",
        _KEPT,
        fiscal="corpo",
        tecnico="organizacao id dia alvo traceparent",
        nenhum="tipo",
    ),
)
"""`corpo`: what receivers read, as it is signed; `traceparent`: where in a trace it was caused"""

entregas = Table(
    "entregas",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("assinatura", Uuid, primary_key=True),
    Column("dia", Date, primary_key=True),
    Column("notificacao", Uuid, primary_key=True),
    Column("situacao", Text, nullable=False),
    _count("tentativas"),
    Column("codigo", Integer),
    Column("terminado_em", DateTime(timezone=True)),
    schema="webhooks",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Mostrar o que foi entregue",
        _KEPT,
        tecnico="organizacao assinatura notificacao dia terminado_em",
        nenhum="situacao tentativas codigo",
    ),
)
"""`situacao`: pendente, entregue, falhou (given up), retida (its subscription was not active);
`codigo`: of the last answer"""

tentativas = Table(
    "tentativas",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("assinatura", Uuid, primary_key=True),
    Column("dia", Date, primary_key=True),
    Column("notificacao", Uuid, primary_key=True),
    Column("numero", Integer, primary_key=True),
    Column("em", DateTime(timezone=True), nullable=False),
    Column("milissegundos", Integer, nullable=False),
    Column("codigo", Integer),
    Column("erro", Text),
    Column("resposta", Text),
    schema="webhooks",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Mostrar por que uma entrega falhou",
        _KEPT,
        tecnico="organizacao assinatura notificacao dia em",
        nenhum="numero milissegundos codigo erro",
        identificacao="resposta",
    ),
)
"""`erro`: a word where there was no answer; `resposta`: the beginning of what was answered"""

contagens = Table(
    "contagens",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("assinatura", Uuid, primary_key=True),
    Column("hora", DateTime(timezone=True), primary_key=True),
    _count("entregues"),
    _count("falhas"),
    Column("milissegundos", BigInteger, nullable=False, server_default=text("0")),
    schema="webhooks",
    info=lgpd(
        Titular.NINGUEM,
        Base.NENHUMA,
        "Mostrar a saúde de uma assinatura",
        _KEPT,
        nenhum="organizacao assinatura hora entregues falhas milissegundos",
    ),
)
"""attempts of an hour, and what they took together"""

reenvios = Table(
    "reenvios",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("assinatura", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("situacoes", ARRAY(Text), nullable=False),
    Column("tipos", ARRAY(Text), nullable=False),
    Column("de", Uuid, nullable=False),
    Column("ate", Uuid, nullable=False),
    Column("examinadas", BigInteger, nullable=False, server_default=text("0")),
    Column("reenviadas", BigInteger, nullable=False, server_default=text("0")),
    Column("pedido_por", Text, nullable=False),
    _time("pedido_em"),
    _time("avancou_em"),
    Column("terminado_em", DateTime(timezone=True)),
    schema="webhooks",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Entregar de novo o que se pediu",
        _KEPT,
        tecnico="organizacao assinatura id de ate pedido_por pedido_em avancou_em terminado_em",
        nenhum="situacoes tipos examinadas reenviadas",
    ),
)
"""What is to be delivered again: the notificações from `de` on and before `ate`; `de` goes up with
what is done. `terminado_em`: None while there is more to do"""

fila = Table(
    "fila",
    metadata,
    Column("assinatura", Uuid, primary_key=True),
    Column("notificacao", Uuid, primary_key=True),
    Column("organizacao", Uuid, nullable=False),
    Column("dia", Date, nullable=False),
    Column("fatia", SmallInteger, nullable=False),
    Column("estado", Text, nullable=False, server_default="livre"),
    _time("proxima_em"),
    _count("tentativas"),
    _count("seguidas"),
    schema="webhooks",
    info=lgpd(
        Titular.NINGUEM,
        Base.NENHUMA,
        "Entregar",
        "até ser entregue ou desistir",
        nenhum="assinatura notificacao organizacao dia fatia estado proxima_em tentativas seguidas",
    ),
)
"""What is to be delivered: ids only. `estado`: livre, when its time comes; tomada by the process
that has its slice; estacionada, until its subscription has room. `seguidas`: attempts since it was
last asked for, which the schedule counts; `tentativas`: all."""
