"""Who may call each operation, read from the routes: no route can be there undecided.

`docs/permissoes.md` is made of it, and tests walk it as every kind of caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from fiscalxml_server.kit.rbac import Escopo


class Quem(StrEnum):
    """Who may call what no scope is for."""

    TODOS = "todos"
    PESSOA = "pessoa"
    SERVICO = "servico"


class Decisao(msgspec.Struct, frozen=True):
    """An operation and what it asks for."""

    metodo: str
    caminho: str
    """as in the OpenAPI document: `/v1/lotes/{lote}`"""
    resumo: str
    """empty for what is in no OpenAPI document"""
    pede: Escopo | Quem
    pessoa: bool = False
    """whether only a person may call, and no key or machine"""
    servicos: tuple[str, ...] = ()
    """the services that may call, where `pede` is SERVICO"""


_MARKS = ("escopo", "quem", "servicos", "aberta")
"""attributes by which a dependency says whom it lets in; see `kit.http.auth`"""


def decisions(routes: list[BaseRoute]) -> Iterator[Decisao]:
    """Each operation, once. Raises ValueError for one that does not say who may call it.

    One that asks for a scope may ask for a person, too.
    """
    for context in iter_route_contexts(routes):
        dependant = getattr(context, "dependant", None)
        calls = [] if dependant is None else [each.call for each in dependant.dependencies]
        marks = [
            (name, getattr(call, name)) for call in calls for name in _MARKS if hasattr(call, name)
        ]
        names = sorted(name for name, _ in marks)
        if len(names) != 1 and names != ["escopo", "quem"]:
            raise ValueError(f"{context.path}: who may call it is not said, or not once: {names}")
        name, value = min(marks)
        included = getattr(context, "include_in_schema", False)
        for metodo in sorted(context.methods or ()):
            yield Decisao(
                metodo=metodo,
                caminho=getattr(context, "path_format", None) or str(context.path),
                resumo=(getattr(context, "summary", None) or "") if included else "",
                pede=_asked(name, value),
                pessoa="quem" in names,
                servicos=value if name == "servicos" else (),
            )


def _asked(name: str, value: object) -> Escopo | Quem:
    if isinstance(value, Escopo):
        return value
    return {"quem": Quem.PESSOA, "servicos": Quem.SERVICO, "aberta": Quem.TODOS}[name]
