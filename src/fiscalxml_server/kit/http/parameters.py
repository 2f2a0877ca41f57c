"""Types of query parameters whose errors are in Portuguese."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema

from fiscalxml.documents.facts import BRASILIA

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def _instant(value: object) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return parse_instant(str(value))


def parse_instant(text: str) -> datetime:
    """A date (its midnight in Brasília) or an ISO 8601 instant (there too, without an offset).

    Raises ValueError, in Portuguese.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            "não é uma data que exista; use AAAA-MM-DD ou AAAA-MM-DDTHH:MM:SS-03:00"
        ) from None
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        raise ValueError(f"o ano deve ir de {_FIRST_YEAR} a {_LAST_YEAR}")
    return instant if instant.tzinfo else instant.replace(tzinfo=BRASILIA)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise ValueError("deve ser true ou false")
    return value == "true"


Instante = Annotated[
    datetime | None,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "examples": ["2026-11-10", "2026-11-10T09:30:00-03:00"]}),
]
"""A date (its midnight in Brasília) or an ISO 8601 instant (there too, without an offset)."""

Logico = Annotated[bool, BeforeValidator(_boolean)]
"""true or false, and no other spelling."""

Cursor = Annotated[str | None, Query(max_length=100, description="O proximo da página anterior.")]
Limite = Annotated[int, Query(ge=1, le=1000, description="Quantos por página.")]
