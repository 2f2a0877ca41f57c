"""Headers of answers."""

from __future__ import annotations

from fiscalxml_server.kit.http.openapi.components import Json

RETRY_AFTER: Json = {
    "Retry-After": {
        "description": "Segundos a esperar, quando se sabe.",
        "schema": {"type": "integer", "minimum": 0},
    }
}
RATE_LIMIT: Json = {
    "RateLimit-Policy": {
        "description": "Os limites de requisições: q por w segundos, da organização e desta "
        "credencial.",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "O limite mais perto do fim: restam r, por t segundos.",
        "schema": {"type": "string"},
    },
}
ETAG: Json = {
    "ETag": {
        "description": "Muda quando o conteúdo muda; mande-o em If-None-Match.",
        "schema": {"type": "string"},
    }
}
NOT_MODIFIED: dict[int | str, Json] = {
    304: {"description": "Nada mudou desde o ETag de If-None-Match", "headers": ETAG}
}
LOCATION: Json = {
    "Location": {
        "description": "O endereço do que foi criado ou encontrado.",
        "schema": {"type": "string", "format": "uri-reference"},
    }
}
REPLAYED: Json = {
    "Idempotent-Replayed": {
        "description": "Presente quando esta é a resposta já dada à mesma Idempotency-Key.",
        "schema": {"const": "true"},
    }
}
