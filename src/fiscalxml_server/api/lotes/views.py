"""What a caller sees of a lote and of its items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from fiscalxml_server.api.lotes.schemas import DESFECHOS

_ITEM = ("nome", "desfecho", "documento", "tipo", "chave", "veredito", "codigo", "mensagem")


def lote_view(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    """The lote as JSON. `total` is known once the archive was read to its end."""
    # Files that wait count one item each; a file with several documents counts each of them.
    total = row["itens"] + row["arquivos"] - row["prontos"]
    view = {
        "id": row["id"],
        "nome": row["nome"],
        "situacao": row["situacao"],
        "arquivos": row["arquivos"],
        "total": total if row["aberto"] else None,
        "contagens": {name: row[name] for name in DESFECHOS},
        "bytes": row["tamanho"],
        "criado_em": row["criado_em"],
        "concluido_em": row["concluido_em"],
        "versao": row["versao"],
    }
    return view if row["motivo"] is None else view | {"motivo": row["motivo"]}


def item_view(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    """An item as JSON; what it does not have is left out."""
    view = {"indice": row["indice"], "parte": row["parte"]}
    return view | {name: row[name] for name in _ITEM if row[name] is not None}
