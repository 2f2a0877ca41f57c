"""Tables of second factors. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd


def _pessoa() -> Column[object]:
    return Column("pessoa", Uuid, ForeignKey("auth.pessoas.id"), primary_key=True)


def _criado_em() -> Column[object]:
    return Column(
        "criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")
    )


totps = Table(
    "totps",
    metadata,
    _pessoa(),
    Column("segredo", LargeBinary, nullable=False),
    Column("passo", BigInteger, nullable=False, server_default=text("0")),
    _criado_em(),
    Column("confirmado_em", DateTime(timezone=True)),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Pedir um segundo fator a quem o ligou",
        "até ser removido, ou a conta apagada; sem confirmação, 1 dia",
        pessoa="pessoa",
        credencial="segredo",
        tecnico="pessoa criado_em confirmado_em",
        nenhum="passo",
    ),
)
"""`segredo`: sealed; `passo`: the last step of time whose code was used"""

codigos_de_recuperacao = Table(
    "codigos_de_recuperacao",
    metadata,
    _pessoa(),
    Column("codigo", LargeBinary, primary_key=True),
    Column("usado_em", DateTime(timezone=True)),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Deixar entrar quem perdeu o segundo fator",
        "até ser removido, ou a conta apagada; usado, 30 dias",
        pessoa="pessoa",
        credencial="codigo",
        tecnico="pessoa usado_em",
    ),
)
"""`codigo`: keyed hash"""

passkeys = Table(
    "passkeys",
    metadata,
    _pessoa(),
    Column("id", Uuid, primary_key=True),
    Column("credencial", LargeBinary, nullable=False),
    Column("publica", LargeBinary, nullable=False),
    Column("contador", BigInteger, nullable=False),
    Column("nome", Text, nullable=False),
    _criado_em(),
    Column("usado_em", DateTime(timezone=True)),
    UniqueConstraint("credencial", name="passkeys_credencial"),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Deixar entrar sem senha",
        "até ser removido, ou a conta apagada",
        pessoa="pessoa",
        identificacao="nome",
        credencial="credencial publica",
        tecnico="pessoa id criado_em usado_em",
        nenhum="contador",
    ),
)
"""`credencial`: its id for WebAuthn; `contador`: of signatures, as the authenticator said last"""
