"""What a caller sees of a stored document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import RowMapping
from starlette.responses import Response

from fiscalxml_server.api.documentos.parties import SIDES
from fiscalxml_server.kit.http.answers import matches

_PLAIN = (
    "tipo", "modelo", "chave", "serie", "numero", "ambiente", "emissao", "emitente",
    "destinatario", "situacao", "veredito", "protocolo", "registrado_em",
)  # fmt: skip


_VALIDACAO = ("id", "veredito", "perfil", "referencia", "regras", "schemas", "criado_em")


def documento_view(
    row: RowMapping | Mapping[str, Any], names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The document as JSON; what it does not have is left out. `names`: of its parties."""
    view: dict[str, Any] = {"id": row["id"]}
    view |= {name: row[name] for name in _PLAIN if row[name] is not None}
    view |= {f"{side}_nome": names[row[side]] for side in SIDES if names and row[side] in names}
    propria = row.get("situacao_propria")
    if propria is not None and propria != row["situacao"]:
        view["situacao_propria"] = propria
    if row["valor"] is not None:
        view["valor"] = reais(row["valor"])
    if row["evento_tipo"] is not None:
        view["evento"] = {
            "tipo": row["evento_tipo"],
            "sequencia": row["evento_sequencia"],
            "chave": row["evento_chave"],
        }
    return view | {
        "vigente": row["vigente"],
        "com_protocolo": row["com_protocolo"],
        "conteudo_sha256": row["conteudo"].hex(),
        "sha256": row["sha256"].hex(),
        "bytes": row["tamanho"],
        "lote": row["lote"],
        "recebido_em": row["recebido_em"],
        "versao": row["versao"],
    }


def reais(centavos: int) -> str:
    """An amount of any sign as JSON tells it: 123450 is 1234.50."""
    digits = f"{abs(centavos):03}"
    return f"{'-' if centavos < 0 else ''}{digits[:-2]}.{digits[-2:]}"


def validation_view(row: RowMapping | Mapping[str, Any], current: UUID) -> dict[str, Any]:
    """A validation as JSON. `current`: the one that stands."""
    view = {name: row[name] for name in _VALIDACAO}
    if row["revalidacao"] is not None:
        view["revalidacao"] = row["revalidacao"]
    return view | {"vigente": row["id"] == current}


def stored_response(
    request: Request,
    row: RowMapping,
    data: bytes,
    media_type: str,
    validacao: UUID | None = None,
) -> Response:
    """Stored bytes as they are; 304 when the caller has this version of the document.

    `validacao`: whose report it is, where it is a certain one's: that does not change.
    """
    etag = f'"{row["id"]}.{validacao or row["versao"]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-store"}
    if matches(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    if media_type == "application/xml":
        name = row["chave"] or row["id"]
        headers["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return Response(data, headers=headers, media_type=media_type)
