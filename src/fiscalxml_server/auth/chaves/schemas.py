"""Shapes of API keys: what is asked for, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.kit.rbac import DELEGAVEIS

MAX_DAYS: Final = 730
"""that a key is good for"""
MAX_OVERLAP_HOURS: Final = 7 * 24
"""that the secret before goes on working after a rotation"""
MAX_COMPANIES: Final = 1_000
"""that a key is limited to"""

ESCOPOS: Final = tuple(sorted(DELEGAVEIS))

Situacao = Literal["ativa", "expirada", "revogada"]

# What only the schemas say of these is checked, and told better, by `asking`.
Nome = Annotated[
    str,
    Meta(
        description="Para que pessoas a reconheçam.",
        extra_json_schema={"minLength": 1, "maxLength": 100},
    ),
]
Escopos = Annotated[
    list[Annotated[str, Meta(extra_json_schema={"enum": list(ESCOPOS)})]],
    Meta(max_length=20, description="O que ela pode.", extra_json_schema={"minItems": 1}),
]
Inscricao = Annotated[str, Meta(description="CNPJ ou CPF, sem pontuação.")]
EmpresasPedidas = Annotated[
    Annotated[list[Inscricao], Meta(max_length=MAX_COMPANIES, extra_json_schema={"minItems": 1})]
    | None,
    Meta(description="As empresas cujos documentos vê; sem elas, todas as de quem a cria."),
]
Empresas = Annotated[
    Sequence[Inscricao] | None,
    Meta(description="As empresas cujos documentos vê; null para todas."),
]
Teste = Annotated[bool, Meta(description="Se é do ambiente de teste, que é separado.")]
Dias = Annotated[int, Meta(ge=1, le=MAX_DAYS)]


class NovaChaveDeApi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key is asked for with."""

    nome: Nome
    escopos: Escopos
    empresas: EmpresasPedidas = None
    validade_dias: Annotated[Dias, Meta(description="Por quantos dias vale.")] = 365
    teste: Teste = False


class NovoNomeDeChave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: Nome


class RotacaoDeChave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    horas: Annotated[
        int,
        Meta(ge=0, le=MAX_OVERLAP_HOURS, description="Por quantas o texto atual ainda vale."),
    ] = 24
    validade_dias: Annotated[
        Dias | None,
        Meta(description="Por quantos dias vale, a contar de agora; sem eles, o prazo não muda."),
    ] = None


class PoliticaDeChaves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done with a key that leaked."""

    ao_vazar: Annotated[
        Literal["revogar", "avisar"],
        Meta(description="revogar: na hora, e os donos são avisados. avisar: só o aviso."),
    ]


class SegredoDeChave(msgspec.Struct, frozen=True):
    """What may be told of a secret."""

    prefixo: Annotated[str, Meta(description="O começo do texto; o resto não se mostra.")]
    criado_em: Annotated[datetime, Meta(description="Quando foi criado.")]
    expira_em: Annotated[datetime, Meta(description="Até quando vale.")]
    usado_em: Annotated[datetime | None, Meta(description="A hora do último uso; null sem uso.")]


class ChaveDeApi(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is told."""

    id: Annotated[UUID, Meta(description="O id da chave.")]
    nome: Nome
    escopos: Escopos
    empresas: Empresas
    teste: Teste
    situacao: Annotated[Situacao, Meta(description="Se ainda vale.")]
    criada_por: Annotated[str, Meta(description="Quem a criou.")]
    criado_em: Annotated[datetime, Meta(description="Quando foi criada.")]
    expira_em: Annotated[datetime, Meta(description="Até quando vale.")]
    revogada_em: Annotated[
        datetime | None, Meta(description="Quando foi revogada; null se não foi.")
    ]
    vazada_em: Annotated[
        datetime | None, Meta(description="Quando se soube que vazou; null se não se soube.")
    ]
    usada_em: Annotated[datetime | None, Meta(description="A hora do último uso; null sem uso.")]
    segredos: Annotated[
        Sequence[SegredoDeChave],
        Meta(description="Os textos que valem, o mais novo primeiro: dois depois de uma rotação."),
    ]


class ChaveDeApiCriada(ChaveDeApi, frozen=True, kw_only=True):
    """With the key itself, which is told this once."""

    chave: Annotated[str, Meta(description="O texto da chave. Guarde-o: não se mostra de novo.")]


class PaginaDeChavesDeApi(msgspec.Struct, frozen=True):
    itens: Sequence[ChaveDeApi]
    proximo: str | None
