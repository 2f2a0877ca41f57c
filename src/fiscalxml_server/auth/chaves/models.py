"""Tables of API keys. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

chaves_api = Table(
    "chaves_api",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("nome", Text, nullable=False),
    Column("escopos", ARRAY(Text), nullable=False),
    Column("empresas", ARRAY(Text)),
    Column("teste", Boolean, nullable=False),
    Column("criada_por", Text, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    Column("avisar_em", DateTime(timezone=True)),
    Column("vazada_em", DateTime(timezone=True)),
    Column("revogada_em", DateTime(timezone=True)),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Dizer o que uma chave de API pode",
        "365 dias depois de revogada ou expirada",
        identificacao="nome empresas",
        tecnico="organizacao id criada_por criado_em",
        nenhum="escopos teste expira_em avisar_em vazada_em revogada_em",
    ),
)
"""`empresas`: CNPJs and CPFs whose documents it sees, null for all; `avisar_em`: when people are
next told that its end is near"""

segredos_de_chaves = Table(
    "segredos_de_chaves",
    metadata,
    Column("organizacao", Uuid, nullable=False),
    Column("chave", Uuid, nullable=False),
    Column("consulta", Text, primary_key=True),
    Column("impressao", LargeBinary, nullable=False),
    Column(
        "criado_em",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("clock_timestamp()"),
    ),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    Column("usado_em", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["organizacao", "chave"],
        [chaves_api.c.organizacao, chaves_api.c.id],
        ondelete="CASCADE",
    ),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Reconhecer quem traz uma chave de API",
        "90 dias depois de deixar de valer, e não mais que a chave",
        credencial="consulta impressao",
        tecnico="organizacao chave criado_em usado_em",
        nenhum="expira_em",
    ),
)
"""What opens a key: one, and for a while after a rotation two. `impressao`: keyed hash of the whole
text; `usado_em`: to the hour"""

politicas_de_chaves = Table(
    "politicas_de_chaves",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("ao_vazar", Text, nullable=False),
    schema="auth",
    info=sem_dados(
        "O que fazer com uma chave que vazou",
        "até a organização ser eliminada",
        "organizacao ao_vazar",
    ),
)
"""of those that did not leave it as it is"""
