"""The table of exports. Its keys and policies: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd

exportacoes = Table(
    "exportacoes",
    metadata,
    Column("organizacao", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("pedido", Text, nullable=False),
    Column("credencial", Text, nullable=False),
    Column("empresas", ARRAY(Text)),
    Column("situacao", Text, nullable=False, server_default="recebida"),
    Column("motivo", Text),
    Column("total", Integer),
    Column("documentos", Integer, nullable=False, server_default=text("0")),
    Column("contagens", JSONB, nullable=False, server_default=text("'{}'")),
    Column("bytes", BigInteger, nullable=False, server_default=text("0")),
    Column("sha256", LargeBinary),
    Column("objeto", Text),
    Column("limpa", Boolean, nullable=False, server_default=text("false")),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("concluido_em", DateTime(timezone=True)),
    Column("expira_em", DateTime(timezone=True)),
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Acompanhar exportações",
        "30 dias depois de expirar",
        identificacao="pedido empresas",
        tecnico="organizacao id credencial sha256 objeto criado_em concluido_em expira_em",
        nenhum="situacao motivo total documentos contagens bytes limpa",
    ),
)
