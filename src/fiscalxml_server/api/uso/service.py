"""The use of a month, as it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.quotas.counting import Saldo, month, read
from fiscalxml_server.kit.resources import Recursos


async def read_use(recursos: Recursos, sujeito: Sujeito) -> dict[str, Any]:
    """This month's, of the caller's organisation and of its credential."""
    async with recursos.banco.whole.transacao(sujeito.organizacao) as conn:
        used = await read(conn, recursos.settings, sujeito)
    mes, renews = month(datetime.now(UTC))
    return {
        "mes": f"{mes:%Y-%m}",
        "renova_em": renews,
        "organizacao": _view(used.organizacao),
        "credencial": {"id": sujeito.credencial, **_view(used.credencial)},
    }


def _view(saldo: Saldo) -> dict[str, int | None]:
    left = None if saldo.limite is None else max(0, saldo.limite - saldo.documentos)
    return {"documentos": saldo.documentos, "limite": saldo.limite, "restam": left}
