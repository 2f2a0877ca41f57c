"""Tables of privacy that are the Auth Service's alone; those it shares are in `kit.custody`."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

incidentes = Table(
    "incidentes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("descricao", Text, nullable=False),
    Column("natureza", Text, nullable=False),
    Column("titulares", Integer),
    Column("dados", Text, nullable=False),
    Column("medidas", Text, nullable=False),
    Column("ocorrido_em", DateTime(timezone=True)),
    Column("conhecido_em", DateTime(timezone=True), nullable=False),
    Column("relevante", Boolean, nullable=False),
    Column("prazo", Date),
    Column("comunicado_anpd_em", DateTime(timezone=True)),
    Column("comunicado_titulares_em", DateTime(timezone=True)),
    Column("por", Text, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    schema="auth",
    info=lgpd(
        Titular.CITADO,
        Base.OBRIGACAO,
        "Registrar incidentes de segurança (Resolução CD/ANPD 15/2024, art. 10)",
        "5 anos",
        identificacao="descricao",
        tecnico="organizacao id por criado_em",
        nenhum="natureza titulares dados medidas ocorrido_em conhecido_em relevante prazo "
        "comunicado_anpd_em comunicado_titulares_em",
    ),
)
"""`prazo`: the last day to tell the ANPD and the persons, of one with relevant risk"""

chaves_de_certificados = Table(
    "chaves_de_certificados",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("publica", LargeBinary, nullable=False),
    Column("privada", LargeBinary, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    schema="auth",
    info=sem_dados("Assinar certificados de eliminação", "sempre", "kid publica privada criado_em"),
)
"""the newest signs; all of them stay published, since certificates are for good"""
