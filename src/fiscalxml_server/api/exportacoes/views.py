"""What a caller sees of an export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from fiscalxml_server.api.exportacoes.formatos import ARQUIVOS
from fiscalxml_server.api.exportacoes.schemas import Pedido


def exportacao_view(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    """The export as JSON; what was not asked for, or does not apply, is left out."""
    pedido = Pedido.parse(row["pedido"])
    view: dict[str, Any] = {"id": row["id"], "formato": pedido.formato}
    if pedido.tabela is not None:
        view["tabela"] = pedido.tabela
    if pedido.lote is not None:
        view["lote"] = pedido.lote
    else:
        view["filtro"] = pedido.filtro
    contagens = row["contagens"]
    view |= {
        "situacao": row["situacao"],
        "total": row["total"],
        "documentos": row["documentos"],
        "linhas": sum(contagens.values()),
        "contagens": contagens,
        "bytes": row["bytes"],
        "criado_em": row["criado_em"],
        "concluido_em": row["concluido_em"],
        "expira_em": row["expira_em"],
    }
    if row["sha256"] is not None:
        view["sha256"] = row["sha256"].hex()
    if row["motivo"] is not None:
        view["motivo"] = row["motivo"]
    return view


def file_name(pedido: Pedido, made: datetime, lote: UUID | None = None) -> str:
    """A name for the file, of letters, digits and hyphens."""
    arquivo = ARQUIVOS[pedido.formato]
    what = pedido.tabela or ("xml" if pedido.formato == "zip" else "documentos")
    whose = f"lote-{lote}-" if lote else ""
    return f"{whose}{what}-{made:%Y%m%d-%H%M%S}.{arquivo.extensao}"
