"""A subscription, as far as who delivers must know it: opened once, and again when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from fiscalxml.webhooks import Signer
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.webhooks.assinaturas.headers import open_headers
from fiscalxml_server.webhooks.assinaturas.signing_keys import Segredo, keys, open_secrets
from fiscalxml_server.webhooks.envio.destinos import Destino, Regras, UrlRecusada, read_url

ENTREGANDO: Final = frozenset({"ativa", "retomando"})
"""`situacao` of those to which something is delivered"""


@dataclass(slots=True)
class Assinante:
    """`destino`: None where the installation's rules do not let its URL be called any more."""

    id: UUID
    organizacao: UUID
    fatia: int
    situacao: str
    destino: Destino | None
    cabecalhos: Mapping[str, str]
    por_minuto: int | None
    simultaneas: int
    ordenada: bool
    alterado_em: datetime
    falhando_desde: datetime | None
    segredos: list[Segredo]
    _signer: Signer | None = None
    _until: datetime | None = None

    @property
    def entregando(self) -> bool:
        """Whether something is delivered to it."""
        return self.situacao in ENTREGANDO

    def signer(self) -> Signer:
        """With the keys that sign now."""
        now = datetime.now(UTC)
        if self._signer is None or (self._until is not None and self._until <= now):
            self._signer = Signer(keys(self.segredos, now))
            ends = [each.expira_em for each in self.segredos if each.expira_em is not None]
            self._until = min((end for end in ends if end > now), default=None)
        return self._signer


def read_subscription(row: RowMapping, segredos: Segredos, regras: Regras) -> Assinante:
    """Of a row of `assinaturas`. Raises ValueError for secrets that do not open."""
    id_ = row["id"]
    try:
        destino = read_url(row["url"], regras)
    except UrlRecusada:
        destino = None
    return Assinante(
        id=id_,
        organizacao=row["organizacao"],
        fatia=row["fatia"],
        situacao=row["situacao"],
        destino=destino,
        cabecalhos=open_headers(segredos, id_, row["cabecalhos"]),
        por_minuto=row["por_minuto"],
        simultaneas=row["simultaneas"],
        ordenada=row["ordenada"],
        alterado_em=row["alterado_em"],
        falhando_desde=row["falhando_desde"],
        segredos=open_secrets(segredos, id_, row["segredos"]),
    )
