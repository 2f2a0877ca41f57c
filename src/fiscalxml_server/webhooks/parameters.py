"""What the endpoints of the service take: who asks, what is meant, and which of a list."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.parameters import Instante
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.rbac import Escopo

Leitor = Annotated[Sujeito, Depends(requires(Escopo.WEBHOOKS_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.WEBHOOKS_ESCREVER))]
Id = Annotated[UUID, Path(description="O id do webhook.")]
IdDeNotificacao = Annotated[UUID, Path(description="O id da notificação.")]
UmTipo = Annotated[Tipo | None, Query(description="Só as notificações deste tipo.")]
Alvo = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z_]{1,40}:[0-9A-Za-z._-]{1,120}$",
        description="Só o que se avisou de: documento:<id>, lote:<id>…",
    ),
]
De = Annotated[
    Instante, Query(description="O que aconteceu a partir deste dia (em Brasília) ou instante.")
]
Ate = Annotated[
    Instante,
    Query(description="Antes deste instante; um dia vale pela sua meia-noite em Brasília."),
]
PorPagina = Annotated[int, Query(ge=1, le=1000, description="Quantas por página, no máximo.")]
