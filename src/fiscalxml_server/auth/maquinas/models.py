"""Tables of machines. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

maquinas = Table(
    "maquinas",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("nome", Text, nullable=False),
    Column("escopos", ARRAY(Text), nullable=False),
    Column("empresas", ARRAY(Text)),
    Column("teste", Boolean, nullable=False),
    Column("segredo", LargeBinary),
    Column("chave", LargeBinary),
    Column("criada_por", Text, nullable=False),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("usada_em", DateTime(timezone=True)),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Dar tokens aos sistemas da organização",
        "enquanto existe",
        identificacao="nome empresas",
        tecnico="organizacao id criada_por criado_em usada_em",
        credencial="segredo",
        nenhum="escopos teste chave",
    ),
)
"""`segredo`: keyed hash of the secret, or `chave`: a public JWK, by which it says who it is;
`usada_em`: to the hour"""

assercoes = Table(
    "assercoes",
    metadata,
    Column("impressao", LargeBinary, primary_key=True),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    schema="auth",
    info=sem_dados("Aceitar cada asserção uma vez", "minutos", "impressao expira_em"),
)
"""hashes of assertions that were used, and until when they could be used again"""
