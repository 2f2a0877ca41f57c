"""Shapes of fluxos."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.webhooks.assinaturas.schemas import Empresas, Modelos, Tipos, Vereditos

MAX_ESPERA: Final = 25
"""seconds, less than proxies wait for an answer"""
MAX_LIDAS: Final = 500
MAX_ITENS: Final = 100


class NovoFluxo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tipos: Tipos = []
    empresas: Empresas = []
    modelos: Modelos = []
    vereditos: Vereditos = []


class Fluxo(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[UUID, Meta(description="O id do fluxo.")]
    tipos: Tipos
    empresas: Empresas
    modelos: Modelos
    vereditos: Vereditos
    criado_em: Annotated[datetime, Meta(tz=True, description="Desde quando guarda o que acontece.")]


class LeituraDeFluxo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lidas: Annotated[
        list[UUID],
        Meta(max_length=MAX_LIDAS, description="Ids das que já não precisam vir de novo."),
    ] = []
    espera: Annotated[
        int,
        Meta(ge=0, le=MAX_ESPERA, description="Quantos segundos esperar, se não há nenhuma."),
    ] = 20
    limite: Annotated[int, Meta(ge=1, le=MAX_ITENS, description="Quantas, no máximo.")] = 100


class NotificacoesDoFluxo(msgspec.Struct, frozen=True):
    itens: Sequence[msgspec.Raw]
    """each as it would be delivered, to the byte"""
