"""The resources of the process, as a dependency of endpoints that store or read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.http.auth import limit_of
from fiscalxml_server.kit.resources import Recursos


async def _resources(request: Request) -> Recursos:
    recursos: Recursos | None = request.app.state.recursos
    if recursos is None:
        raise Indisponivel("Esta instalação só valida e resume: não tem onde guardar.")
    return recursos.limited_to(limit_of(request))


Meios = Annotated[Recursos, Depends(_resources)]
"""database, objects and settings, limited as the caller is: declare it behind the caller; without a
database set, 503"""
