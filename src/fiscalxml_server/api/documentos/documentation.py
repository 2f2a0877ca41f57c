"""What the OpenAPI document says of stored documents. Its examples are made as answers are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, get_args
from uuid import UUID

import msgspec

from fiscalxml import report_schema
from fiscalxml.summaries.resumo import Situacao
from fiscalxml_server.api.documentos.intake import Lido, read, to_write
from fiscalxml_server.api.documentos.schemas import Gravado, Novo
from fiscalxml_server.api.documentos.service import DocumentoIlegivel, answer
from fiscalxml_server.api.documentos.views import documento_view
from fiscalxml_server.api.synthetic import PRODUTO_ERRADO, nota
from fiscalxml_server.kit.http.openapi import Components, page_of, schema_ref
from fiscalxml_server.kit.storage import Local

NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)
"""the instant of every example: after the emission of the synthetic notes"""


def example_id(number: int) -> UUID:
    """An id as those that are made, of the instant of the examples."""
    milliseconds = int(NOW.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | number)


_DOCUMENTO: Final = example_id(1)
_OUTRO: Final = example_id(2)


@dataclass(frozen=True)
class Exemplo:
    """A document that was judged, as it would be written under `novo.id`; None: not readable."""

    lido: Lido
    novo: Novo | None

    @property
    def relatorio(self) -> msgspec.Raw:
        """Its report."""
        return msgspec.Raw(self.lido.report.to_json())


def judged(data: bytes, ident: UUID, arquivo: str = "-") -> Exemplo:
    """An example of a document with these bytes."""
    lido = next(read(data, arquivo=arquivo))
    if lido.identidade is None:
        return Exemplo(next(read(data, arquivo=arquivo, em=NOW)), None)
    local = Local("exemplo", 0, len(data))
    novo = to_write(lido, lido.identidade, local, data, None, NOW)
    return Exemplo(lido, msgspec.structs.replace(novo, id=ident))


def text(description: str, **more: Any) -> dict[str, Any]:
    """A property that is a text."""
    return {"type": "string", "description": description, **more}


def number(description: str) -> dict[str, Any]:
    """A property that counts."""
    return {"type": "integer", "minimum": 0, "description": description}


def _schemas() -> dict[str, dict[str, Any]]:
    schemas = _stored_schemas()
    return schemas | {
        "DocumentoEncontrado": _with_names(schemas["Documento"]),
        "PaginaDeDocumentos": page_of(
            "Uma página de documentos.",
            schema_ref("DocumentoEncontrado"),
            "Os documentos, na ordem pedida.",
        ),
    }


def _with_names(documento: dict[str, Any]) -> dict[str, Any]:
    names = {
        "emitente_nome": text("O nome de quem emitiu, pelo documento mais novo que o diz."),
        "destinatario_nome": text("O nome de quem recebe, do mesmo modo."),
    }
    return {
        **documento,
        "description": "Um documento e os nomes das partes. O que ele não tem não aparece.",
        "properties": documento["properties"] | names,
    }


def _stored_schemas() -> dict[str, dict[str, Any]]:
    report = report_schema()["properties"]
    uuid = {"format": "uuid"}
    instant = {"format": "date-time"}
    return {
        "Documento": {
            "type": "object",
            "description": "O que se sabe de um documento. O que ele não tem não aparece.",
            "required": [
                *("id", "tipo", "veredito", "vigente", "com_protocolo", "conteudo_sha256"),
                *("sha256", "bytes", "lote", "recebido_em", "versao"),
            ],
            "properties": {
                "id": text("O id do documento aqui.", **uuid),
                "tipo": text(
                    "De que tipo é.", enum=report["documento"]["properties"]["tipo"]["enum"]
                ),
                "modelo": text("O modelo fiscal (55, 65, 57 …)."),
                "chave": text("A chave de acesso."),
                "serie": number("A série."),
                "numero": number("O número."),
                "ambiente": text("O tpAmb.", enum=["producao", "homologacao"]),
                "emissao": text("A data de emissão.", **instant),
                "emitente": text("CNPJ ou CPF de quem emitiu."),
                "destinatario": text("CNPJ, CPF ou outra identificação de quem recebe."),
                "situacao": text(
                    "O que diz o protocolo guardado com o documento.", enum=list(get_args(Situacao))
                ),
                "veredito": text("Da última validação.", enum=report["veredito"]["enum"]),
                "valor": text("O valor do todo, em reais.", pattern=r"^\d+\.\d\d$"),
                "evento": {
                    "type": "object",
                    "description": "Em um evento: qual é, e de que documento.",
                    "required": ["tipo", "sequencia", "chave"],
                    "properties": {
                        "tipo": text("O tpEvento."),
                        "sequencia": {
                            "type": ["integer", "null"],
                            "description": "O nSeqEvento.",
                        },
                        "chave": {
                            "type": ["string", "null"],
                            "description": "A chave do documento de que fala.",
                        },
                    },
                    "additionalProperties": False,
                },
                "vigente": {
                    "type": "boolean",
                    "description": "Se é o documento que vale para a chave; false em um conflito.",
                },
                "com_protocolo": {
                    "type": "boolean",
                    "description": "Se a cópia guardada traz o protocolo.",
                },
                "conteudo_sha256": text("Do C14N do que é assinado: a identidade do conteúdo."),
                "sha256": text("Dos bytes guardados."),
                "bytes": number("Quantos bytes."),
                "lote": {
                    "type": ["string", "null"],
                    "format": "uuid",
                    "description": "O lote em que veio; null se veio só.",
                },
                "recebido_em": text("Quando chegou.", **instant),
                "versao": number(
                    "Aumenta a cada mudança; a última vista serve de ponto de partida."
                ),
            },
            "additionalProperties": False,
        },
        "DocumentoGuardado": {
            "type": "object",
            "description": "O que aconteceu com o documento, e o seu relatório.",
            "required": ["id", "desfecho", "protocolo_anexado", "relatorio"],
            "properties": {
                "id": text("O id do documento aqui.", **uuid),
                "desfecho": text(
                    "duplicado: o mesmo conteúdo já estava guardado.",
                    enum=["aceito", "invalido", "duplicado"],
                ),
                "protocolo_anexado": {
                    "type": "boolean",
                    "description": "Se o que veio trouxe ao documento o protocolo que lhe faltava.",
                },
                "relatorio": {**schema_ref("Relatorio"), "description": "O relatório do que veio."},
            },
            "additionalProperties": False,
        },
    }


def _examples() -> dict[str, dict[str, Any]]:
    good, bad = judged(nota(), _DOCUMENTO), judged(nota(PRODUTO_ERRADO), _OUTRO)
    other = judged(nota().replace(b"<natOp>", b"<natOp>RE", 1), _OUTRO)
    nothing = judged(b"<html><body>404</body></html>", _OUTRO)
    told = {
        "documento_aceito": ("Documento novo", good, Gravado("aceito", _DOCUMENTO)),
        "documento_invalido": ("Documento novo, inválido", bad, Gravado("invalido", _OUTRO)),
        "documento_duplicado": ("Já estava guardado", good, Gravado("duplicado", _DOCUMENTO)),
        "conflito": ("Outro conteúdo com a mesma chave", other, Gravado("conflito", _OUTRO)),
    }
    unread = DocumentoIlegivel("O corpo não é um documento fiscal.", relatorio=nothing.relatorio)
    return {
        **{
            name: {
                "summary": summary,
                "value": msgspec.json.decode(bytes(answer(gravado, each.relatorio).body)),
            }
            for name, (summary, each, gravado) in told.items()
        },
        "documento_ilegivel": {"summary": unread.titulo, "value": _plain(unread.to_dict())},
        "documento": {"summary": "Uma NF-e", "value": _plain(_view(good))},
        "pagina_de_documentos": {
            "summary": "A última página",
            "value": {"itens": [_plain(_view(good))], "proximo": None},
        },
    }


def _view(exemplo: Exemplo) -> dict[str, Any]:
    assert exemplo.novo is not None  # noqa: S101 - the note is readable
    row = msgspec.structs.asdict(exemplo.novo) | {"vigente": True, "versao": 1}
    return documento_view(row)


def _plain(value: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


COMPONENTS = Components(
    tag={
        "name": "documentos",
        "description": "Guarda documentos, validados e resumidos, e os devolve como vieram.",
    },
    schemas=_schemas,
    examples=_examples,
)
