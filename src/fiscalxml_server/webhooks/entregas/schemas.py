"""Shapes of deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.kit.notifying import Tipo

SituacaoDeEntrega = Literal["pendente", "entregue", "falhou", "retida"]

Instante = Annotated[datetime, Meta(tz=True)]
Codigo = Annotated[
    int | None, Meta(description="O código HTTP da resposta; null se não houve resposta.")
]


class Entrega(msgspec.Struct, frozen=True, kw_only=True):
    notificacao: Annotated[
        UUID, Meta(description="O id da notificação, que vai em webhook-id a cada tentativa.")
    ]
    tipo: Tipo
    alvo: Annotated[str, Meta(description="De que se avisa, como documento:<id>.")]
    em: Annotated[datetime, Meta(tz=True, description="Quando aconteceu.")]
    situacao: Annotated[
        SituacaoDeEntrega,
        Meta(
            description="pendente: espera a vez, ou a próxima tentativa. entregue: respondida com "
            "2xx. falhou: todas as tentativas falharam. retida: o webhook não estava ativo; é "
            "entregue quando ele for retomado."
        ),
    ]
    tentativas: Annotated[int, Meta(description="Quantas vezes se tentou.")]
    codigo: Codigo
    terminado_em: Annotated[
        Instante | None, Meta(description="Quando foi entregue, ou se desistiu; null: ainda não.")
    ]


class Tentativa(msgspec.Struct, frozen=True, kw_only=True):
    numero: Annotated[int, Meta(description="A partir de 1.")]
    em: Annotated[datetime, Meta(tz=True, description="Quando começou.")]
    milissegundos: Annotated[int, Meta(description="Quanto durou.")]
    codigo: Codigo
    erro: Annotated[str | None, Meta(description="Por que falhou, em uma palavra.")]
    resposta: Annotated[str | None, Meta(description="O começo do que o receptor respondeu.")]


class EntregaDetalhada(Entrega, frozen=True, kw_only=True):
    corpo: Annotated[
        msgspec.Raw,
        Meta(
            description="O que o receptor lê, exatamente como é assinado.",
            extra_json_schema={"type": "object"},
        ),
    ]
    proxima_em: Annotated[
        Instante | None,
        Meta(description="Quando se tenta de novo, no mais cedo; null se não espera por nada."),
    ]
    historico: Annotated[
        Sequence[Tentativa], Meta(description="As últimas 100 tentativas, da mais nova em diante.")
    ]


class PaginaDeEntregas(msgspec.Struct, frozen=True):
    itens: Sequence[Entrega]
    proximo: str | None


class Periodo(msgspec.Struct, frozen=True, kw_only=True):
    tentativas: Annotated[int, Meta(description="Quantas vezes o receptor foi chamado.")]
    entregues: Annotated[int, Meta(description="Quantas ele aceitou, com 2xx.")]
    falhas: Annotated[int, Meta(description="Quantas ele não aceitou, ou não respondeu.")]
    taxa_de_sucesso: Annotated[
        float | None, Meta(description="Entregues por tentativas, de 0 a 1; null sem tentativas.")
    ]
    media_milissegundos: Annotated[
        float | None, Meta(description="Quanto dura uma tentativa; null sem tentativas.")
    ]


Ate10000 = Annotated[int, Meta(description="Contadas até 10.000, que quer dizer 10.000 ou mais.")]


class SaudeDeWebhook(msgspec.Struct, frozen=True, kw_only=True):
    situacao: Annotated[
        Literal["ativa", "pausada", "retomando", "desativada"],
        Meta(description="A situação do webhook."),
    ]
    falhando_desde: Annotated[
        Instante | None, Meta(description="Desde quando só há falhas; null se não há.")
    ]
    espera_ate: Annotated[
        Instante | None,
        Meta(
            description="Falhou tanto que nada se tenta antes disto: o disjuntor está aberto. Em "
            "null, está fechado."
        ),
    ]
    ultimas_24_horas: Periodo
    ultimos_7_dias: Periodo
    p95_milissegundos: Annotated[
        int | None,
        Meta(
            description="Das tentativas das até 500 notificações mais novas, 95% duraram até isto; "
            "null sem tentativas."
        ),
    ]
    pendentes: Ate10000
    estacionadas: Annotated[
        int, Meta(description="Das pendentes contadas, quantas esperam que o webhook tenha vez.")
    ]
    pendente_desde: Annotated[
        Instante | None,
        Meta(description="Quando aconteceu a mais antiga das pendentes; null se não há."),
    ]
    falhadas: Ate10000
    retidas: Ate10000


def entrega_values(row: Any, em: datetime) -> dict[str, Any]:
    """The fields of `Entrega` from a row that has them by their names, and `id`."""
    names = ("tipo", "alvo", "situacao", "tentativas", "codigo", "terminado_em")
    return {"notificacao": row["id"], "em": em, **{name: row[name] for name in names}}
