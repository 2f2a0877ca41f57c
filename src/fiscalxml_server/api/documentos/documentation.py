"""What the OpenAPI document says of stored documents. Its examples are made as answers are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, get_args
from uuid import UUID

import msgspec

from fiscalxml import report_schema
from fiscalxml.indexing import TRIBUTOS
from fiscalxml.situation import Efeito, SituacaoEfetiva
from fiscalxml.summaries.resumo import Situacao
from fiscalxml_server.api.documentos.intake import Lido, read, to_write
from fiscalxml_server.api.documentos.parties import SIDES
from fiscalxml_server.api.documentos.schemas import Gravado, Novo
from fiscalxml_server.api.documentos.service import DocumentoIlegivel, answer
from fiscalxml_server.api.documentos.totals import GRUPOS, sums_view
from fiscalxml_server.api.documentos.views import documento_view, validation_view
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
_VALIDACAO: Final = example_id(3)


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


_CONFLITO: Final = text(
    "Em um conflito: o id do documento que vale, de mesma identidade e outro conteúdo.",
    format="uuid",
)


def _schemas() -> dict[str, dict[str, Any]]:
    schemas = _stored_schemas()
    return schemas | {
        "DocumentoEncontrado": _with_names(schemas["Documento"]),
        "DocumentoConhecido": _with_names(schemas["Documento"], em_conflito_com=_CONFLITO),
        "Validacao": _validation_schema(),
        "PaginaDeValidacoes": page_of(
            "As validações de um documento, da mais nova à mais antiga.",
            schema_ref("Validacao"),
            "As validações desta página.",
        ),
        "PaginaDeDocumentos": page_of(
            "Uma página de documentos.",
            schema_ref("DocumentoEncontrado"),
            "Os documentos, na ordem pedida.",
        ),
        **_totals_schemas(),
    }


def _totals_schemas() -> dict[str, dict[str, Any]]:
    amount = {"pattern": r"^\d+\.\d\d$"}
    sums = {
        "documentos": number("Quantos documentos."),
        "valor": text("A soma dos valores, em reais.", **amount),
        "tributos": {
            "type": "object",
            "description": "A soma de cada tributo, em reais.",
            "required": list(TRIBUTOS),
            "properties": {name: text(f"{name}.", **amount) for name in TRIBUTOS},
            "additionalProperties": False,
        },
    }
    keys = {name: _key_schema(name) for name in GRUPOS}
    names = {f"{side}_nome": text("O nome da parte, se conhecido.") for side in SIDES}
    somas = {"type": "object", "required": list(sums), "additionalProperties": False}
    return {
        "Somas": {**somas, "description": "Uma contagem e suas somas.", "properties": sums},
        "Grupo": {
            **somas,
            "description": "Um grupo: o que o distingue, sua contagem e suas somas.",
            "properties": keys | names | sums,
        },
        "Totais": {
            "type": "object",
            "description": "O que os filtros escolhem, contado e somado.",
            "required": ["total", "grupos", "outros"],
            "properties": {
                "total": {**schema_ref("Somas"), "description": "De todos."},
                "grupos": {
                    "type": "array",
                    "description": "Os grupos pedidos; sem `por`, nenhum.",
                    "items": schema_ref("Grupo"),
                },
                "outros": {
                    "description": "Dos grupos que passaram de `limite`; null se não passaram.",
                    "anyOf": [schema_ref("Somas"), {"type": "null"}],
                },
            },
            "additionalProperties": False,
        },
    }


def _key_schema(name: str) -> dict[str, Any]:
    if name in ("mes", "dia"):
        return text("AAAA-MM." if name == "mes" else "AAAA-MM-DD.")
    return {"type": ["string", "null"], "description": f"{name}; null onde não há."}


def _validation_schema() -> dict[str, Any]:
    report = report_schema()["properties"]
    conjunto = report["conjunto"]["properties"]
    return {
        "type": "object",
        "description": "Uma vez em que o documento foi julgado.",
        "required": [
            *("id", "veredito", "perfil", "referencia", "regras", "schemas", "criado_em"),
            "vigente",
        ],
        "properties": {
            "id": text("O id; o relatório está em /relatorio?validacao=id.", format="uuid"),
            "veredito": text("O seu veredito.", enum=report["veredito"]["enum"]),
            "perfil": text("Em que momento foi julgado.", enum=report["perfil"]["enum"]),
            "referencia": text("O instante por cujas regras foi julgado.", format="date-time"),
            "regras": {**conjunto["regras"], "description": "O conjunto de regras."},
            "schemas": {**conjunto["schemas"], "description": "O pacote de esquemas."},
            "criado_em": text("Quando foi julgado.", format="date-time"),
            "revalidacao": text("A revalidação que o julgou.", format="uuid"),
            "vigente": {"type": "boolean", "description": "Se é a que vale."},
        },
        "additionalProperties": False,
    }


def _with_names(documento: dict[str, Any], **more: dict[str, Any]) -> dict[str, Any]:
    names = {
        "emitente_nome": text("O nome de quem emitiu, pelo documento mais novo que o diz."),
        "destinatario_nome": text("O nome de quem recebe, do mesmo modo."),
    }
    return {
        **documento,
        "description": "Um documento e os nomes das partes. O que ele não tem não aparece.",
        "properties": documento["properties"] | names | more,
    }


def evento_schema(vereditos: list[str]) -> dict[str, Any]:
    """An event of a document, as it is listed."""
    instant = {"format": "date-time"}
    return {
        "type": "object",
        "description": "Um evento de um documento. O que ele não tem não aparece.",
        "required": [
            *("id", "tipo", "descricao", "sequencia", "situacao", "efeito", "veredito"),
            "documento",
        ],
        "properties": {
            "id": text("O id do evento aqui.", format="uuid"),
            "tipo": {"type": ["string", "null"], "description": "O tpEvento."},
            "descricao": {"type": ["string", "null"], "description": "O que é, em português."},
            "sequencia": {"type": ["integer", "null"], "description": "O nSeqEvento."},
            "situacao": {
                "type": ["string", "null"],
                "description": "autorizado: a SEFAZ o registrou; cancelado: outro evento o anulou.",
                "enum": [*get_args(Situacao), None],
            },
            "efeito": {
                "type": ["string", "null"],
                "description": "O que faz do documento (ou de outro evento dele). null: nada, ou "
                "não vale: não foi registrado, ou foi cancelado.",
                "enum": [*get_args(Efeito), None],
            },
            "veredito": text("Da última validação.", enum=vereditos),
            "data": text("Quando aconteceu (dhEvento).", **instant),
            "registrado_em": text("Quando a SEFAZ o registrou.", **instant),
            "autor": text("CNPJ ou CPF de quem o fez."),
            "protocolo": text("O nProt do registro."),
            "justificativa": text("A justificativa."),
            "correcao": text("Da carta de correção, o texto."),
            "documento": text("Onde se lê o evento."),
        },
        "additionalProperties": False,
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
                    "A efetiva: a do protocolo, e o que fizeram dela os eventos registrados.",
                    enum=list(get_args(SituacaoEfetiva)),
                ),
                "situacao_propria": text(
                    "O que diz o protocolo guardado com o documento, quando difere.",
                    enum=list(get_args(Situacao)),
                ),
                "protocolo": text("O número do protocolo guardado com o documento."),
                "registrado_em": text("Quando a SEFAZ o registrou, pelo protocolo.", **instant),
                "em": text("O instante pedido.", **instant),
                "eventos": number("Quantos eventos dele estão guardados; com em, até ali."),
                "eventos_conhecidos": {
                    "type": "array",
                    "description": "Com em: os que a SEFAZ já tinha registrado.",
                    "items": schema_ref("Evento"),
                },
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
                    "Aumenta a cada mudança do documento. O ponto de partida do que mudou desde "
                    "então é a versao de /v1/documentos/mudancas, não esta."
                ),
            },
            "additionalProperties": False,
        },
        "Evento": evento_schema(report["veredito"]["enum"]),
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
        "documento": {"summary": "Uma NF-e", "value": _plain(_view(good) | {"eventos": 0})},
        "documento_em": {
            "summary": "Como era antes de ser cancelada",
            "value": _plain(_view(good) | {"em": NOW, "eventos": 0, "eventos_conhecidos": []}),
        },
        "pagina_de_validacoes": {
            "summary": "A que vale",
            "value": {"itens": [_plain(_validation(good))], "proximo": None},
        },
        "pagina_de_documentos": {
            "summary": "A última página",
            "value": {"itens": [_plain(_view(good))], "proximo": None},
        },
        "totais": {
            "summary": "Por mês e situação",
            "value": {
                "total": _somas(good),
                "grupos": [{"mes": "2026-11", "situacao": "autorizado", **_somas(good)}],
                "outros": None,
            },
        },
    }


def _somas(exemplo: Exemplo) -> dict[str, Any]:
    assert exemplo.novo is not None  # noqa: S101 - the note is readable
    amounts = {name: getattr(exemplo.novo, name) or 0 for name in ("valor", *TRIBUTOS)}
    return sums_view({"documentos": 1, **amounts})


def _view(exemplo: Exemplo) -> dict[str, Any]:
    assert exemplo.novo is not None  # noqa: S101 - the note is readable
    row = msgspec.structs.asdict(exemplo.novo) | {"vigente": True, "versao": 1}
    return documento_view(row)


def _validation(exemplo: Exemplo) -> dict[str, Any]:
    assert exemplo.novo is not None  # noqa: S101
    row = msgspec.structs.asdict(exemplo.novo)
    row |= {"id": _VALIDACAO, "criado_em": NOW, "revalidacao": None}
    return validation_view(row, _VALIDACAO)


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
