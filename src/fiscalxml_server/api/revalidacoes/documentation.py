"""What the OpenAPI document says of re-validations. Its examples are made as answers are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

import msgspec

from fiscalxml import report_schema, validate
from fiscalxml.causes import Causas, compare
from fiscalxml.judgement import PerfilPedido
from fiscalxml_server.api.documentos.documentation import NOW, example_id, number, text
from fiscalxml_server.api.documentos.parameters import READERS
from fiscalxml_server.api.relatorios.views import causes_view
from fiscalxml_server.api.revalidacoes.request import NOME, encode_filter
from fiscalxml_server.api.revalidacoes.schemas import CONTAGENS, Item, Mudanca, Situacao, count
from fiscalxml_server.api.revalidacoes.views import item_view, party_view, revalidation_view
from fiscalxml_server.api.synthetic import PRODUTO_ERRADO, nota
from fiscalxml_server.kit.http.events import progress_event
from fiscalxml_server.kit.http.openapi import Components, example_of, page_of, schema_ref

_REVALIDACAO: Final = example_id(40)
_DOCUMENTO: Final = example_id(41)
_VALIDACAO: Final = example_id(42)
_UUID: Final = {"format": "uuid"}
_INSTANT: Final = {"format": "date-time"}
_TOTAL: Final = 1_280
_FILTRO: Final = {"emissao_de": "2026-09-01", "tipo": "nfe,nfce"}

_CONTAGENS: Final = {
    "para_invalido": "Não eram inválidos, e seriam.",
    "para_valido": "Não eram válidos, e seriam.",
    "outra": "O veredito vai para nao_avaliado, ou só os achados mudam.",
    "falha": "Não se conseguiu julgar de novo; o item diz por quê.",
    "igual": "Nada muda.",
}


def request_body() -> dict[str, Any]:
    """The `requestBody` of the operation that asks for one."""
    return {
        "required": True,
        "description": "Que documentos, e por que regras. `{}`: todos, pelas de agora.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "filtro": {
                            "type": "object",
                            "description": "Os filtros de GET /v1/documentos, com os mesmos nomes "
                            "e valores; vários valores também em uma lista.",
                            "propertyNames": {"enum": sorted(READERS)},
                            "additionalProperties": {
                                "type": ["string", "integer", "boolean", "array"],
                                "items": {"type": ["string", "integer"]},
                            },
                        },
                        "lote": text("O mesmo que filtro.lote: o que um lote trouxe.", **_UUID),
                        "em": text(
                            "Julga pelas regras deste instante: AAAA-MM-DD ou "
                            "AAAA-MM-DDTHH:MM:SS-03:00. Sem ele, pelas da data de cada documento."
                        ),
                        "perfil": text(
                            "Em que momento os documentos estão. transmissao: como se fossem "
                            "enviados de novo, e um erro facultativo pesa. auto, quando não vem.",
                            enum=list(get_args(PerfilPedido)),
                        ),
                        "nome": text("Um nome para reconhecê-la.", pattern=NOME),
                    },
                    "additionalProperties": False,
                },
                "examples": {"pedido_de_revalidacao": example_of("pedido_de_revalidacao")},
            }
        },
    }


def _schemas() -> dict[str, dict[str, Any]]:
    report = report_schema()["properties"]
    vereditos = report["veredito"]["enum"]
    return {
        "Revalidacao": {
            "type": "object",
            "description": "Documentos guardados, julgados de novo, e quantos mudaram como.",
            "required": [
                *("id", "nome", "filtro", "em", "perfil", "situacao", "total", "prontos"),
                *("contagens", "criado_em", "concluido_em", "versao"),
            ],
            "properties": {
                "id": text("O id da revalidação.", **_UUID),
                "nome": text("O nome que veio com ela."),
                "filtro": {
                    "type": "object",
                    "description": "O filtro que se pediu.",
                    "additionalProperties": {"type": "string"},
                },
                "em": {
                    "type": ["string", "null"],
                    "format": "date-time",
                    "description": "O instante cujas regras valem; null: o de cada documento.",
                },
                "perfil": text("O perfil que se pediu.", enum=list(get_args(PerfilPedido))),
                "situacao": text(
                    "concluida: cada documento foi julgado. falhou: motivo diz por quê.",
                    enum=list(get_args(Situacao)),
                ),
                "total": {
                    "type": ["integer", "null"],
                    "minimum": 0,
                    "description": (
                        "Quantos documentos são; null até se saber. Um que é eliminado antes de "
                        "ser julgado deixa de contar."
                    ),
                },
                "prontos": number("Quantos já foram julgados."),
                "contagens": {
                    "type": "object",
                    "description": "Quantos documentos mudaram, e como.",
                    "required": list(CONTAGENS),
                    "properties": {name: number(_CONTAGENS[name]) for name in CONTAGENS},
                    "additionalProperties": False,
                },
                "criado_em": text("Quando foi pedida.", **_INSTANT),
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
        "MudancaDeDocumento": {
            "type": "object",
            "description": "O que mudaria em um documento.",
            "required": ["documento", "mudanca", "antes"],
            "properties": {
                "documento": text("O id do documento.", **_UUID),
                "mudanca": text("Como mudaria.", enum=list(get_args(Mudanca))),
                "tipo": text(
                    "De que tipo é.", enum=report["documento"]["properties"]["tipo"]["enum"]
                ),
                "chave": text("A chave de acesso."),
                "emissao": text("A data de emissão.", **_INSTANT),
                "emitente": text("CNPJ ou CPF de quem emitiu."),
                "destinatario": text("CNPJ, CPF ou outra identificação de quem recebe."),
                "antes": text("O veredito da validação que vale.", enum=vereditos),
                "depois": text("O veredito desta revalidação.", enum=vereditos),
                "validacao": text("O id da validação nova.", **_UUID),
                "vieram": _codes("Códigos de achados que não havia."),
                "foram": _codes("Códigos de achados que deixaria de ter."),
                "relatorio": text("Onde está o relatório novo."),
                "codigo": text("Em falha: o código do motivo."),
                "mensagem": text("Em falha: o motivo, em palavras."),
            },
            "additionalProperties": False,
        },
        "ParticipanteDaMudanca": {
            "type": "object",
            "description": "Quem emitiu, ou recebe, documentos que mudariam.",
            "required": [
                *("inscricao", "documentos", "para_invalido", "para_valido", "outra", "vieram")
            ],
            "properties": {
                "inscricao": text("CNPJ, CPF ou outra identificação."),
                "nome": text("O nome, do documento mais novo que o diz."),
                "documentos": number("Quantos documentos seus mudariam."),
                **{
                    name: number(_CONTAGENS[name])
                    for name in ("para_invalido", "para_valido", "outra")
                },
                "vieram": {
                    "type": "array",
                    "description": "Os códigos que mais vieram, e em quantos documentos.",
                    "items": {
                        "type": "object",
                        "required": ["codigo", "documentos"],
                        "properties": {
                            "codigo": text("O código do achado."),
                            "documentos": number("Em quantos documentos."),
                        },
                        "additionalProperties": False,
                    },
                },
            },
            "additionalProperties": False,
        },
        "PaginaDeRevalidacoes": page_of(
            "Revalidações, da mais nova à mais antiga.",
            schema_ref("Revalidacao"),
            "As revalidações desta página.",
        ),
        "PaginaDeItensRevalidados": page_of(
            "O que mudaria.", schema_ref("MudancaDeDocumento"), "Os documentos desta página."
        ),
        "PaginaDeParticipantes": page_of(
            "Em quem a mudança está.",
            schema_ref("ParticipanteDaMudanca"),
            "Os participantes desta página.",
        ),
    }


def _codes(description: str) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": {"type": "string"}}


def _examples() -> dict[str, dict[str, Any]]:
    item, causas = _changed()
    done = _row(item)
    begun = done | dict.fromkeys(CONTAGENS, 0) | {"situacao": "recebida", "versao": 1}
    begun |= {"planejada": False, "prontos": 0, "concluido_em": None}
    cancelled = begun | {"situacao": "cancelada", "concluido_em": NOW, "versao": 2}
    party = {"inscricao": item.emitente, "documentos": 1, "para_invalido": 1, "para_valido": 0}
    codes = [{"codigo": codigo, "documentos": 1} for codigo in item.vieram]
    page = {"proximo": None}
    values: dict[str, tuple[str, Any]] = {
        "pedido_de_revalidacao": (
            "Que notas desde setembro seriam recusadas em 2027?",
            {
                "filtro": _FILTRO,
                "em": "2027-01-01",
                "perfil": "transmissao",
                "nome": "regras de 2027",
            },
        ),
        "revalidacao_recebida": ("Recebida", revalidation_view(begun)),
        "revalidacao_concluida": ("Concluída", revalidation_view(done)),
        "revalidacao_cancelada": ("Cancelada", revalidation_view(cancelled)),
        "pagina_de_revalidacoes": ("Uma", page | {"itens": [revalidation_view(done)]}),
        "pagina_de_itens_revalidados": (
            "Um documento",
            page | {"itens": [item_view(msgspec.structs.asdict(item))]},
        ),
        "causas_da_revalidacao": (
            "Uma causa",
            {"parcial": False, "sem_relatorio": 0, **causes_view(causas, 1)},
        ),
        "pagina_de_participantes": (
            "Um emitente",
            page | {"itens": [party_view(party | {"outra": 0}, "EMPRESA FICTICIA", codes)]},
        ),
    }
    events = b"".join(progress_event(each, revalidation_view(each)) for each in (begun, done))
    return {
        **{
            name: {"summary": summary, "value": msgspec.json.decode(msgspec.json.encode(value))}
            for name, (summary, value) in values.items()
        },
        "progresso_da_revalidacao": {"summary": "Começo e fim", "value": events.decode()},
    }


def _changed() -> tuple[Item, Causas]:
    """A note that would not be valid any more, and the causes of that."""
    antes, depois = validate(nota()), validate(nota(PRODUTO_ERRADO), arquivo="nota.xml")
    mudanca = compare(antes, depois)
    causas = Causas()
    came = [depois.achados[position] for position in mudanca.vieram]
    causas.add(msgspec.structs.replace(depois, achados=came), documento=str(_DOCUMENTO))
    documento = depois.documento
    item = Item(
        indice=0,
        documento=_DOCUMENTO,
        mudanca="para_invalido",
        tipo=documento.tipo,
        chave=documento.chave,
        emitente=(documento.chave or "")[6:20],
        antes=antes.veredito,
        depois=depois.veredito,
        validacao=_VALIDACAO,
        vieram=mudanca.codigos_que_vieram,
        foram=mudanca.codigos_que_foram,
    )
    return item, causas


def _row(item: Item) -> dict[str, Any]:
    """The row of one that has ended with this item."""
    return (
        dict.fromkeys(CONTAGENS, 0)
        | count(_TOTAL, [item])
        | {
            "id": _REVALIDACAO,
            "nome": "regras de 2027",
            "filtro": encode_filter(_FILTRO),
            "em": datetime(2027, 1, 1, 3, tzinfo=UTC),
            "perfil": "transmissao",
            "situacao": "concluida",
            "planejada": True,
            "total": _TOTAL,
            "prontos": _TOTAL,
            "criado_em": NOW,
            "concluido_em": NOW + timedelta(seconds=9),
            "versao": 9,
            "motivo": None,
        }
    )


COMPONENTS = Components(
    tag={
        "name": "revalidacoes",
        "description": "O que as regras de outro dia mudariam nos documentos guardados.",
    },
    schemas=_schemas,
    examples=_examples,
)
