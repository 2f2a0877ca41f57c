"""What the OpenAPI document says of causes. Its examples are made as answers are."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fiscalxml import report_schema
from fiscalxml.causes import Causas, causa_schema
from fiscalxml_server.api.documentos.documentation import example_id, judged, number, text
from fiscalxml_server.api.relatorios.views import causes_view
from fiscalxml_server.api.synthetic import PRODUTO_ERRADO, nota
from fiscalxml_server.kit.http.openapi import Components, described, in_components, schema_ref

_WORDS: Final = {
    "id": "O mesmo para a mesma causa em toda validação.",
    "causa": "A causa em uma frase.",
    "severidade": "A da pior das suas consequências.",
    "camada": "A camada que encontrou.",
    "codigo": "O codigo dos achados.",
    "regra": "O id da regra (nfe:I11-10).",
    "tambem": "Códigos dos achados que decorrem desta causa.",
    "facultativa": "A UF pode não aplicar a regra.",
    "documentos": "Quantos documentos a têm.",
    "ocorrencias": "Quantas vezes, em todos eles.",
    "emitentes": "De quantos emitentes distintos.",
    "emitentes_ou_mais": "Há ao menos tantos: eram muitos para lembrar de todos.",
    "so_do_emitente": "O único emitente que a tem, onde há outros.",
    "maiores_emitentes": "Os que mais a têm.",
    "tipos": "Quantos documentos de cada tipo.",
    "emissao_de": "A primeira data de emissão.",
    "emissao_ate": "A última data de emissão.",
    "caminho": "Onde, sem posições.",
    "itens": "Em quantos documentos todos os itens a têm, e em quantos só alguns.",
    "mensagem": "O que as mensagens têm em comum.",
    "explicacao": "O que as explicações têm em comum.",
    "correcao": "Como corrigir.",
    "fonte": "A publicação oficial.",
    "exemplos": "Os primeiros documentos.",
    "arquivo": "O nome no lote; em uma busca, a chave ou o id.",
    "indice": "Posição do documento no arquivo.",
    "documento": "O id do documento guardado.",
    "relatorio": "O endereço do seu relatório.",
    "chave": "A chave de acesso.",
    "linha": "A linha do arquivo.",
    "encontrado": "O que está escrito.",
    "esperado": "O que deveria estar.",
    "cnpj": "Sem máscara.",
    "cpf": "Sem máscara.",
    "total": "Documentos deste emitente, com a causa ou não.",
    "todos": "Documentos em que todos os itens a têm.",
    "alguns": "Documentos em que só alguns a têm.",
}
_NAMES: Final = {
    "Causa": "Causa",
    "Emitente": "EmitenteDeCausa",
    "Exemplo": "ExemploDeCausa",
    "Itens": "ItensDeCausa",
}
_DESCRIPTIONS: Final = {
    "Causa": "Uma causa de achados, e o que ela trouxe.",
    "Emitente": "Quem emitiu documentos com a causa.",
    "Exemplo": "A causa em um documento.",
    "Itens": "De uma causa nos itens.",
}


def _schemas() -> dict[str, dict[str, Any]]:
    defs = causa_schema()["$defs"]
    schemas = {
        _NAMES[name]: {
            **described(in_components(each, _NAMES), _WORDS),
            "description": _DESCRIPTIONS[name],
        }
        for name, each in defs.items()
    }
    schemas["ExemploDeCausa"]["properties"]["relatorio"] = text(_WORDS["relatorio"])
    return schemas | {"Causas": _causes()}


def _causes() -> dict[str, Any]:
    tipo = report_schema()["properties"]["documento"]["properties"]["tipo"]
    date = {"format": "date"}
    return {
        "type": "object",
        "description": "Contagens de documentos e as causas dos seus achados.",
        "required": [
            *("parcial", "sem_relatorio", "documentos", "sem_regras", "emitentes_distintos"),
            *("por_tipo", "por_emitente", "causas_distintas", "causas"),
        ],
        "properties": {
            "lote": text("O id do lote.", format="uuid"),
            "parcial": {
                "type": "boolean",
                "description": "Se há documentos que ainda não se contaram.",
            },
            "sem_relatorio": number("Arquivos ignorados, ou que não puderam ser processados."),
            "documentos": _counts("Os documentos, por veredito."),
            "sem_regras": number("Documentos cujas regras esperam a correção do leiaute."),
            "emitentes_distintos": number("Quantos emitentes há."),
            "por_tipo": {
                "type": "array",
                "description": "Os mesmos, de cada tipo.",
                "items": _counts("De um tipo.", tipo=text("O tipo.", enum=tipo["enum"])),
            },
            "por_emitente": {
                "type": "array",
                "description": "Os mesmos, dos 20 emitentes com mais inválidos.",
                "items": _counts("De um emitente.", emitente=text("CNPJ ou CPF.")),
            },
            "emissao_de": text("A primeira data de emissão.", **date),
            "emissao_ate": text("A última data de emissão.", **date),
            "causas_distintas": number("Quantas causas há, mostradas ou não."),
            "causas": {
                "type": "array",
                "description": "Da mais grave à mais leve; entre iguais, a que atinge mais.",
                "items": schema_ref("Causa"),
            },
        },
        "additionalProperties": False,
    }


def _counts(description: str, **more: dict[str, Any]) -> dict[str, Any]:
    names = {
        "total": number("Todos."),
        "valido": number("Válidos."),
        "invalido": number("Inválidos."),
        "nao_avaliado": number("Não avaliados."),
        "com_avisos": number("Válidos, mas com avisos."),
    }
    return {
        "type": "object",
        "description": description,
        "required": [*more, *names],
        "properties": {**more, **names},
        "additionalProperties": False,
    }


def _examples() -> dict[str, dict[str, Any]]:
    causas = Causas()
    for index, data in enumerate((nota(), nota(PRODUTO_ERRADO))):
        ident = example_id(16 + index)
        report = judged(data, ident, f"nota-{index + 1}.xml").lido.report
        causas.add(report, itens=1, documento=str(ident))
    head = {"lote": str(example_id(10)), "parcial": False, "sem_relatorio": 0}
    value = msgspec.to_builtins(head | causes_view(causas, 100))
    return {"causas": {"summary": "Duas notas, uma delas inválida", "value": value}}


COMPONENTS = Components(schemas=_schemas, examples=_examples)
