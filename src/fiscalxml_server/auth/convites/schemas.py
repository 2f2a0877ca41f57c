"""Shapes of invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.auth.membros.schemas import Limite
from fiscalxml_server.kit.rbac import Papel


class PedidoDeConvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Annotated[str, Meta(description="Para quem é; só quem o lê pode aceitar.")]
    papel: Annotated[Papel, Meta(description="O que a pessoa vai ser na organização.")]
    empresas: Limite = None


class AceitacaoDeConvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codigo: Annotated[str, Meta(description="O código do e-mail.")]


class AceitacaoComContaNova(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codigo: Annotated[str, Meta(description="O código do e-mail.")]
    nome: Annotated[str, Meta(description="O nome da pessoa.")]
    senha: Annotated[str, Meta(description="De 12 a 256 caracteres, quaisquer que sejam.")]


class Convite(msgspec.Struct, frozen=True):
    id: Annotated[UUID, Meta(description="O id do convite.")]
    email: Annotated[str, Meta(description="Para quem é.")]
    papel: Annotated[Papel, Meta(description="O que a pessoa vai ser na organização.")]
    empresas: Limite
    por: Annotated[
        UUID | None,
        Meta(description="O id da pessoa que convidou; nulo se foi quem opera a instalação."),
    ]
    criado_em: Annotated[datetime, Meta(tz=True, description="Quando foi mandado.")]
    expira_em: Annotated[datetime, Meta(tz=True, description="Até quando vale.")]


class Aceito(msgspec.Struct, frozen=True):
    pessoa: Annotated[UUID, Meta(description="O id da pessoa que entrou.")]
    organizacao: Annotated[UUID, Meta(description="O id da organização.")]
    papel: Annotated[Papel, Meta(description="O que a pessoa é nela.")]
