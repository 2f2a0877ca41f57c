"""What the OpenAPI document says of rules."""

from __future__ import annotations

from typing import Any

import msgspec

from fiscalxml.rules.listing import Explicacao
from fiscalxml_server.api.regras.service import Filtro, list_page, rules_of
from fiscalxml_server.api.synthetic import PRODUTO_ERRADO
from fiscalxml_server.kit.http.openapi import Components, described, page_of, schema_ref

_WORDS = {
    "codigo": "O cStat, ou E… da NFS-e.",
    "regra": "O id da regra no manual; null onde só se conhece o código.",
    "mensagem": "A mensagem oficial.",
    "condicao": "A condição, como publicada.",
    "causa": "O que costuma levar a ela.",
    "correcao": "Como corrigir.",
    "errado": "Um trecho de XML que a infringe.",
    "certo": "O mesmo trecho, como deve ser.",
    "fonte": "A publicação oficial.",
    "modelos": "Os modelos a que se aplica.",
    "desde": "Primeiro dia em vigor, onde se conhece.",
    "ate": "Último dia em vigor, onde se conhece.",
    "obrigatoriedade": "facultativa: cada UF escolhe se a aplica.",
    "situacao": "implementada; desligada (a fonte não é segura); nao_avaliavel (depende do "
    "cadastro da SEFAZ); pendente.",
    "duvida": "Por que está desligada, ou o que falta para conferi-la.",
    "tabela": "A tabela do operador sem a qual não se avalia.",
}


def _schemas() -> dict[str, dict[str, Any]]:
    _, defs = msgspec.json.schema_components([Explicacao])
    return {
        "Regra": {
            **described(defs["Explicacao"], _WORDS),
            "description": "Uma regra publicada.",
        },
        "PaginaDeRegras": page_of(
            "Regras, na ordem dos manuais.", schema_ref("Regra"), "As regras desta página."
        ),
    }


def _examples() -> dict[str, dict[str, Any]]:
    page = list_page(Filtro(modelo="55"), cursor=None, limite=2)
    return {
        "pagina_de_regras": {"summary": "Regras da NF-e", "value": msgspec.to_builtins(page)},
        "regras_de_um_codigo": {
            "summary": f"O código {PRODUTO_ERRADO}",
            "value": msgspec.to_builtins(rules_of(PRODUTO_ERRADO)),
        },
    }


COMPONENTS = Components(
    tag={
        "name": "regras",
        "description": "O catálogo das regras publicadas e o estado de cada uma.",
    },
    schemas=_schemas,
    examples=_examples,
)
