"""Headers of a request as they came: `request.headers` makes texts of them at each look."""

from __future__ import annotations

from fastapi import Request


def values(request: Request, name: bytes) -> list[str]:
    """Of one header, in lower case, each time that it was sent."""
    return [value.decode("latin-1") for known, value in request.scope["headers"] if known == name]
