"""Tables of organisations. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata


def _criado_em() -> Column[object]:
    return Column(
        "criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")
    )


organizacoes = Table(
    "organizacoes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("teste", Uuid, nullable=False),
    Column("nome", Text, nullable=False),
    Column("situacao", Text, nullable=False, server_default="ativa"),
    Column("epoca", Integer, nullable=False, server_default=text("0")),
    Column("epoca_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    _criado_em(),
    UniqueConstraint("teste", name="organizacoes_teste"),
    schema="auth",
)
"""`teste`: the id under which its sandbox keeps documents; `epoca`: what was issued in an earlier
one is revoked"""

empresas = Table(
    "empresas",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("inscricao", Text, primary_key=True),
    Column("nome", Text, nullable=False),
    _criado_em(),
    schema="auth",
)
"""`inscricao`: CNPJ or CPF, bare"""

membros = Table(
    "membros",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("pessoa", Uuid, ForeignKey("auth.pessoas.id"), primary_key=True),
    Column("papel", Text, nullable=False),
    Column("empresas", ARRAY(Text)),
    _criado_em(),
    schema="auth",
)
"""`empresas`: those whose documents the member sees; null for all"""

convites = Table(
    "convites",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("papel", Text, nullable=False),
    Column("empresas", ARRAY(Text)),
    Column("codigo", LargeBinary, nullable=False),
    Column("por", Uuid, nullable=False),
    _criado_em(),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    Column("aceito_em", DateTime(timezone=True)),
    UniqueConstraint("codigo", name="convites_codigo"),
    schema="auth",
)
"""`codigo`: keyed hash of what the e-mail carries"""
