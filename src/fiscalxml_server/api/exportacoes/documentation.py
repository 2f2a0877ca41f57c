"""What the OpenAPI document says of exports. Its examples are made as answers are."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Final, get_args

import msgspec

from fiscalxml_server.api.documentos.documentation import NOW, example_id, number, text
from fiscalxml_server.api.exportacoes.formatos import ARQUIVOS
from fiscalxml_server.api.exportacoes.schemas import SITUACOES, Formato, NomeDeTabela, Pedido
from fiscalxml_server.api.exportacoes.tabelas import MANIFESTO, TABELAS
from fiscalxml_server.api.exportacoes.views import exportacao_view
from fiscalxml_server.kit.http.openapi import Components, Json, example_of, page_of, schema_ref

_EXPORTACAO: Final = example_id(40)
_UUID: Final = {"format": "uuid"}
_INSTANT: Final = {"format": "date-time"}
_FORMATOS: Final = "; ".join(f"{nome}: {each.descricao}" for nome, each in ARQUIVOS.items())


def file_answer(description: str) -> Json:
    """A response that is a file of one of the formats."""
    kinds = {each.media_type.partition(";")[0] for each in ARQUIVOS.values()}
    return {
        "description": description,
        "content": {kind: {"schema": {"format": "binary"}} for kind in sorted(kinds)},
        "headers": {
            "Content-Disposition": {
                "description": "Um nome para o arquivo.",
                "schema": {"type": "string"},
            }
        },
    }


def request_body() -> Json:
    """The `requestBody` of the operation that asks for an export."""
    return {
        "required": True,
        "description": "O que exportar.",
        "content": {
            "application/json": {
                "schema": schema_ref("PedidoDeExportacao"),
                "examples": {
                    name: example_of(name)
                    for name in ("exportar_lote_em_xlsx", "exportar_busca_em_parquet")
                },
            }
        },
    }


def _asked() -> dict[str, Json]:
    """Properties of what is asked for."""
    return {
        "formato": text(f"{_FORMATOS}.", enum=list(get_args(Formato))),
        "tabela": text(
            "Qual tabela; sem ela, documentos, e todas em xlsx.", enum=list(get_args(NomeDeTabela))
        ),
        "lote": text("O id do lote.", **_UUID),
        "filtro": {
            "type": "object",
            "description": "Os filtros de GET /v1/documentos, por nome; {} para todos.",
        },
    }


def _schemas() -> dict[str, Json]:
    plain = ["string", "integer"]
    value = {"type": [*plain, "boolean", "array"], "items": {"type": plain}}
    asked = _asked()
    given = asked | {"filtro": {**asked["filtro"], "additionalProperties": value}}
    kept = asked | {"filtro": {**asked["filtro"], "additionalProperties": {"type": "string"}}}
    return {
        "PedidoDeExportacao": {
            "type": "object",
            "description": "O que exportar: um lote ou uma busca; sem nenhum, todos os documentos.",
            "required": ["formato"],
            "properties": given,
            "additionalProperties": False,
        },
        "Exportacao": {
            "type": "object",
            "description": "Uma exportação, e o endereço do arquivo quando está pronta.",
            "required": [
                *("id", "formato", "situacao", "total", "documentos", "linhas", "contagens"),
                *("bytes", "criado_em", "concluido_em", "expira_em"),
            ],
            "properties": {"id": text("O id da exportação.", **_UUID), **kept, **_state()},
            "additionalProperties": False,
        },
        "PaginaDeExportacoes": page_of(
            "Exportações, da mais nova à mais antiga.",
            schema_ref("Exportacao"),
            "As exportações desta página.",
        ),
    }


def _state() -> dict[str, Json]:
    """Properties of how far it is."""
    until = {"type": ["string", "null"], "format": "date-time"}
    names = (*TABELAS, MANIFESTO.nome)
    return {
        "situacao": text(
            "pronta: url é o endereço do arquivo. falhou, cancelada: motivo diz por quê. "
            "expirada: o arquivo foi apagado.",
            enum=list(SITUACOES),
        ),
        "motivo": text("Em falhou e cancelada: por quê."),
        "total": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "Quantos documentos; null até se saber.",
        },
        "documentos": number("Quantos documentos já estão no arquivo."),
        "linhas": number("Quantas linhas já estão no arquivo, de todas as tabelas."),
        "contagens": {
            "type": "object",
            "description": "Quantas linhas de cada tabela; manifesto, em um zip.",
            "properties": {nome: number(f"De {nome}.") for nome in names},
            "additionalProperties": False,
        },
        "bytes": number("O tamanho do arquivo; 0 até ficar pronto."),
        "sha256": text("Dos bytes do arquivo."),
        "criado_em": text("Quando foi pedida.", **_INSTANT),
        "concluido_em": {**until, "description": "Quando terminou; null até lá."},
        "expira_em": {**until, "description": "Até quando o arquivo fica; null até lá."},
        "url": text(
            "O endereço do arquivo, relativo a este servidor. Dispensa a credencial.",
            format="uri-reference",
        ),
        "url_expira_em": text("Até quando o endereço vale.", **_INSTANT),
    }


def _examples() -> dict[str, Json]:
    asked = Pedido(formato="parquet", tabela="itens", filtro={"cfop": "5102"})
    begun = {
        "id": _EXPORTACAO,
        "pedido": asked.to_json(),
        "situacao": "recebida",
        "motivo": None,
        "total": None,
        "documentos": 0,
        "contagens": {},
        "bytes": 0,
        "sha256": None,
        "criado_em": NOW,
        "concluido_em": None,
        "expira_em": None,
    }
    ready = begun | {
        "situacao": "pronta",
        "total": 1_000,
        "documentos": 1_000,
        "contagens": {"itens": 3_120},
        "bytes": 81_234,
        "sha256": sha256(b"exemplo").digest(),
        "concluido_em": NOW + timedelta(seconds=2),
        "expira_em": NOW + timedelta(hours=72),
    }
    address = {
        "url": f"/v1/exportacoes/{_EXPORTACAO}/arquivo?assinatura=exemplo",
        "url_expira_em": NOW + timedelta(hours=1),
    }
    values = {
        "exportar_lote_em_xlsx": ("Um lote", {"formato": "xlsx", "lote": example_id(10)}),
        "exportar_busca_em_parquet": (
            "Uma busca",
            {"formato": "parquet", "tabela": "itens", "filtro": {"cfop": "5102"}},
        ),
        "exportacao_recebida": ("Exportação pedida", exportacao_view(begun)),
        "exportacao_pronta": ("Exportação pronta", exportacao_view(ready) | address),
        "pagina_de_exportacoes": (
            "Uma exportação",
            {"itens": [exportacao_view(ready)], "proximo": None},
        ),
    }
    return {
        name: {"summary": summary, "value": msgspec.json.decode(msgspec.json.encode(value))}
        for name, (summary, value) in values.items()
    }


COMPONENTS = Components(
    tag={
        "name": "exportacoes",
        "description": "Leva os documentos de um lote ou de uma busca para planilhas e arquivos.",
    },
    schemas=_schemas,
    examples=_examples,
)
