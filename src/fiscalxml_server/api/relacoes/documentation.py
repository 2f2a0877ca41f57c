"""What the OpenAPI document says of events and of the graph."""

from __future__ import annotations

from typing import Any, Final, get_args

import msgspec

from fiscalxml import report_schema
from fiscalxml.situation import SituacaoEfetiva
from fiscalxml_server.api.documentos.documentation import NOW, example_id, text
from fiscalxml_server.api.relacoes.schemas import Aresta, Grafo, No
from fiscalxml_server.api.relacoes.views import grafo_view
from fiscalxml_server.kit.http.openapi import Components, schema_ref

_CHAVE: Final = "35261112345678000195550010000010011417293560"
_CTE: Final = "35261122333444000181570010000003011586230470"
_EVENTO: Final = example_id(3)


def _schemas() -> dict[str, dict[str, Any]]:
    tipos = report_schema()["properties"]["documento"]["properties"]["tipo"]["enum"]
    situacoes = list(get_args(SituacaoEfetiva))
    return {
        "Eventos": {
            "type": "object",
            "description": "Os eventos de uma chave, na ordem em que foram registrados.",
            "required": ["chave", "documento", "situacao", "itens"],
            "properties": {
                "chave": {"type": ["string", "null"], "description": "A chave de que falam."},
                "documento": {
                    "type": ["string", "null"],
                    "format": "uuid",
                    "description": "O id do documento; null se ele não está guardado.",
                },
                "situacao": {
                    "type": ["string", "null"],
                    "description": "A efetiva do documento; com em, a daquele instante.",
                    "enum": [*situacoes, None],
                },
                "itens": {
                    "type": "array",
                    "description": "Os eventos, no máximo 1000.",
                    "items": schema_ref("Evento"),
                },
            },
            "additionalProperties": False,
        },
        "Grafo": {
            "type": "object",
            "description": "Documentos que citam uns aos outros, e seus eventos.",
            "required": ["inicio", "nos", "arestas", "parcial"],
            "properties": {
                "inicio": text("O nó de que se partiu."),
                "nos": {
                    "type": "array",
                    "description": "Os mais próximos primeiro.",
                    "items": schema_ref("No"),
                },
                "arestas": {
                    "type": "array",
                    "description": "Quem cita quem.",
                    "items": schema_ref("Aresta"),
                },
                "parcial": {
                    "type": "boolean",
                    "description": "Se algo ficou fora, por causa dos limites.",
                },
            },
            "additionalProperties": False,
        },
        "No": {
            "type": "object",
            "description": "Um documento do grafo. O que ele não tem não aparece.",
            "required": ["no", "guardado"],
            "properties": {
                "no": text("O nome do nó: a chave; de um evento, o seu id."),
                "guardado": {
                    "type": "boolean",
                    "description": "false: só é citado, não está guardado.",
                },
                "id": text("O id do documento aqui.", format="uuid"),
                "chave": text("A chave de acesso."),
                "tipo": text("De que tipo é.", enum=tipos),
                "evento": text("De um evento, o tpEvento."),
                "situacao": text("A efetiva.", enum=situacoes),
                "emitente": text("CNPJ ou CPF de quem emitiu."),
                "valor": text("O valor do todo, em reais.", pattern=r"^\d+\.\d\d$"),
                "data": text("A data de emissão; sem ela, a de chegada.", format="date-time"),
            },
            "additionalProperties": False,
        },
        "Aresta": {
            "type": "object",
            "description": "O documento de cita o documento para.",
            "required": ["de", "para", "papel"],
            "properties": {
                "de": text("O nó que cita."),
                "para": text("O nó citado."),
                "papel": text(
                    "O que o citado é para quem o cita: referenciado, devolvido, complementado, "
                    "ajustado, substituido, transportado …; evento: de é um evento de para."
                ),
            },
            "additionalProperties": False,
        },
    }


def _examples() -> dict[str, dict[str, Any]]:
    evento = {
        "id": _EVENTO,
        "tipo": "110111",
        "descricao": "Cancelamento",
        "sequencia": 1,
        "situacao": "autorizado",
        "efeito": "cancela",
        "veredito": "valido",
        "data": NOW,
        "registrado_em": NOW,
        "autor": "12345678000195",
        "protocolo": "135260000000002",
        "justificativa": "Dados do destinatário informados incorretamente",
        "documento": f"/v1/documentos/{_EVENTO}",
    }
    of_chave = {"chave": _CHAVE, "itens": [evento]}
    stored = of_chave | {"documento": example_id(1), "situacao": "cancelado"}
    grafo = Grafo(
        _CHAVE,
        [
            No(
                no=_CHAVE,
                id=example_id(1),
                chave=_CHAVE,
                tipo="nfe",
                situacao="autorizado",
                emitente="12345678000195",
                valor=100_000,
                data=NOW,
            ),
            No(no=_CTE, chave=_CTE),
        ],
        [Aresta(_CTE, _CHAVE, "transportado")],
        parcial=False,
    )
    return {
        "eventos": {"summary": "Uma NF-e cancelada", "value": _plain(stored)},
        "eventos_sem_documento": {
            "summary": "O documento ainda não chegou",
            "value": _plain(of_chave | {"documento": None, "situacao": None}),
        },
        "grafo": {"summary": "Uma NF-e e o seu transporte", "value": _plain(grafo_view(grafo))},
    }


def _plain(value: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


COMPONENTS = Components(schemas=_schemas, examples=_examples)
