"""Which service asks, for operations that are no caller's but the other services' own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request

from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.errors import SemPermissao
from fiscalxml_server.kit.http.auth import credential_of, refuse_unknown_query, unknown_credential


def requires_service(*nomes: str) -> Callable[[Request], Awaitable[str]]:
    """A dependency: one of these services calls; gives which. Raises 401 or 403.

    `servico: Annotated[str, Depends(requires_service("api"))]`; the path is under `/interno`.
    """

    async def service(request: Request) -> str:
        recursos: Recursos = request.app.state.recursos
        nome = recursos.servicos.verify(credential_of(request), request.scope["path"])
        if nome is None:
            raise unknown_credential()
        if nome not in nomes:
            raise SemPermissao("Esta operação não é deste serviço.")
        refuse_unknown_query(request)
        return nome

    service.servicos = nomes  # type: ignore[attr-defined]  # read by who walks the routes
    return service
