"""Table of changes of e-mail. Its policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, LargeBinary, Table, Text, Uuid

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd

trocas_de_email = Table(
    "trocas_de_email",
    metadata,
    Column("pessoa", Uuid, ForeignKey("auth.pessoas.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("de", Text, nullable=False),
    Column("para", Text, nullable=False),
    Column("sessao", Uuid, nullable=False),
    Column("codigo", LargeBinary),
    Column("volta", LargeBinary, nullable=False),
    Column("confirma_ate", DateTime(timezone=True), nullable=False),
    Column("volta_ate", DateTime(timezone=True), nullable=False),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Trocar o e-mail da conta, e desfazer a troca que a pessoa não pediu",
        "7 dias",
        pessoa="pessoa",
        contato="de para",
        credencial="codigo volta",
        tecnico="pessoa id sessao confirma_ate volta_ate",
    ),
)
"""`codigo`, `volta`: keyed hashes of what the new and the old address got; `codigo` is null once it
is not good any more. `sessao`: that asked. Later ones have later ids"""
