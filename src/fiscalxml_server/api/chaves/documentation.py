"""What the OpenAPI document says of access keys."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from fiscalxml.identifiers.chave import Chave
from fiscalxml.identifiers.chave_nfse import ChaveNfse
from fiscalxml_server.api.chaves.service import explain_key
from fiscalxml_server.api.synthetic import nota
from fiscalxml_server.kit.http.openapi import Components, described, schema_ref

_WORDS = {
    "text": "A chave, sem espaços nem prefixo.",
    "uf": "O cUF.",
    "municipio": "O código do IBGE.",
    "ambiente_gerador": "1: prefeitura; 2: Sistema Nacional.",
    "tipo_inscricao": "1: CPF; 2: CNPJ.",
    "inscricao": "CNPJ, ou CPF depois de três zeros.",
    "ano_mes": "AAMM da emissão.",
    "emitente": "CNPJ, ou CPF depois de três zeros.",
    "modelo": "O modelo fiscal.",
    "serie": "A série, com os zeros.",
    "numero": "O número, com os zeros.",
    "tipo_emissao": "O tpEmis.",
    "nsite_autoriz": "O site autorizador, nos modelos que o têm.",
    "codigo": "O código numérico.",
    "dv": "O dígito verificador.",
}


def _schemas() -> dict[str, dict[str, Any]]:
    _, defs = msgspec.json.schema_components([Chave, ChaveNfse])
    return {
        "ChaveExplicada": {
            "description": "O que uma chave diz, ou por que não é uma.",
            "oneOf": [
                schema_ref("ChaveDeAcesso"),
                schema_ref("ChaveDaNfse"),
                schema_ref("ChaveErrada"),
            ],
        },
        "ChaveDeAcesso": _valid(defs["Chave"], "Uma chave de 44 posições."),
        "ChaveDaNfse": _valid(defs["ChaveNfse"], "Uma chave da NFS-e, de 50 posições."),
        "ChaveErrada": {
            "type": "object",
            "description": "O que há de errado com uma chave.",
            "required": ["text", "valida", "campo", "encontrado", "esperado", "motivo"],
            "properties": {
                "text": {"type": "string", "description": _WORDS["text"]},
                "valida": {"const": False, "description": "É válida?"},
                "campo": {"type": "string", "description": "A parte errada."},
                "encontrado": {"type": "string", "description": "O que está escrito."},
                "esperado": {"type": "string", "description": "O que deveria estar."},
                "motivo": {"type": "string", "description": "O que há de errado."},
            },
            "additionalProperties": False,
        },
    }


def _valid(schema: dict[str, Any], description: str) -> dict[str, Any]:
    parts = described(schema, _WORDS)
    return {
        **parts,
        "description": description,
        "required": [*parts["required"], "valida", "motivo"],
        "properties": {
            **parts["properties"],
            "valida": {"const": True, "description": "É válida?"},
            "motivo": {"type": "null", "description": "Nada há de errado."},
        },
        "additionalProperties": False,
    }


def _examples() -> dict[str, dict[str, Any]]:
    found = re.search(rb'Id="NFe(\d{44}|[0-9A-Z]{44})"', nota())
    assert found is not None  # noqa: S101 - every note has its key
    chave = found[1].decode()
    wrong = chave[:-1] + str((int(chave[-1]) + 1) % 10)
    return {
        "chave_valida": {"summary": "Chave válida", "value": explain_key(chave)},
        "chave_invalida": {"summary": "Dígito errado", "value": explain_key(wrong)},
    }


COMPONENTS = Components(
    tag={"name": "chaves", "description": "O que uma chave de acesso diz."},
    schemas=_schemas,
    examples=_examples,
)
