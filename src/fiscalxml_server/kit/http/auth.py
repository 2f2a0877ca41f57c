"""The subject of a request. An endpoint is declared with `requires(...)` or with `public`.

Both also refuse query parameters that the endpoint does not have: a misspelt filter must not widen
an answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Annotated, Any, get_origin

from fastapi import Depends, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query

from fiscalxml_server.kit.auth import Sujeito, Verificador
from fiscalxml_server.kit.errors import NaoAutenticado, SegundoFatorExigido, SemPermissao
from fiscalxml_server.kit.http.boundary import LIMITS
from fiscalxml_server.kit.http.headers import values
from fiscalxml_server.kit.http.problems import invalid_fields
from fiscalxml_server.kit.limits.limiter import Limites
from fiscalxml_server.kit.limits.policies import class_of
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.telemetry import bind

_SUBJECT = "fiscalxml.subject"
_REALM = 'Bearer realm="fiscalxml"'
_MAX_CREDENTIAL = 8192
_LIMIT = "fiscalxml.empresas"


# Medida: papeis-e-escopos
def requires(escopo: Escopo) -> Callable[[Request], Awaitable[Sujeito]]:
    """A dependency: the verified caller, who has `escopo`. Raises 401, 403 or 429.

    `sujeito: Annotated[Sujeito, Depends(requires(Escopo.LER))]`
    """

    classe = class_of(escopo)

    async def subject(request: Request) -> Sujeito:
        verificador: Verificador = request.app.state.verificador
        sujeito = await verificador.verify(credential_of(request))
        if sujeito is None:
            raise unknown_credential()
        limites: Limites = request.app.state.limites
        bind(organization_id=sujeito.organizacao)
        request.scope[_SUBJECT] = sujeito
        request.scope[LIMITS] = limites.admit(sujeito, classe)
        if sujeito.sem_segundo_fator:
            raise SegundoFatorExigido(
                "A organização exige um segundo fator, que esta sessão não mostrou. Ligue um em "
                "POST /v1/fatores/totp ou /v1/fatores/passkeys/opcoes, no serviço de contas, e "
                "renove a sessão; se já tem um, confirme em POST /v1/sessoes/confirmacao.",
                headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_user_authentication"'},
            )
        if not sujeito.has(escopo):
            raise SemPermissao(
                f"Esta operação pede o escopo {escopo}.",
                headers={
                    "WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{escopo}"'
                },
                escopo=escopo.value,
            )
        refuse_unknown_query(request)
        request.scope[_LIMIT] = sujeito.empresas
        return sujeito

    subject.escopo = escopo  # type: ignore[attr-defined]  # read by `permissions`, the OpenAPI document
    return subject


def subject_of(request: Request) -> Sujeito:
    """The caller whom `requires` verified, for an endpoint that takes the request alone."""
    sujeito: Sujeito = request.scope[_SUBJECT]
    return sujeito


Leitor = Annotated[Sujeito, Depends(requires(Escopo.LER))]
"""who reads what is stored"""
Escritor = Annotated[Sujeito, Depends(requires(Escopo.ESCREVER))]
"""who has something stored"""


async def public(request: Request) -> None:
    """A dependency that says: no credential is needed here."""
    refuse_unknown_query(request)
    request.scope[_LIMIT] = None


public.aberta = True  # type: ignore[attr-defined]  # read by `permissions`


def limit_of(request: Request) -> frozenset[str] | None:
    """The companies that the caller is limited to: none at all before it is known who asks."""
    limit: frozenset[str] | None = request.scope.get(_LIMIT, frozenset())
    return limit


def unknown_credential() -> NaoAutenticado:
    """For a credential that says nobody."""
    return NaoAutenticado(
        "A credencial não é conhecida, venceu ou foi revogada. Confira a chave que mandou.",
        headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"'},
    )


def credential_of(request: Request) -> str:
    """What the request carries as its credential. Raises 401 where that is nothing, or two."""
    keys = values(request, b"x-api-key")
    given = values(request, b"authorization")
    if len(keys) + len(given) > 1:
        raise _unauthenticated("Mande uma só credencial: Authorization ou X-API-Key.")
    if keys:
        credential = keys[0].strip()
    elif given:
        scheme, _, credential = given[0].strip().partition(" ")
        if scheme.lower() != "bearer":
            raise _unauthenticated(
                "Authorization deve ser Bearer, um espaço e a chave: Authorization: Bearer <chave>."
            )
        credential = credential.strip()
    else:
        credential = ""
    if not credential:
        raise _unauthenticated("Mande a chave em Authorization: Bearer … ou em X-API-Key.")
    if len(credential) > _MAX_CREDENTIAL:
        raise _unauthenticated("A credencial é longa demais.")
    return credential


def _unauthenticated(detalhe: str) -> NaoAutenticado:
    return NaoAutenticado(detalhe, headers={"WWW-Authenticate": _REALM})


def refuse_unknown_query(request: Request) -> None:
    """Raise `ParametrosInvalidos` for a parameter that the endpoint has not, or not twice."""
    if not request.scope["query_string"]:
        return
    known = query_names(_Route(request.scope["route"]))
    seen: set[str] = set()
    wrong = []
    for name, _ in request.query_params.multi_items():
        if name not in known:
            wrong.append(_wrong(name, f"este parâmetro não existe aqui{_those(known)}"))
        elif name in seen and not known[name]:
            wrong.append(_wrong(name, "este parâmetro só pode vir uma vez"))
        seen.add(name)
    if wrong:
        raise invalid_fields(wrong[:20])


def _those(known: Iterable[str]) -> str:
    names = ", ".join(known)
    return f"; os que existem: {names}" if names else ""


def _wrong(name: str, mensagem: str) -> dict[str, str]:
    return {"campo": name[:100], "onde": "query", "mensagem": mensagem}


class _Route:
    """A route as a key of a cache: routes compare by content and cannot be hashed."""

    def __init__(self, route: Any) -> None:
        self.route = route

    def __hash__(self) -> int:
        return id(self.route)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Route) and other.route is self.route


@lru_cache(maxsize=256)
def query_names(key: _Route) -> dict[str, bool]:
    """The query parameters of a route, and whether each may be repeated."""
    return {
        field.alias: get_origin(field.field_info.annotation) in (list, tuple, set, frozenset)
        for field in get_flat_params(key.route.dependant)
        if isinstance(field.field_info, Query)
    }
