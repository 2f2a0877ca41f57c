"""Tables of checkpoints; the chains' own are in `kit.audit`. Policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, Table, Text, Uuid, text

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import sem_dados

pontos = Table(
    "pontos",
    metadata,
    Column("numero", BigInteger, primary_key=True, autoincrement=False),
    Column("quando", DateTime(timezone=True), nullable=False),
    Column("corpo", Text, nullable=False),
    Column("publicado_em", DateTime(timezone=True)),
    schema="auditoria",
    info=sem_dados(
        "Atestar o fim de todas as correntes de auditoria, hora a hora",
        "sempre",
        "numero quando corpo publicado_em",
    ),
)
"""`corpo`: the signed checkpoint, as it stands in the object store once it is published"""

folhas = Table(
    "folhas",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("numero", BigInteger, primary_key=True, autoincrement=False),
    Column("elo", LargeBinary, nullable=False),
    Column("ponto", BigInteger, nullable=False),
    schema="auditoria",
    info=sem_dados(
        "Que fim de cada corrente um ponto de controle viu",
        "enquanto houver auditoria",
        "organizacao numero elo ponto",
    ),
)
"""heads that a checkpoint was the first to see"""

chaves = Table(
    "chaves",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("publica", LargeBinary, nullable=False),
    Column("privada", LargeBinary),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    schema="auditoria",
    info=sem_dados(
        "Assinar os pontos de controle da auditoria", "sempre", "kid publica privada criado_em"
    ),
)
"""that sign checkpoints: the newest one signs and alone has a private part; none is removed"""
