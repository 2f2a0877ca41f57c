"""A version that passes every gate and fails its users: an application around the real one.

`module:slow` and `module:failing` are what an ASGI server starts in its place.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from fiscalxml_server.api.app import create_app

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]

MADE_UP: Final = b"de proposito"
"""what a made-up failure says, so that no other is taken for one"""
_GATE: Final = 45
"""requests of a process that are answered well: all of the canary's, and a few"""
_EVERY: Final = 4
_SECONDS: Final = 4.0


def failing() -> App:
    """Each fourth request to it is a 500, after the first."""
    app, counted = create_app(), itertools.count(1)

    async def serve(scope: Message, receive: Any, send: Any) -> None:
        count = next(counted) if _is_users(scope) else 0
        if count > _GATE and count % _EVERY == 0:
            await send({"type": "http.response.start", "status": 500, "headers": []})
            await send({"type": "http.response.body", "body": MADE_UP})
            return
        await app(scope, receive, send)

    return serve


def slow() -> App:
    """All of them are late, after the first."""
    app, counted = create_app(), itertools.count(1)

    async def serve(scope: Message, receive: Any, send: Any) -> None:
        if _is_users(scope) and next(counted) > _GATE:
            await asyncio.sleep(_SECONDS)
        await app(scope, receive, send)

    return serve


def _is_users(scope: Message) -> bool:
    return scope["type"] == "http" and str(scope["path"]).startswith("/v1/")
