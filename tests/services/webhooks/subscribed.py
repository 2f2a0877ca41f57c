"""An organisation of the API that subscribes to webhooks, and what it was told."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from scripts.build_webhooks_page import schema
from sqlalchemy import insert, select

from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.notifying.models import assinaturas, entregas, notificacoes
from fiscalxml_server.kit.notifying.slices import slice_of
from fiscalxml_server.kit.settings import Settings


class Dita(NamedTuple):
    """A notificação that was written."""

    tipo: str
    alvo: str
    dados: dict[str, Any]


class Escuta:
    """The Webhook Service's view of a database."""

    def __init__(self, banco: str) -> None:
        settings = Settings(
            database_url=banco,  # type: ignore[arg-type]
            database_role="fiscalxml_webhooks",
            database_pool=2,
        )
        self._banco = Banco.open(settings)

    async def close(self) -> None:
        await self._banco.close()

    async def subscribe(self, organizacao: UUID, **filtro: list[str]) -> UUID:
        """A subscription, of everything unless something is said."""
        assinatura = new_id()
        row = {
            "organizacao": organizacao,
            "id": assinatura,
            "fatia": slice_of(assinatura),
            "url": "https://erp.exemplo.com.br/fiscal",
            "segredos": b"",
            "simultaneas": 1,
            "criada_por": "teste",
            **filtro,
        }
        async with self._banco.transacao(organizacao) as conn:
            await conn.execute(insert(assinaturas).values(row))
        return assinatura

    async def told(self, organizacao: UUID, assinatura: UUID | None = None) -> list[Dita]:
        """In the order of being told; to one subscription, where it is named."""
        query = select(notificacoes).where(notificacoes.c.organizacao == organizacao)
        if assinatura is not None:
            to_one = select(entregas.c.notificacao).where(
                entregas.c.organizacao == organizacao, entregas.c.assinatura == assinatura
            )
            query = query.where(notificacoes.c.id.in_(to_one))
        async with self._banco.transacao(organizacao) as conn:
            rows = (await conn.execute(query.order_by(notificacoes.c.id))).mappings().all()
        return [
            Dita(row["tipo"], row["alvo"], _valid(msgspec.json.decode(row["corpo"]))["dados"])
            for row in rows
        ]


def _valid(corpo: dict[str, Any]) -> dict[str, Any]:
    """As its published schema says, and with nothing that the schema does not tell of."""
    validator(corpo["tipo"]).validate(corpo)
    told = schema(Tipo(corpo["tipo"]))["properties"]["dados"]["properties"]
    assert corpo["dados"].keys() <= told.keys()
    return corpo


@cache
def validator(tipo: str) -> Draft202012Validator:
    """Of the bodies of a kind."""
    return Draft202012Validator(schema(Tipo(tipo)), format_checker=FormatChecker())
