"""Table of sessions. Its policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


sessoes = Table(
    "sessoes",
    metadata,
    Column("pessoa", Uuid, ForeignKey("auth.pessoas.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    _moment("criado_em"),
    _moment("autenticado_em"),
    _moment("usado_em"),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    Column("encerrado_em", DateTime(timezone=True)),
    Column("numero", Integer, nullable=False, server_default=text("0")),
    _moment("renovado_em"),
    Column("amr", ARRAY(Text), nullable=False),
    Column("organizacao", Uuid),
    Column("aparelho", Text, nullable=False),
    Column("endereco", Text, nullable=False),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.INTERESSE,
        "Manter a sessão de quem entrou, e mostrar-lhe de onde entraram",
        "30 dias depois do fim da sessão",
        pessoa="pessoa",
        identificacao="endereco aparelho",
        tecnico="pessoa id criado_em autenticado_em usado_em expira_em encerrado_em renovado_em",
        nenhum="numero amr organizacao",
    ),
)
"""`autenticado_em`: when the person last proved to be there; `numero`: of the renewal token that is
good, one more at each renewal and each proof (`renovado_em`)"""
