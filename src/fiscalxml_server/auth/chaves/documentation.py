"""What the OpenAPI document says of API keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from fiscalxml_server.auth.chaves.schemas import (
    AO_VAZAR,
    ESCOPOS,
    MAX_COMPANIES,
    MAX_DAYS,
    MAX_OVERLAP_HOURS,
    SITUACOES,
    Chave,
    PaginaDeChaves,
    Segredo,
)
from fiscalxml_server.auth.chaves.views import with_text
from fiscalxml_server.kit.http.openapi import Components, Json, example_of, page_of, schema_ref

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)
_EXEMPLO: Final = "fx_live_00000000_00000000000000000000000vJ9J8"
_INSTANT: Final = {"type": "string", "format": "date-time"}
_OR_NULL: Final = {"type": ["string", "null"], "format": "date-time"}


def body(schema: str, description: str, example: str) -> Json:
    """The `requestBody` of an operation that reads one of these schemas."""
    content = {"schema": schema_ref(schema), "examples": {example: example_of(example)}}
    return {
        "required": True,
        "description": description,
        "content": {"application/json": content},
    }


def _text(description: str, **more: Any) -> Json:
    return {"type": "string", "description": description, **more}


_NOME: Final = _text("Para que pessoas a reconheçam.", minLength=1, maxLength=100)
_ESCOPOS: Final[Json] = {
    "type": "array",
    "items": {"type": "string", "enum": list(ESCOPOS)},
    "minItems": 1,
    "description": "O que ela pode.",
}
_COMPANY: Final[Json] = {"type": "string", "description": "CNPJ ou CPF, sem pontuação."}
_DIAS: Final[Json] = {"type": "integer", "minimum": 1, "maximum": MAX_DAYS}


def _object(description: str, properties: Json, *required: str) -> Json:
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def _asked() -> dict[str, Json]:
    return {
        "NovaChaveDeApi": _object(
            "A chave que se quer.",
            {
                "nome": _NOME,
                "escopos": _ESCOPOS,
                "empresas": {
                    "type": ["array", "null"],
                    "items": _COMPANY,
                    "minItems": 1,
                    "maxItems": MAX_COMPANIES,
                    "description": "As empresas cujos documentos vê; sem elas, as suas.",
                },
                "validade_dias": {
                    **_DIAS,
                    "default": 365,
                    "description": "Por quantos dias vale.",
                },
                "teste": {
                    "type": "boolean",
                    "default": False,
                    "description": "Uma chave de teste, de um ambiente separado.",
                },
            },
            *("nome", "escopos"),
        ),
        "NovoNomeDeChave": _object("O nome novo.", {"nome": _NOME}, "nome"),
        "RotacaoDeChave": _object(
            "Como se troca o texto da chave.",
            {
                "horas": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": MAX_OVERLAP_HOURS,
                    "default": 24,
                    "description": "Por quantas o texto atual ainda vale.",
                },
                "validade_dias": {
                    **_DIAS,
                    "description": "Por quantos dias vale, a contar de agora; sem eles, o prazo "
                    "não muda.",
                },
            },
        ),
        "PoliticaDeChaves": _object(
            "O que se faz com uma chave que vazou.",
            {
                "ao_vazar": _text(
                    "revogar: na hora, e os donos são avisados. avisar: só o aviso.",
                    enum=list(AO_VAZAR),
                )
            },
            "ao_vazar",
        ),
    }


def _told() -> dict[str, Json]:
    secret = _object(
        "Um dos textos da chave, pelo começo dele.",
        {
            "prefixo": _text("O começo do texto; o resto não se mostra."),
            "criado_em": {**_INSTANT, "description": "Quando foi criado."},
            "expira_em": {**_INSTANT, "description": "Até quando vale."},
            "usado_em": {**_OR_NULL, "description": "A hora do último uso; null sem uso."},
        },
        *Segredo.__struct_fields__,
    )
    properties: Json = {
        "id": _text("O id da chave.", format="uuid"),
        "nome": _NOME,
        "escopos": _ESCOPOS,
        "empresas": {
            "type": ["array", "null"],
            "items": _COMPANY,
            "description": "As empresas cujos documentos vê; null para todas.",
        },
        "teste": {"type": "boolean", "description": "Se é do ambiente de teste."},
        "situacao": _text("Se ainda vale.", enum=list(SITUACOES)),
        "criada_por": _text("Quem a criou."),
        "criado_em": {**_INSTANT, "description": "Quando foi criada."},
        "expira_em": {**_INSTANT, "description": "Até quando vale."},
        "revogada_em": {**_OR_NULL, "description": "Quando foi revogada; null se não foi."},
        "vazada_em": {
            **_OR_NULL,
            "description": "Quando se soube que vazou; null se não se soube.",
        },
        "usada_em": {**_OR_NULL, "description": "A hora do último uso; null sem uso."},
        "segredos": {
            "type": "array",
            "description": "Os textos que valem: um, ou dois depois de uma rotação.",
            "items": secret,
        },
    }
    fields = Chave.__struct_fields__
    text = {"chave": _text("O texto da chave. Guarde-o: não se mostra de novo.")}
    return {
        "ChaveDeApi": _object("Uma chave de API.", properties, *fields),
        "ChaveDeApiCriada": _object(
            "Uma chave de API, com o texto.", properties | text, *fields, "chave"
        ),
        "PaginaDeChavesDeApi": page_of(
            "Chaves, da mais nova à mais antiga.",
            schema_ref("ChaveDeApi"),
            "As chaves desta página.",
        ),
    }


def _examples() -> dict[str, Json]:
    until = _NOW + timedelta(days=365)
    chave = Chave(
        id=UUID("019a6d9f-1e00-7000-8000-000000000001"),
        nome="ERP",
        escopos=["documentos:escrever", "documentos:ler"],
        empresas=None,
        teste=False,
        situacao="ativa",
        criada_por="pessoa:019a6d9f-1e00-7000-8000-000000000002",
        criado_em=_NOW,
        expira_em=until,
        revogada_em=None,
        vazada_em=None,
        usada_em=None,
        segredos=[Segredo("fx_live_00000000", _NOW, until, None)],
    )
    nova = {"nome": "ERP", "escopos": ["documentos:escrever", "documentos:ler"]}
    values = {
        "nova_chave_de_api": ("Por um ano, de todas as empresas", nova),
        "novo_nome_de_chave": ("Outro nome", {"nome": "ERP da loja"}),
        "rotacao_de_chave": ("Com dois dias para a troca", {"horas": 48, "validade_dias": 365}),
        "chave_de_api": ("Uma chave", chave),
        "chave_de_api_criada": ("Uma chave nova", with_text(chave, _EXEMPLO)),
        "pagina_de_chaves_de_api": ("Uma chave", PaginaDeChaves([chave], None)),
        "politica_de_chaves": ("A que vale de início", {"ao_vazar": "revogar"}),
    }
    return {
        name: {"summary": summary, "value": msgspec.to_builtins(value)}
        for name, (summary, value) in values.items()
    }


COMPONENTS = Components(
    tag={
        "name": "chaves",
        "description": "As chaves com que sistemas usam a API dos documentos.",
    },
    schemas=lambda: _asked() | _told(),
    examples=_examples,
)
