"""JSON answers from bytes that are encoded once, with an ETag where the caller may ask for
what changed since. Programs keep what they choose to; browsers and proxies keep nothing."""

from __future__ import annotations

import hashlib
import re

import msgspec
from fastapi import Request
from starlette.responses import Response

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_NAME = 120  # characters of the name of a file
_ENCODE = msgspec.json.Encoder().encode


def json_response(content: bytes | object, status_code: int = 200) -> Response:
    """JSON as it is, or of a struct, list or dict."""
    data = content if isinstance(content, bytes) else _ENCODE(content)
    return Response(data, status_code=status_code, media_type="application/json")


def private_response(content: object, status_code: int = 200) -> Response:
    """The same, which nobody may keep, and of which no proxy may think otherwise."""
    response = json_response(content, status_code)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def cacheable_response(request: Request, content: object) -> Response:
    """JSON with an ETag; 304 when the caller has it already (If-None-Match)."""
    data = _ENCODE(content)
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-store"}
    if matches(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type="application/json")


def disposition(nome: str) -> str:
    """Content-Disposition of what a browser shows, and keeps under a name that may be a
    document's: nothing of it may end the name, or lead to another folder."""
    return f'inline; filename="{_UNSAFE.sub("_", nome)[-_NAME:]}"'


def matches(if_none_match: list[str], etag: str) -> bool:
    """Whether one of the tags that the caller has is this one, weak or strong."""
    known = [tag.strip().removeprefix("W/") for line in if_none_match for tag in line.split(",")]
    return etag in known or "*" in known
