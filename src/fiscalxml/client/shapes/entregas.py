"""What was told to whom, with what result; and what is told again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, TypeAlias, TypedDict
from uuid import UUID

import msgspec

from fiscalxml.client.shapes.base import Forma

SituacaoDeEntrega: TypeAlias = Literal["pendente", "entregue", "falhou", "retida"]
Terminada: TypeAlias = Literal["falhou", "retida", "entregue"]


class Recorte(TypedDict, total=False):
    """Which: of a kind, about something (`documento:<id>`), of a time without its end.

    A day counts from its midnight in Brasília.
    """

    tipo: str
    alvo: str
    de: date | datetime
    ate: date | datetime


class FiltroDeReenvio(TypedDict, total=False):
    """Which deliveries are made again; without `situacoes`, all that was not delivered.

    Instants have their offset.
    """

    situacoes: Sequence[Terminada]
    tipos: Sequence[str]
    de: datetime
    ate: datetime


class Entrega(Forma, frozen=True, kw_only=True):
    """Of a notificação, by its id, to a webhook. `codigo`: of the last answer."""

    notificacao: UUID
    tipo: str
    alvo: str
    em: datetime
    situacao: SituacaoDeEntrega
    tentativas: int
    codigo: int | None = None
    terminado_em: datetime | None = None


class Tentativa(Forma, frozen=True, kw_only=True):
    """One request. `erro`: why it failed, in a word; `resposta`: how the answer began."""

    numero: int
    em: datetime
    milissegundos: int
    codigo: int | None = None
    erro: str | None = None
    resposta: str | None = None


class EntregaDetalhada(Entrega, frozen=True, kw_only=True):
    """With its last attempts, the newest first. `bytes(corpo)`: what is sent, to the byte."""

    corpo: msgspec.Raw
    proxima_em: datetime | None = None
    historico: list[Tentativa]


class Periodo(Forma, frozen=True, kw_only=True):
    """Attempts of a time."""

    tentativas: int
    entregues: int
    falhas: int
    taxa_de_sucesso: float | None = None
    media_milissegundos: float | None = None


class SaudeDeWebhook(Forma, frozen=True, kw_only=True):
    """How a webhook is. `espera_ate`: nothing is tried before. Of what waits or was given up,
    10000 means as many or more."""

    situacao: Literal["ativa", "pausada", "retomando", "desativada"]
    falhando_desde: datetime | None = None
    espera_ate: datetime | None = None
    ultimas_24_horas: Periodo
    ultimos_7_dias: Periodo
    p95_milissegundos: int | None = None
    pendentes: int
    estacionadas: int
    pendente_desde: datetime | None = None
    falhadas: int
    retidas: int


class Reenvio(Forma, frozen=True, kw_only=True):
    """Deliveries made again. `chegou_a`: what happened before is in the queue."""

    id: UUID
    situacao: Literal["em_andamento", "concluido"]
    situacoes: list[Terminada]
    tipos: list[str]
    chegou_a: datetime
    ate: datetime
    reenviadas: int
    pedido_por: str
    pedido_em: datetime
    terminado_em: datetime | None = None


class NotificacaoFeita(Forma, frozen=True, kw_only=True):
    """What happened, as webhooks were told."""

    id: UUID
    tipo: str
    alvo: str
    em: datetime


class Destinatario(Forma, frozen=True, kw_only=True):
    """A webhook that was told."""

    webhook: UUID
    situacao: SituacaoDeEntrega
    tentativas: int
    codigo: int | None = None
    terminado_em: datetime | None = None


class NotificacaoDetalhada(NotificacaoFeita, frozen=True, kw_only=True):
    """And to whom. `bytes(corpo)`: what is sent, to the byte."""

    corpo: msgspec.Raw
    entregas: list[Destinatario]
