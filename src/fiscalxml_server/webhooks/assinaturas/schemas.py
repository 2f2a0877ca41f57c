"""Shapes of subscriptions: what is asked for, and what is told. Users call one a webhook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from fiscalxml.report import Veredito
from fiscalxml_server.kit.notifying import Tipo

MAX_URL: Final = 2_000
MAX_DESCRICAO: Final = 200
MAX_EMPRESAS: Final = 1_000
MAX_MODELOS: Final = 50
MAX_CABECALHOS: Final = 20
MAX_HORAS: Final = 72
"""that a secret works on after a rotation"""
SIMULTANEAS: Final = 10
"""deliveries at a time where nothing is said"""

Situacao = Literal["ativa", "pausada", "retomando", "desativada"]

Instante = Annotated[datetime, Meta(tz=True)]
Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_URL,
        description="Onde as notificações são entregues: https, um nome ou endereço público, sem "
        "usuário nem senha.",
    ),
]
Descricao = Annotated[
    str, Meta(max_length=MAX_DESCRICAO, description="Para que pessoas o reconheçam.")
]
Tipos = Annotated[
    list[Tipo],
    Meta(max_length=len(Tipo), description="Só notificações destes tipos; vazia, de todos."),
]
Empresas = Annotated[
    list[str],
    Meta(
        max_length=MAX_EMPRESAS,
        description="Só as que dizem respeito a uma destas empresas (CNPJ ou CPF, sem pontuação); "
        "vazia, a qualquer uma. As que não são de empresa nenhuma vêm sempre.",
    ),
]
Modelos = Annotated[
    list[Annotated[str, Meta(pattern="^[0-9]{2}$", max_length=2)]],
    Meta(
        max_length=MAX_MODELOS,
        description="Só as de documentos destes modelos, como 55; vazia, de todos.",
    ),
]
Vereditos = Annotated[
    list[Veredito],
    Meta(
        max_length=3, description="Só as de documentos com um destes vereditos; vazia, com todos."
    ),
]
Cabecalhos = Annotated[
    dict[str, str],
    Meta(
        max_length=MAX_CABECALHOS,
        description="Cabeçalhos que acompanham cada entrega. Os valores não se mostram de novo.",
    ),
]
PorMinuto = Annotated[
    Annotated[int, Meta(ge=1, le=60_000)] | None,
    Meta(description="Quantas entregas por minuto, no máximo; null: sem limite."),
]
Simultaneas = Annotated[
    int,
    Meta(ge=1, le=50, description="Quantas entregas ao mesmo tempo, no máximo."),
]
Ordenada = Annotated[
    bool,
    Meta(
        description="Uma entrega por vez, em ordem: enquanto uma falha, as seguintes esperam por "
        "ela."
    ),
]


class NovoWebhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: Url
    descricao: Descricao = ""
    tipos: Tipos = []
    empresas: Empresas = []
    modelos: Modelos = []
    vereditos: Vereditos = []
    cabecalhos: Cabecalhos = {}
    por_minuto: PorMinuto = None
    simultaneas: Simultaneas = SIMULTANEAS
    ordenada: Ordenada = False


class MudancaDeWebhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: Url | UnsetType = UNSET
    descricao: Descricao | UnsetType = UNSET
    tipos: Tipos | UnsetType = UNSET
    empresas: Empresas | UnsetType = UNSET
    modelos: Modelos | UnsetType = UNSET
    vereditos: Vereditos | UnsetType = UNSET
    cabecalhos: Cabecalhos | UnsetType = UNSET
    por_minuto: PorMinuto | UnsetType = UNSET
    simultaneas: Simultaneas | UnsetType = UNSET
    ordenada: Ordenada | UnsetType = UNSET

    def given(self) -> dict[str, Any]:
        """What is to change, by name."""
        return {
            name: getattr(self, name)
            for name in self.__struct_fields__
            if getattr(self, name) is not UNSET
        }


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[UUID, Meta(description="O id do webhook.")]
    url: Url
    descricao: Descricao
    tipos: Tipos
    empresas: Empresas
    modelos: Modelos
    vereditos: Vereditos
    cabecalhos: Annotated[
        Sequence[str],
        Meta(description="Os nomes dos cabeçalhos que acompanham cada entrega."),
    ]
    por_minuto: PorMinuto
    simultaneas: Simultaneas
    ordenada: Ordenada
    situacao: Annotated[
        Situacao,
        Meta(
            description="ativa: entrega. pausada: a pedido; o que acontece fica retido. retomando: "
            "o retido está voltando à fila, em ordem. desativada: só houve falhas, por muito "
            "tempo, ou o endereço respondeu 410; o que acontece fica retido."
        ),
    ]
    motivo: Annotated[str | None, Meta(description="Por que foi desativado.")]
    falhando_desde: Annotated[
        Instante | None, Meta(description="Desde quando só há falhas; null se não há.")
    ]
    desativada_em: Annotated[
        Instante | None, Meta(description="Quando foi desativado; null se não foi.")
    ]
    chave_publica: Annotated[
        str,
        Meta(description="Confere as assinaturas v1a (ed25519): whpk_ e a chave em base64."),
    ]
    segredo_criado_em: Annotated[datetime, Meta(tz=True, description="Quando o segredo mudou.")]
    anterior_vale_ate: Annotated[
        Instante | None,
        Meta(description="Até quando o segredo anterior também assina; null: não assina."),
    ]
    criada_por: Annotated[str, Meta(description="Quem o criou.")]
    criado_em: Annotated[datetime, Meta(tz=True, description="Quando foi criado.")]
    alterado_em: Annotated[datetime, Meta(tz=True, description="Quando mudou pela última vez.")]


class WebhookCriado(Webhook, frozen=True, kw_only=True):
    segredo: Annotated[
        str,
        Meta(description="Confere as assinaturas v1 (HMAC-SHA256): whsec_ e o segredo em base64."),
    ]


class SegredoDeWebhook(msgspec.Struct, frozen=True):
    segredo: Annotated[
        str,
        Meta(description="Confere as assinaturas v1 (HMAC-SHA256): whsec_ e o segredo em base64."),
    ]
    chave_publica: Annotated[
        str,
        Meta(description="Confere as assinaturas v1a (ed25519): whpk_ e a chave em base64."),
    ]
    criado_em: Annotated[datetime, Meta(tz=True, description="Quando o segredo mudou.")]


class TrocaDeSegredo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    validade_anterior: Annotated[
        int,
        Meta(ge=0, le=MAX_HORAS, description="Por quantas horas o segredo atual ainda assina."),
    ] = 24


class TesteDeWebhook(msgspec.Struct, frozen=True):
    id: Annotated[UUID, Meta(description="O id da notificação, que vem em webhook-id.")]


class PaginaDeWebhooks(msgspec.Struct, frozen=True):
    itens: Sequence[Webhook]
    proximo: str | None
