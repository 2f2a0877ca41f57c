"""Server-sent events of something that goes on until it has ended, such as a lote.

Its row has a `versao` that grows with each change: the id of the event, so that a client that comes
again is told what it has not seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from fastapi import Header
from sqlalchemy import RowMapping
from starlette.responses import Response, StreamingResponse

from fiscalxml_server.kit.errors import Indisponivel

HEARTBEAT_SECONDS: Final = 15
_POLL_SECONDS: Final = 0.5
_encode: Final = msgspec.json.Encoder().encode

Row = RowMapping | Mapping[str, Any]

UltimoEvento = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        max_length=20,
        description="O id do último evento visto: só o que mudou depois.",
    ),
]


@dataclass(frozen=True)
class Andamento:
    """What can be followed: how it is read, told, and known to have ended."""

    read: Callable[[], Awaitable[RowMapping]]
    view: Callable[[Row], Mapping[str, Any]]
    ended: Callable[[Row], bool]


def progress_event(row: Row, view: Mapping[str, Any]) -> bytes:
    """The event that tells how a thing stands; its id is the version of the row."""
    return b"id: %d\nevent: progresso\ndata: %s\n\n" % (row["versao"], _encode(view))


async def follow(
    andamento: Andamento, row: RowMapping, seen: int | None, heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncIterator[bytes]:
    """An event whenever it has changed since the version `seen`, until it has ended.

    A comment goes out after `heartbeat` seconds without a change, so that nobody on the way takes
    the connection for dead.
    """
    quiet = 0.0
    while True:
        if row["versao"] != seen:
            seen, quiet = row["versao"], 0.0
            yield progress_event(row, andamento.view(row))
        if andamento.ended(row):
            return
        await asyncio.sleep(_POLL_SECONDS)
        quiet += _POLL_SECONDS
        if quiet >= heartbeat:
            quiet = 0.0
            yield b": \n\n"
        try:
            row = await andamento.read()
        except Indisponivel:
            continue  # the client keeps waiting; a comment is sent meanwhile


async def progress_response(andamento: Andamento, last_event_id: str | None) -> Response:
    """The answer to who follows; 204 when it has ended and its end was seen. Raises as `read`."""
    row = await andamento.read()
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else None
    if andamento.ended(row) and row["versao"] == seen:
        return Response(status_code=204)  # tells the client not to connect again
    return StreamingResponse(
        follow(andamento, row, seen),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
