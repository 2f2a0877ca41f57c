"""Tables of limits and of use. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, Table, Text, Uuid, text

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

ORGANIZACAO = ""
"""`credencial` of the organisation's own row"""

limites = Table(
    "limites",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("credencial", Text, primary_key=True),
    Column("validar", Integer),
    Column("ler", Integer),
    Column("enviar", Integer),
    Column("documentos", BigInteger),
    Column("alterado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    schema="cotas",
    info=sem_dados(
        "Dizer quantas requisições e documentos uma organização, ou uma chave, pode ter",
        "até a organização ser eliminada",
        "organizacao credencial validar ler enviar documentos alterado_em",
    ),
)
"""requests a minute by class, documents a month; null: as the installation has it. Rows stay, so
that a change of them is seen by who reads what changed"""

uso = Table(
    "uso",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("mes", Date, primary_key=True),
    Column("credencial", Text, primary_key=True),
    Column("documentos", BigInteger, nullable=False),
    schema="cotas",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Contar os documentos que cada credencial usou no mês",
        "até a organização ser eliminada",
        tecnico="organizacao credencial",
        nenhum="mes documentos",
    ),
)
"""documents of a month: of the organisation, and of each credential"""
