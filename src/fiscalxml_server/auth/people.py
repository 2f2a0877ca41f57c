"""The person of a request, for what is a person's own and no organisation's."""

from __future__ import annotations

import time
from typing import Annotated, Final
from uuid import UUID

import msgspec
from fastapi import Depends, Request

from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.auth import credential_of, refuse_unknown_query, unknown_credential
from fiscalxml_server.kit.http.boundary import LIMITS
from fiscalxml_server.kit.limits.limiter import Limites
from fiscalxml_server.kit.limits.policies import Classe
from fiscalxml_server.kit.tokens import Claims

_KIND = "pessoa:"
CONFIRMED_SECONDS: Final = 600
"""after which what is sensitive asks the person to prove again who it is"""


class Pessoa(msgspec.Struct, frozen=True):
    """A person who signed in."""

    id: UUID
    sessao: UUID
    claims: Claims


async def person(request: Request) -> Pessoa:
    """A dependency: who signed in, whatever the organisation. Raises 401, 429."""
    recursos: Recursos = request.app.state.recursos
    claims = await recursos.verificador.claims(credential_of(request))
    if claims is None or claims.sid is None or not claims.sub.startswith(_KIND):
        raise unknown_credential()
    pessoa = Pessoa(UUID(claims.sub.removeprefix(_KIND)), claims.sid, claims)
    limites: Limites = request.app.state.limites
    alone = Sujeito(organizacao=pessoa.id, credencial=str(pessoa.sessao), escopos=frozenset())
    request.scope[LIMITS] = limites.admit(alone, Classe.GERIR)
    refuse_unknown_query(request)
    return pessoa


person.quem = (  # type: ignore[attr-defined]  # read by the OpenAPI document
    "Pede o token de uma pessoa, seja qual for a organização dele."
)

PessoaAutenticada = Annotated[Pessoa, Depends(person)]


class ConfirmacaoNecessaria(Problema):
    status, codigo, titulo = 403, "confirmacao_necessaria", "Confirme que é você"
    explicacao = (
        "Esta operação pede que a pessoa tenha provado há pouco que é ela. Confirme em "
        "POST /v1/sessoes/confirmacao e use o token que ele dá."
    )


async def confirmed_person(pessoa: PessoaAutenticada) -> Pessoa:
    """A dependency: who proved in the last minutes to be there. Raises 401, 403."""
    refuse_unconfirmed(pessoa)
    return pessoa


def refuse_unconfirmed(pessoa: Pessoa) -> None:
    """Raises `ConfirmacaoNecessaria`."""
    if time.time() - pessoa.claims.auth_time > CONFIRMED_SECONDS:
        raise ConfirmacaoNecessaria(
            "Faz tempo que você entrou. Confirme que é você e tente de novo.",
            headers={
                "WWW-Authenticate": 'Bearer realm="fiscalxml",'
                f' error="insufficient_user_authentication", max_age="{CONFIRMED_SECONDS}"'
            },
        )


confirmed_person.quem = (  # type: ignore[attr-defined]  # as above
    "Pede o token de uma pessoa que confirmou há menos de 10 minutos que é ela."
)

PessoaConfirmada = Annotated[Pessoa, Depends(confirmed_person)]
"""for what an open window must not be enough: second factors, new keys, the organisation's end"""
