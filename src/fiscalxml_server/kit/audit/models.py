"""The chains' tables. Rights, and the function that writes them: `migrations`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Table, Text, Uuid

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd, sem_dados

cadeias = Table(
    "cadeias",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("numero", BigInteger, nullable=False),
    Column("quando", DateTime(timezone=True), nullable=False),
    Column("elo", LargeBinary, nullable=False),
    schema="auditoria",
    info=sem_dados(
        "Fim da corrente de auditoria de cada organização",
        "enquanto houver auditoria",
        "organizacao numero quando elo",
    ),
)
"""the last entry of each chain"""

registros = Table(
    "registros",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("numero", BigInteger, primary_key=True),
    Column("quando", DateTime(timezone=True), nullable=False),
    Column("ator", Text, nullable=False),
    Column("acao", Text, nullable=False),
    Column("alvo", Text, nullable=False),
    Column("detalhes", LargeBinary),
    Column("impressao", LargeBinary, nullable=False),
    Column("elo", LargeBinary, nullable=False),
    schema="auditoria",
    info=lgpd(
        Titular.CONTA,
        Base.INTERESSE,
        "Provar quem fez o quê, e quando",
        "o registro, sempre; os detalhes, 5 anos",
        identificacao="detalhes",
        tecnico="organizacao quando ator alvo impressao",
        nenhum="numero acao elo",
    ),
)
