"""Tables of signing keys and revocations. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, LargeBinary, Table, Text, text

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

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
    info=sem_dados(
        "Assinar e conferir tokens",
        "até o último token vencer",
        "kid publica privada criado_em assina_de assina_ate",
    ),
)

revogacoes = Table(
    "revogacoes",
    metadata,
    Column("tipo", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("em", DateTime(timezone=True), nullable=False),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.INTERESSE,
        "Recusar o que foi revogado",
        "minutos",
        tecnico="id em",
        nenhum="tipo",
    ),
)
"""what is not good any more, for as long as something of it may still be about"""

periodicas = Table(
    "periodicas",
    metadata,
    Column("nome", Text, primary_key=True),
    Column("em", DateTime(timezone=True), nullable=False),
    schema="auth",
    info=sem_dados(
        "Quando cada tarefa foi feita",
        "sempre",
        "nome em",
    ),
)
"""periodic tasks and when each was last done; see `auth.periodic`"""
