"""The person of a request, for what is a person's own and no organisation's."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Depends, Request

from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.http.auth import credential_of, refuse_unknown_query, unknown_credential
from fiscalxml_server.kit.tokens import Claims

_KIND = "pessoa:"


class Pessoa(msgspec.Struct, frozen=True):
    """A person who signed in."""

    id: UUID
    sessao: UUID
    claims: Claims


async def person(request: Request) -> Pessoa:
    """A dependency: who signed in, whatever the organisation. Raises 401."""
    recursos: Recursos = request.app.state.recursos
    claims = await recursos.verificador.claims(credential_of(request))
    if claims is None or claims.sid is None or not claims.sub.startswith(_KIND):
        raise unknown_credential()
    refuse_unknown_query(request)
    return Pessoa(UUID(claims.sub.removeprefix(_KIND)), claims.sid, claims)


person.quem = (  # type: ignore[attr-defined]  # read by the OpenAPI document
    "Pede o token de uma pessoa, seja qual for a organização dele."
)

PessoaAutenticada = Annotated[Pessoa, Depends(person)]
