"""Shapes of what is asked for again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.kit.notifying import Tipo

Terminada = Literal["falhou", "retida", "entregue"]
Instante = Annotated[datetime, Meta(tz=True)]

Situacoes = Annotated[
    list[Terminada],
    Meta(
        max_length=3,
        description="Só as que estão numa destas situações; vazia: falhou e retida, ou seja, tudo "
        "que não foi entregue.",
    ),
]
Tipos = Annotated[
    list[Tipo],
    Meta(max_length=len(Tipo), description="Só as destes tipos; vazia, de todos."),
]


class PedidoDeReenvio(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    situacoes: Situacoes = []
    tipos: Tipos = []
    de: Annotated[
        Instante | None,
        Meta(description="Só o que aconteceu desde este instante; null: há até 90 dias."),
    ] = None
    ate: Annotated[
        Instante | None, Meta(description="Só o que aconteceu antes deste; null: até agora.")
    ] = None


class Reenvio(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[UUID, Meta(description="O id do reenvio.")]
    situacao: Annotated[
        Literal["em_andamento", "concluido"],
        Meta(
            description="em_andamento: ainda há o que pôr na fila, o que se faz em partes, e com o "
            "webhook ativo. concluido: tudo está na fila, ou já foi entregue."
        ),
    ]
    situacoes: Annotated[Sequence[Terminada], Meta(description="As que se pediram.")]
    tipos: Annotated[Sequence[Tipo], Meta(description="Os que se pediram; vazia, todos.")]
    chegou_a: Annotated[
        datetime, Meta(tz=True, description="O que aconteceu antes disto já foi para a fila.")
    ]
    ate: Annotated[datetime, Meta(tz=True, description="Até onde vai.")]
    reenviadas: Annotated[int, Meta(description="Quantas entregas voltaram à fila.")]
    pedido_por: Annotated[str, Meta(description="Quem o pediu.")]
    pedido_em: Annotated[datetime, Meta(tz=True, description="Quando foi pedido.")]
    terminado_em: Annotated[Instante | None, Meta(description="Quando terminou; null: ainda não.")]
