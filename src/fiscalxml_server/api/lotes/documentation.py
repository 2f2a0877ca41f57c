"""What the OpenAPI document says of lotes. Its examples are made as answers are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, get_args

import msgspec

from fiscalxml import report_schema
from fiscalxml_server.api.documentos.documentation import NOW, example_id, judged, number, text
from fiscalxml_server.api.documentos.schemas import Gravado
from fiscalxml_server.api.lotes.processing import Judged, item_of
from fiscalxml_server.api.lotes.schemas import DESFECHOS, Entrada, Item, Situacao, count
from fiscalxml_server.api.lotes.uploads import ARCHIVE_TYPES, MULTIPART
from fiscalxml_server.api.lotes.views import item_view, lote_view
from fiscalxml_server.api.synthetic import PRODUTO_ERRADO, nota
from fiscalxml_server.kit.http.events import progress_event
from fiscalxml_server.kit.http.openapi import Components, example_of, page_of, schema_ref

_LOTE: Final = example_id(10)
_ENVIO: Final = example_id(11)
_UUID: Final = {"format": "uuid"}
_INSTANT: Final = {"format": "date-time"}


def archive_body() -> dict[str, Any]:
    """The `requestBody` of the operation that takes a lote in."""
    archive = {"type": "string", "description": "Os bytes do ZIP, TAR ou TAR.GZ."}
    file = {"type": "string", "format": "binary"}
    return {
        "required": True,
        "description": "Um arquivo, um formulário com os XML, ou o id de um envio direto.",
        "content": {
            **{media_type: {"schema": archive} for media_type in ARCHIVE_TYPES},
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["arquivos"],
                    "properties": {
                        "arquivos": {
                            "type": "array",
                            "minItems": 1,
                            "items": file,
                            "description": "Os XML. O nome do campo não importa.",
                        }
                    },
                    "additionalProperties": False,
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["envio"],
                    "properties": {"envio": text("O id de /v1/lotes/envios.", **_UUID)},
                    "additionalProperties": False,
                },
                "examples": {"envio_gravado": example_of("envio_gravado")},
            },
        },
    }


def _schemas() -> dict[str, dict[str, Any]]:
    report = report_schema()["properties"]
    return {
        "Lote": {
            "type": "object",
            "description": "Um lote e quantos itens tiveram cada desfecho.",
            "required": [
                *("id", "nome", "situacao", "arquivos", "total", "contagens", "bytes"),
                *("criado_em", "concluido_em", "versao"),
            ],
            "properties": {
                "id": text("O id do lote.", **_UUID),
                "nome": text("O nome que veio com ele."),
                "situacao": text(
                    "concluido: cada item tem o seu desfecho. falhou: motivo diz por quê.",
                    enum=list(get_args(Situacao)),
                ),
                "arquivos": number("Quantos arquivos se acharam até agora."),
                "total": {
                    "type": ["integer", "null"],
                    "minimum": 0,
                    "description": "Quantos itens há; null até o arquivo ser lido inteiro.",
                },
                "contagens": {
                    "type": "object",
                    "description": "Quantos itens tiveram cada desfecho.",
                    "required": list(DESFECHOS),
                    "properties": {name: number(_DESFECHOS[name]) for name in DESFECHOS},
                    "additionalProperties": False,
                },
                "bytes": number("O tamanho do que foi enviado."),
                "criado_em": text("Quando foi recebido.", **_INSTANT),
                "concluido_em": {
                    "type": ["string", "null"],
                    "format": "date-time",
                    "description": "Quando terminou; null até lá.",
                },
                "versao": number("Aumenta a cada mudança."),
                "motivo": text("Em falhou: por quê."),
            },
            "additionalProperties": False,
        },
        "Item": {
            "type": "object",
            "description": "O que aconteceu com um documento, ou com um arquivo sem documento.",
            "required": ["indice", "parte", "nome", "desfecho"],
            "properties": {
                "indice": number("A posição do arquivo no lote."),
                "parte": number("A posição do documento no arquivo."),
                "nome": text("O nome do arquivo no lote."),
                "desfecho": text("O que aconteceu.", enum=list(DESFECHOS)),
                "documento": text("O id do documento guardado.", **_UUID),
                "tipo": text(
                    "De que tipo é.", enum=report["documento"]["properties"]["tipo"]["enum"]
                ),
                "chave": text("A chave de acesso."),
                "veredito": text("Da validação.", enum=report["veredito"]["enum"]),
                "codigo": text("O primeiro erro: o codigo de um achado."),
                "mensagem": text("O primeiro erro, em palavras."),
            },
            "additionalProperties": False,
        },
        "PaginaDeLotes": page_of(
            "Lotes, do mais novo ao mais antigo.", schema_ref("Lote"), "Os lotes desta página."
        ),
        "PaginaDeItens": page_of(
            "Itens, na ordem do arquivo.", schema_ref("Item"), "Os itens desta página."
        ),
        "EnvioDireto": {
            "type": "object",
            "description": "Onde gravar o arquivo de um lote.",
            "required": ["id", "metodo", "url", "expira_em"],
            "properties": {
                "id": text('O que mandar depois: `{"envio": id}`.', **_UUID),
                "metodo": {"const": "PUT", "description": "O método da requisição."},
                "url": text("O endereço assinado.", format="uri"),
                "expira_em": text("Até quando ele vale.", **_INSTANT),
            },
            "additionalProperties": False,
        },
    }


_DESFECHOS: Final = {
    "aceito": "Guardados, válidos ou não avaliados.",
    "invalido": "Guardados, com erros.",
    "duplicado": "Cujo conteúdo já estava guardado.",
    "conflito": "Guardados ao lado de outro conteúdo com a mesma identidade.",
    "ilegivel": "Que não são documentos fiscais legíveis.",
    "ignorado": "Que não são XML.",
    "falha": "Que não se conseguiu processar.",
}


def _examples() -> dict[str, dict[str, Any]]:
    itens = _items()
    row = _row(itens)
    begun = row | dict.fromkeys(DESFECHOS, 0)
    begun |= {"situacao": "recebido", "aberto": False, "concluido_em": None, "versao": 1}
    begun |= {"arquivos": 0, "prontos": 0, "itens": 0}
    views = [item_view(msgspec.structs.asdict(item)) for item in itens]
    values = {
        "lote_recebido": ("Lote recebido", lote_view(begun)),
        "lote_concluido": ("Lote concluído", lote_view(row)),
        "pagina_de_lotes": ("Um lote", {"itens": [lote_view(row)], "proximo": None}),
        "pagina_de_itens": ("Três itens", {"itens": views, "proximo": None}),
        "envio_direto": (
            "Um endereço",
            {
                "id": _ENVIO,
                "metodo": "PUT",
                "url": f"https://s3.example/fiscalxml/{_ENVIO}?X-Amz-Signature=exemplo",
                "expira_em": NOW + timedelta(hours=1),
            },
        ),
        "envio_gravado": ("Um envio direto que foi gravado", {"envio": _ENVIO}),
    }
    events = b"".join(progress_event(each, lote_view(each)) for each in (begun, row))
    return {
        **{
            name: {"summary": summary, "value": msgspec.json.decode(msgspec.json.encode(value))}
            for name, (summary, value) in values.items()
        },
        "progresso": {"summary": "Começo e fim de um lote", "value": events.decode()},
    }


def _items() -> list[Item]:
    files = {
        "nota.xml": nota(),
        "nota-com-erro.xml": nota(PRODUTO_ERRADO),
        "pagina.xml": b"<html><body>404</body></html>",
    }
    itens = []
    for indice, (nome, data) in enumerate(files.items()):
        ident = example_id(16 + indice)
        each = judged(data, ident, nome)
        kept = None if each.novo is None else each.novo.veredito == "invalido"
        gravado = None if kept is None else Gravado("invalido" if kept else "aceito", ident)
        entrada = Entrada(indice, nome, 0, len(data))
        itens.append(item_of(Judged(entrada, 0, each.lido.report, each.novo), gravado))
    return itens


def _row(itens: Sequence[Item]) -> dict[str, Any]:
    """The row of a lote that has ended with these items."""
    files = len(itens)
    return (
        dict.fromkeys(DESFECHOS, 0)
        | count(itens)
        | {
            "id": _LOTE,
            "nome": "novembro",
            "situacao": "concluido",
            "arquivos": files,
            "prontos": files,
            "itens": files,
            "aberto": True,
            "tamanho": 14_000,
            "criado_em": NOW,
            "concluido_em": NOW + timedelta(seconds=2),
            "versao": 4,
            "motivo": None,
        }
    )


COMPONENTS = Components(
    tag={
        "name": "lotes",
        "description": "Muitos documentos em um arquivo: validados, resumidos e guardados.",
    },
    schemas=_schemas,
    examples=_examples,
)
