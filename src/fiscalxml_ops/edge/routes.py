"""What the edge knows of the services' routes: their templates, and how bodies come in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from fastapi.routing import iter_route_contexts

from fiscalxml_server.api.app import create_app
from fiscalxml_server.api.lotes.uploads import ARCHIVE_TYPES, MULTIPART
from fiscalxml_server.auth.app import application as auth_application
from fiscalxml_server.kit.http.permissions import Quem, decisions
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.app import application as webhooks_application

DOCUMENTS: Final = ("/v1/validacoes", "/v1/resumos", "/v1/documentos")
"""take one document in their body"""
UPLOADS: Final = ("/v1/lotes",)
"""take archives, which pass as a stream"""
UPLOAD_TYPES: Final = (MULTIPART, *ARCHIVE_TYPES)
"""of what passes so; anything else sent there is looked into like any body"""
_INTERNAL: Final = "/interno/"
"""what services ask of each other; never from outside"""
_PARAMETER: Final = re.compile(r"\\\{[a-z_]+(?::path)?\\\}")


@cache
def templates() -> tuple[str, ...]:
    """Of every route that is reached from outside, those without parameters first."""
    apps = (
        create_app(Settings()),
        auth_application(Settings()),
        webhooks_application(Settings()),
    )
    found = {
        getattr(context, "path_format", None) or str(context.path)
        for app in apps
        for context in iter_route_contexts(app.router.routes)
    }
    outside = (path for path in found if not path.startswith(_INTERNAL))
    return tuple(sorted(outside, key=lambda path: ("{" in path, path)))


@cache
def open_posts() -> tuple[str, ...]:
    """What anybody may POST to the Auth Service: where passwords and codes are guessed."""
    found = decisions(auth_application(Settings()).router.routes)
    return tuple(sorted({d.caminho for d in found if d.metodo == "POST" and d.pede is Quem.TODOS}))


def pattern(template: str) -> str:
    """An anchored regular expression of its paths."""
    return f"^{_PARAMETER.sub('[^/]+', re.escape(template))}$"


def alternatives(words: Iterable[str]) -> str:
    """A regular expression's group of these words."""
    return f"(?:{'|'.join(map(re.escape, words))})"
