"""Files of packages as answers: pages, their scripts and styles."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import NamedTuple

from fastapi import Request
from starlette.responses import Response

from fiscalxml_server.kit.http.answers import matches


class File(NamedTuple):
    """What is sent, and the ETag that it has."""

    content: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, content: bytes, media_type: str) -> File:
        """With the ETag of its content."""
        return cls(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')

    @classmethod
    def read(cls, package: str, path: str, media_type: str) -> File:
        """A file that is part of a package."""
        return cls.of(files(package).joinpath(path).read_bytes(), media_type)

    def answer(self, request: Request, headers: dict[str, str]) -> Response:
        """The file; 304 when the caller has it already."""
        sent = {"ETag": self.etag, "Cache-Control": "no-cache", **headers}
        if matches(request.headers.getlist("if-none-match"), self.etag):
            return Response(status_code=304, headers=sent)
        return Response(self.content, headers=sent, media_type=self.media_type)


async def anybody() -> None:
    """A dependency: pages are for whoever comes, with whatever query."""


anybody.aberta = True  # type: ignore[attr-defined]  # read by `permissions`
