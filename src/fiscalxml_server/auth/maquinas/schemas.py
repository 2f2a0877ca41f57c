"""Shapes of machines and of their tokens: what is asked for, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.auth.chaves.schemas import Empresas, EmpresasPedidas, Escopos, Nome, Teste


class NovaMaquina(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a machine is asked for with. Without a key, it gets a secret."""

    nome: Nome
    escopos: Escopos
    empresas: EmpresasPedidas = None
    teste: Teste = False
    chave_publica: Annotated[
        dict[str, Any] | None,
        Meta(description="Uma chave pública JWK, EC P-256 ou RSA de 3072 a 4096 bits."),
    ] = None


class Maquina(msgspec.Struct, frozen=True, kw_only=True):
    """A machine as it is told."""

    id: Annotated[UUID, Meta(description="O id da máquina.")]
    client_id: Annotated[str, Meta(description="Com que ela se apresenta.")]
    nome: Nome
    escopos: Escopos
    empresas: Empresas
    teste: Teste
    autenticacao: Annotated[Literal["segredo", "chave"], Meta(description="Como prova quem é.")]
    criada_por: Annotated[str, Meta(description="Quem a criou.")]
    criado_em: Annotated[datetime, Meta(description="Quando foi criada.")]
    usada_em: Annotated[
        datetime | None,
        Meta(description="A hora em que pediu um token pela última vez; null se nunca."),
    ]


class MaquinaCriada(Maquina, frozen=True, kw_only=True):
    """With its secret, which is told this once; null for one that has a key."""

    client_secret: Annotated[
        str | None,
        Meta(description="O segredo. Guarde-o: não se mostra de novo. Null com chave_publica."),
    ]


def with_secret(maquina: Maquina, secret: str | None) -> MaquinaCriada:
    """The machine with its secret."""
    return MaquinaCriada(**msgspec.structs.asdict(maquina), client_secret=secret)


class PaginaDeMaquinas(msgspec.Struct, frozen=True):
    itens: Sequence[Maquina]
    proximo: str | None


class TokenDeAcesso(msgspec.Struct, frozen=True):
    """RFC 6749, 5.1."""

    access_token: Annotated[str, Meta(description="O token, para Authorization: Bearer.")]
    token_type: Annotated[str, Meta(description="Sempre Bearer.")]
    expires_in: Annotated[int, Meta(description="Por quantos segundos vale.")]
    scope: Annotated[str, Meta(description="Os escopos que tem, separados por espaço.")]
