"""Tables of people. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Table, Text, UniqueConstraint, Uuid, text

from fiscalxml_server.kit.db import metadata

pessoas = Table(
    "pessoas",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("nome", Text, nullable=False),
    Column("senha", Text),
    Column("situacao", Text, nullable=False, server_default="ativa"),
    Column("confirmado_em", DateTime(timezone=True)),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    UniqueConstraint("email", name="pessoas_email"),
    schema="auth",
)
"""`email` in lower case; `senha`: Argon2id, none for who enters by a passkey alone"""
