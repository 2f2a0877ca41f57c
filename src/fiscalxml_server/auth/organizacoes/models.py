"""Tables of organisations. Their policies and rights: `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Base, Titular, lgpd


def _criado_em() -> Column[object]:
    return Column(
        "criado_em", DateTime(timezone=True), nullable=False, server_default=text("now()")
    )


organizacoes = Table(
    "organizacoes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("teste", Uuid, nullable=False),
    Column("nome", Text, nullable=False),
    Column("situacao", Text, nullable=False, server_default="ativa"),
    Column("exige_segundo_fator", Boolean, nullable=False, server_default=text("false")),
    Column("epoca", Integer, nullable=False, server_default=text("0")),
    Column("epoca_em", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    _criado_em(),
    UniqueConstraint("teste", name="organizacoes_teste"),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Dizer de quem são os dados",
        "até a organização ser eliminada",
        identificacao="nome",
        nenhum="id teste situacao exige_segundo_fator epoca epoca_em criado_em",
    ),
)
"""`teste`: the id under which its sandbox keeps documents; `epoca`: what was issued in an earlier
one is revoked"""

empresas = Table(
    "empresas",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("inscricao", Text, primary_key=True),
    Column("nome", Text, nullable=False),
    _criado_em(),
    schema="auth",
    info=lgpd(
        Titular.CITADO,
        Base.CONTRATO,
        "Dizer que empresas (ou produtores, por CPF) são da organização",
        "até ser retirada, ou a organização ser eliminada",
        identificacao="inscricao nome",
        tecnico="organizacao criado_em",
    ),
)
"""`inscricao`: CNPJ or CPF, bare"""

membros = Table(
    "membros",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("pessoa", Uuid, ForeignKey("auth.pessoas.id"), primary_key=True),
    Column("papel", Text, nullable=False),
    Column("empresas", ARRAY(Text)),
    Column("sessoes_desde", DateTime(timezone=True)),
    _criado_em(),
    schema="auth",
    info=lgpd(
        Titular.CONTA,
        Base.CONTRATO,
        "Dizer o que cada pessoa pode numa organização",
        "enquanto for membro",
        pessoa="pessoa",
        identificacao="empresas",
        tecnico="organizacao pessoa sessoes_desde criado_em",
        nenhum="papel",
    ),
)
"""`empresas`: those whose documents the member sees; null for all. `sessoes_desde`: sessions that
began before do not come into the organisation any more"""

convites = Table(
    "convites",
    metadata,
    Column("organizacao", Uuid, ForeignKey(organizacoes.c.id), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("papel", Text, nullable=False),
    Column("empresas", ARRAY(Text)),
    Column("codigo", LargeBinary, nullable=False),
    Column("por", Uuid),
    _criado_em(),
    Column("expira_em", DateTime(timezone=True), nullable=False),
    Column("aceito_em", DateTime(timezone=True)),
    UniqueConstraint("codigo", name="convites_codigo"),
    schema="auth",
    info=lgpd(
        Titular.CONVIDADO,
        Base.CONTRATO,
        "Convidar para uma organização",
        "30 dias depois de expirar",
        contato="email",
        identificacao="empresas",
        credencial="codigo",
        tecnico="organizacao id por criado_em expira_em aceito_em",
        nenhum="papel",
    ),
)
"""`codigo`: keyed hash of what the e-mail carries; `por`: null for the operator's"""
