"""What the OpenAPI document says of use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fiscalxml_server.api.documentos.documentation import number, text
from fiscalxml_server.kit.http.openapi import Components


def _schemas() -> dict[str, dict[str, Any]]:
    return {
        "Uso": {
            "type": "object",
            "description": "Os documentos de um mês.",
            "required": ["mes", "renova_em", "organizacao", "credencial"],
            "properties": {
                "mes": text("O mês, AAAA-MM, em Brasília.", pattern=r"^\d{4}-\d{2}$"),
                "renova_em": text("Quando o próximo começa.", format="date-time"),
                "organizacao": _saldo("Da organização."),
                "credencial": _saldo("Desta credencial.", id=text("O id da credencial.")),
            },
            "additionalProperties": False,
        }
    }


def _saldo(description: str, **more: Any) -> dict[str, Any]:
    any_number: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
    properties = {
        **more,
        "documentos": number("Quantos foram usados."),
        "limite": {**any_number, "description": "Quantos o mês tem; null: quantos forem."},
        "restam": {**any_number, "description": "Quantos faltam usar; null: quantos forem."},
    }
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _examples() -> dict[str, dict[str, Any]]:
    value = {
        "mes": "2026-11",
        "renova_em": datetime(2026, 12, 1, 3, tzinfo=UTC).isoformat().replace("+00:00", "Z"),
        "organizacao": {"documentos": 41_250, "limite": 100_000, "restam": 58_750},
        "credencial": {
            "id": "01jd2q0w9zj7",
            "documentos": 1_200,
            "limite": None,
            "restam": None,
        },
    }
    return {"uso": {"summary": "Meio do mês", "value": value}}


COMPONENTS = Components(
    tag={"name": "uso", "description": "Quantos documentos do mês foram usados."},
    schemas=_schemas,
    examples=_examples,
)
