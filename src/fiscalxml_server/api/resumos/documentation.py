"""What the OpenAPI document says of summaries."""

from __future__ import annotations

from typing import Any

import msgspec

from fiscalxml import summarize
from fiscalxml.summaries.resumo import resumo_schema
from fiscalxml.summarize import tags_all
from fiscalxml_server.api.synthetic import nota
from fiscalxml_server.kit.http.openapi import Components, described, in_components

_WORDS = {
    "indice": "Posição do documento dentro do que veio.",
    "documento": "O que o documento diz ser; nos totais, o valor do todo.",
    "serie": "A série.",
    "numero": "O número.",
    "natureza": "A natureza da operação.",
    "operacao": "Se é de entrada ou de saída.",
    "finalidade": "O finNFe ou seu par no leiaute.",
    "saida": "Quando as mercadorias ou os serviços saem ou entram.",
    "situacao": "O que diz o protocolo no arquivo; eventos posteriores não são conhecidos aqui.",
    "protocolo": "O protocolo que veio com o documento.",
    "participantes": "Papel e pessoa: emitente, destinatario, tomador, transportador …",
    "itens": "Os produtos ou serviços.",
    "totais": "Os totais, por nome; documento é o valor do todo.",
    "impostos": "Por tributo: icms, icms_st, fcp, ipi, pis, cofins, iss, ibs_uf, cbs …",
    "pagamentos": "Como se paga.",
    "parcelas": "As parcelas.",
    "detalhes": "O que só este tipo de documento tem, por nome.",
    "referencias": "Os documentos a que este se refere.",
    "evento": "O que um evento diz de um documento.",
    "informacoes": "As informações complementares.",
    "cnpj": "Sem máscara.",
    "cpf": "Sem máscara.",
    "quantidade": "Como texto, com o ponto decimal do XML.",
    "valor": "Em reais, como texto, com o ponto decimal do XML.",
}


def _schemas() -> dict[str, dict[str, Any]]:
    schema = resumo_schema()
    names = {name: _component_name(name) for name in schema["$defs"]}
    schemas = {
        names[name]: described(in_components(each, names), _WORDS)
        for name, each in schema["$defs"].items()
    }
    schemas["Resumo"]["description"] = "O que um documento diz, com nomes iguais em todos os tipos."
    schemas["ResumoTags"] = {
        "type": "object",
        "description": "O documento com os nomes do leiaute: grupos são objetos, campos são "
        "textos, o que se repete é uma lista e atributos começam com @.",
        "additionalProperties": True,
    }
    return schemas


def _component_name(name: str) -> str:
    """`Resumo` for the resumo, `ResumoItem` for its parts."""
    return "Resumo" if name == "Resumo" else f"Resumo{_EVENTS.get(name, name)}"


# Two structs are called Evento: msgspec names them with their modules.
_EVENTS = {
    "fiscalxml.report.Evento": "DocumentoEvento",
    "fiscalxml.summaries.resumo.Evento": "Evento",
}


def _examples() -> dict[str, dict[str, Any]]:
    return {
        "resumo_campos": {
            "summary": "formato=campos",
            "value": msgspec.json.decode(summarize(nota()).to_json()),
        },
        "resumo_tags": {
            "summary": "formato=tags",
            "value": msgspec.to_builtins(next(tags_all(nota()))),
        },
    }


COMPONENTS = Components(
    tag={"name": "resumos", "description": "Lê um documento e devolve o que ele diz em JSON."},
    schemas=_schemas,
    examples=_examples,
)
