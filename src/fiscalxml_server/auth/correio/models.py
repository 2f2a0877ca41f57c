"""The table of e-mails to be sent. Its rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, Uuid, text

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd

emails = Table(
    "emails",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("carta", LargeBinary),
    Column("tentativas", Integer, nullable=False, server_default=text("0")),
    Column("proxima_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("situacao", Text, nullable=False, server_default="espera"),
    Column("criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("terminado_em", DateTime(timezone=True)),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Enviar e-mails",
        "a carta, até ser enviada; a linha, sem ela, 30 dias",
        contato="carta",
        tecnico="id criado_em terminado_em",
        nenhum="tentativas proxima_em situacao",
    ),
)
"""`carta`: recipient, subject and text, sealed, until the e-mail is sent or given up; `situacao`:
espera, enviado, desistido"""
