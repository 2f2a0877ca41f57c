"""Which of several formats a caller wants: by `?formato=`, else by `Accept`, else JSON."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Query, Request

Formato = Literal["json", "html", "pdf"]

MEDIA_TYPES: Final[dict[Formato, str]] = {
    "json": "application/json",
    "html": "text/html",
    "pdf": "application/pdf",
}
FormatoPedido = Annotated[
    Formato | None,
    Query(description="Em que formato; sem ele, o que Accept prefere, ou JSON."),
]


def wanted_format(request: Request, formato: Formato | None) -> Formato:
    """The format of the answer: JSON also for what names none of the three."""
    return formato or _accepted(request.headers.getlist("accept"))


def _accepted(accept: list[str]) -> Formato:
    best: Formato = "json"
    weight = 0.0
    for each in ",".join(accept).split(","):
        media_type, *parameters = (part.strip().lower() for part in each.split(";"))
        for formato, name in MEDIA_TYPES.items():
            if media_type == name and (quality := _quality(parameters)) > weight:
                best, weight = formato, quality
    return best


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
