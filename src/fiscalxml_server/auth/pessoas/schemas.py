"""Shapes of sign-up and of a person's own account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.kit.rbac import Papel


class PedidoDeCadastro(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: Annotated[str, Meta(description="O nome da pessoa.")]
    email: Annotated[str, Meta(description="O e-mail com que ela vai entrar.")]
    senha: Annotated[str, Meta(description="De 12 a 256 caracteres, quaisquer que sejam.")]
    organizacao: Annotated[str, Meta(description="O nome da organização que ela abre.")]


class ConfirmacaoDeCadastro(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codigo: Annotated[str, Meta(description="O código do e-mail.")]
    senha: Annotated[str, Meta(description="A senha do cadastro.")]


class AlteracaoDaConta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: Annotated[str, Meta(description="O nome da pessoa.")]


class Cadastrada(msgspec.Struct, frozen=True):
    pessoa: Annotated[UUID, Meta(description="O id da pessoa.")]
    organizacao: Annotated[UUID, Meta(description="O id da organização.")]


class Participacao(msgspec.Struct, frozen=True):
    id: Annotated[UUID, Meta(description="O id da organização.")]
    nome: Annotated[str, Meta(description="O nome da organização.")]
    papel: Annotated[Papel, Meta(description="O que a pessoa é nela.")]
    empresas: Annotated[
        Sequence[str] | None,
        Meta(description="CNPJ e CPF cujos documentos a pessoa vê; null para todos."),
    ]
    desde: Annotated[datetime, Meta(tz=True, description="Quando entrou nela.")]


class Conta(msgspec.Struct, frozen=True):
    id: Annotated[UUID, Meta(description="O id da pessoa.")]
    nome: Annotated[str, Meta(description="O nome da pessoa.")]
    email: Annotated[str, Meta(description="O e-mail com que ela entra.")]
    criado_em: Annotated[datetime, Meta(tz=True, description="Quando se cadastrou.")]
    organizacoes: Annotated[
        Sequence[Participacao], Meta(description="As organizações de que participa, por nome.")
    ]


class Cadastro(msgspec.Struct, frozen=True):
    """What is kept, sealed, of who has not confirmed the e-mail yet. `senha`: its hash."""

    nome: str
    email: str
    senha: str
    organizacao: str
