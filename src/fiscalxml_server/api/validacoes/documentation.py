"""What the OpenAPI document says of validations."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from fiscalxml import report_schema, validate
from fiscalxml_server.api.synthetic import PRODUTO_ERRADO, nota
from fiscalxml_server.kit.http.openapi import Components, described, in_components

_WORDS = {
    "versao": "Versão, do relatório ou do leiaute.",
    "arquivo": "Nome que o arquivo tinha; `-` quando não tinha.",
    "indice": "Posição do documento dentro do que veio.",
    "sha256": "Dos bytes, como chegaram.",
    "bytes": "Quantos bytes chegaram.",
    "documento": "O que o documento diz ser.",
    "tipo": "De que tipo é.",
    "raiz": "O elemento raiz.",
    "parece": "Para desconhecido: com o que se parece.",
    "modelo": "O modelo fiscal (55, 65, 57 …).",
    "ambiente": "O tpAmb.",
    "chave": "A chave de acesso.",
    "identificador": "O atributo Id, onde o tipo não tem chave.",
    "evento": "Que evento é, e de que documento.",
    "sequencia": "O nSeqEvento.",
    "emissao": "A data de emissão.",
    "conteudo_sha256": "Do C14N do que é assinado: a identidade do conteúdo.",
    "perfil": "Em que momento o documento foi julgado.",
    "referencia": "O instante por cujas regras foi julgado, e de onde ele veio.",
    "data": "O instante.",
    "origem": "De onde veio o instante.",
    "veredito": "invalido quando há um erro; nao_avaliado quando não há com que avaliar.",
    "autorizacao": "O que o protocolo declara; offline, nunca se confirma.",
    "certificado": "Quem assinou.",
    "titular": "Nome no certificado.",
    "cnpj": "CNPJ no certificado.",
    "cpf": "CPF no certificado.",
    "emissor": "Autoridade que o emitiu.",
    "inicio": "Começo da validade.",
    "fim": "Fim da validade.",
    "cadeia": "Se o certificado chega à raiz da ICP-Brasil.",
    "camadas": "O estado de cada camada, na ordem em que rodam.",
    "motivos": "Por que uma camada não rodou.",
    "conjunto": "Com que o documento foi julgado.",
    "regras": "O conjunto de regras.",
    "schemas": "O pacote de esquemas.",
    "tabelas": "As tabelas consultadas.",
    "avaliadas": "Quantas regras se avaliaram.",
    "nao_avaliaveis": "Quantas dependem do cadastro da SEFAZ.",
    "achados": "Tudo o que se encontrou.",
    "codigo": "O cStat da SEFAZ, onde há um (E… na NFS-e); senão XML-, XSD-, CHV-, SIG-, PRT-.",
    "regra": "O id da regra (nfe:I11-10): códigos se repetem, ele não.",
    "camada": "A camada que encontrou.",
    "severidade": "Só um erro torna o documento inválido.",
    "facultativa": "A UF pode não aplicar a regra.",
    "mensagem": "A mensagem oficial, ou a nossa.",
    "explicacao": "O que houve neste documento.",
    "correcao": "Como corrigir.",
    "caminho": "Onde: NFe/infNFe/det[2]/prod/vProd.",
    "linha": "A linha do arquivo.",
    "encontrado": "O que está escrito.",
    "esperado": "O que deveria estar.",
    "fonte": "A publicação oficial.",
    "ocorrencias": "Quantas vezes mais, além das listadas.",
}


def _schemas() -> dict[str, dict[str, Any]]:
    schema = report_schema()
    names = {"achado": "Achado"}
    relatorio = described(in_components(schema, names), _WORDS)
    relatorio["description"] = "O relatório de um documento."
    achado = described(in_components(schema["$defs"]["achado"], names), _WORDS)
    achado["description"] = "O que se encontrou em um lugar do documento."
    return {"Relatorio": relatorio, "Achado": achado}


def _examples() -> dict[str, dict[str, Any]]:
    return {
        "nota": {"summary": "Uma NF-e sintética", "value": nota().decode()},
        "nota_em_base64": {
            "summary": "A mesma NF-e, em base64",
            "value": {"xml": base64.b64encode(nota()).decode()},
        },
        "relatorio_valido": {"summary": "Documento válido", "value": _report(nota())},
        "relatorio_invalido": {
            "summary": "Documento inválido",
            "value": _report(nota(PRODUTO_ERRADO)),
        },
    }


def _report(data: bytes) -> Any:
    return msgspec.json.decode(validate(data).to_json())


COMPONENTS = Components(
    tag={
        "name": "validacoes",
        "description": "Valida um documento: XML, esquema, chave, assinatura, protocolo e regras.",
    },
    schemas=_schemas,
    examples=_examples,
)
