"""What a caller sees of a re-validation, of its items and of their parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from fiscalxml_server.api.revalidacoes.request import decode_filter
from fiscalxml_server.api.revalidacoes.schemas import CONTAGENS

_ITEM = (
    "documento", "mudanca", "tipo", "chave", "emissao", "emitente", "destinatario", "antes",
    "depois", "validacao",
)  # fmt: skip
_PARTE = ("documentos", "para_invalido", "para_valido", "outra")

Row = RowMapping | Mapping[str, Any]


def revalidation_view(row: Row) -> dict[str, Any]:
    """It as JSON. `total` is known once all its documents are."""
    view = {
        "id": row["id"],
        "nome": row["nome"],
        "filtro": decode_filter(row["filtro"]),
        "em": row["em"],
        "perfil": row["perfil"],
        "situacao": row["situacao"],
        "total": row["total"] if row["planejada"] else None,
        "prontos": row["prontos"],
        "contagens": {name: row[name] for name in CONTAGENS},
        "criado_em": row["criado_em"],
        "concluido_em": row["concluido_em"],
        "versao": row["versao"],
    }
    return view if row["motivo"] is None else view | {"motivo": row["motivo"]}


def item_view(row: Row) -> dict[str, Any]:
    """An item as JSON; what it does not have is left out."""
    view: dict[str, Any] = {name: row[name] for name in _ITEM if row[name] is not None}
    if row["mudanca"] == "falha":
        return view | {"codigo": row["codigo"], "mensagem": row["mensagem"]}
    report = report_address(row["documento"], row["validacao"])
    return view | {"vieram": row["vieram"], "foram": row["foram"], "relatorio": report}


def report_address(documento: UUID, validacao: UUID) -> str:
    """Where the report of a validation is that is not the one that stands."""
    return f"/v1/documentos/{documento}/relatorio?validacao={validacao}"


def party_view(row: Row, nome: str | None, codes: Sequence[Row]) -> dict[str, Any]:
    """A party as JSON. `codes`: what came with its documents."""
    view = {"inscricao": row["inscricao"], **({} if nome is None else {"nome": nome})}
    view |= {name: row[name] for name in _PARTE}
    return view | {
        "vieram": [{"codigo": each["codigo"], "documentos": each["documentos"]} for each in codes]
    }
