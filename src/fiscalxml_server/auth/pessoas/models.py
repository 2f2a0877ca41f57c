"""Tables of people. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd

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
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Dar acesso a quem tem conta",
        "até a conta ser apagada; sem confirmação, 30 dias",
        pessoa="id",
        contato="email",
        identificacao="nome",
        credencial="senha",
        tecnico="id confirmado_em criado_em",
        nenhum="situacao",
    ),
)
"""`email` in lower case; `senha`: Argon2id, none for who enters by a passkey alone"""

cadastros = Table(
    "cadastros",
    metadata,
    Column("codigo", LargeBinary, primary_key=True),
    Column("email", LargeBinary, nullable=False),
    Column("dados", LargeBinary, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Abrir a conta de quem se cadastrou, depois de confirmado o e-mail",
        "até a confirmação, ou 24 horas",
        contato="email dados",
        credencial="codigo",
        tecnico="criado_em expira_em",
    ),
)
"""who signed up and did not confirm the e-mail yet: no person until then. Keyed hashes of the code
and of the e-mail; `dados`, sealed"""
