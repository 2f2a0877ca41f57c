"""Tables of signing keys and revocations. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, LargeBinary, Table, Text, text

from fiscalxml_server.kit.db import metadata

chaves_de_assinatura = Table(
    "chaves_de_assinatura",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("publica", LargeBinary, nullable=False),
    Column("privada", LargeBinary, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("assina_de", DateTime(timezone=True), nullable=False),
    Column("assina_ate", DateTime(timezone=True), nullable=False),
    schema="auth",
)

revogacoes = Table(
    "revogacoes",
    metadata,
    Column("tipo", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("em", DateTime(timezone=True), nullable=False),
    schema="auth",
)
"""what is not good any more, for as long as something of it may still be about"""

periodicas = Table(
    "periodicas",
    metadata,
    Column("nome", Text, primary_key=True),
    Column("em", DateTime(timezone=True), nullable=False),
    schema="auth",
)
"""periodic tasks and when each was last done; see `auth.periodic`"""
