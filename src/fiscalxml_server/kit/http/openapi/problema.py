"""The schema of every error."""

from __future__ import annotations

from fiscalxml_server.kit.http.openapi.components import Json


def problema(membros: Json) -> Json:
    """The schema of a service's errors; `membros`: what its own errors tell besides."""
    return {**_PROBLEMA, "properties": {**_PROBLEMA["properties"], **membros}}


_PROBLEMA: Json = {
    "type": "object",
    "description": "Um erro (RFC 9457). O codigo é estável; os textos podem melhorar.",
    "required": ["type", "title", "status", "detail", "codigo"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Onde o erro está explicado, /problemas/{codigo}; ou, se há um "
            "registrado, o tipo de erros como este.",
        },
        "title": {"type": "string", "description": "O erro em poucas palavras."},
        "status": {
            "type": "integer",
            "minimum": 400,
            "maximum": 599,
            "description": "O status da resposta.",
        },
        "detail": {"type": "string", "description": "O que há de errado e o que fazer."},
        "codigo": {
            "type": "string",
            "pattern": "^[a-z0-9_]+$",
            "description": "Nome estável do erro.",
        },
        "campos": {
            "type": "array",
            "description": "Em parametros_invalidos: o que há com cada um.",
            "items": {
                "type": "object",
                "required": ["campo", "onde", "mensagem"],
                "properties": {
                    "campo": {"type": "string", "description": "O nome do parâmetro."},
                    "onde": {
                        "type": "string",
                        "enum": ["query", "path", "header", "cookie", "corpo"],
                        "description": "Onde ele está.",
                    },
                    "mensagem": {"type": "string", "description": "O que há com ele."},
                },
            },
        },
        "limite": {
            "type": "integer",
            "description": "Em corpo_grande_demais: o limite, em bytes.",
        },
        "escopo": {"type": "string", "description": "Em sem_permissao: o escopo que falta."},
        "violated-policies": {
            "type": "array",
            "description": "Em limite_de_requisicoes e cota_esgotada: o limite que acabou.",
            "items": {"type": "string", "description": "Como em RateLimit-Policy."},
        },
        "partes": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Em nao_pronto: o estado de cada parte.",
        },
    },
    "additionalProperties": True,
}
