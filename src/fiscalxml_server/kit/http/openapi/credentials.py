"""What callers show who they are by, of the services that take API keys."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.kit.http.openapi.components import Json

KEY_OR_TOKEN: Final[Json] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Chave de API ou token: `Authorization: Bearer …`.",
    },
    "chave": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A mesma chave, em um cabeçalho próprio. Mande uma das duas, não ambas.",
    },
}
