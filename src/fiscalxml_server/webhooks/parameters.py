"""What the endpoints of the service take: who asks, and which subscription is meant."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.rbac import Escopo

Leitor = Annotated[Sujeito, Depends(requires(Escopo.WEBHOOKS_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.WEBHOOKS_ESCREVER))]
Id = Annotated[UUID, Path(description="O id do webhook.")]
