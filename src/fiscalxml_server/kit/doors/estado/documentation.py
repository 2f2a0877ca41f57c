"""What the OpenAPI document says of the state of the service."""

from __future__ import annotations

from typing import Any

from fiscalxml_server.kit.http.openapi import Components


def _schemas() -> dict[str, dict[str, Any]]:
    return {
        "Saude": {
            "type": "object",
            "description": "O processo atende requisições.",
            "required": ["situacao", "versao"],
            "properties": {
                "situacao": {"const": "ok", "description": "Sempre ok."},
                "versao": {"type": "string", "description": "A versão que responde."},
            },
            "additionalProperties": False,
        },
        "Prontidao": {
            "type": "object",
            "description": "O serviço está pronto.",
            "required": ["situacao", "partes"],
            "properties": {
                "situacao": {"const": "pronto", "description": "Sempre pronto; senão, 503."},
                "partes": {
                    "type": "object",
                    "description": "Cada parte de que o serviço depende (banco), e como está.",
                    "additionalProperties": {"type": "string"},
                },
            },
            "additionalProperties": False,
        },
    }


COMPONENTS = Components(
    tag={"name": "estado", "description": "Para quem supervisiona o serviço; sem credencial."},
    schemas=_schemas,
)
