"""Documents that another date's rules judge otherwise, and re-validations as a tax team asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import httpx2
from sqlalchemy import RowMapping, text

from factory.authority import e_cnpj
from factory.documents import build
from services.servico import Servico

EM: Final = "2027-01-05"
"""after the end of PIS and COFINS, and after the beginning of the duties of IBS and CBS"""
OUTRO_CNPJ: Final = "11222333000181"
_OLD: Final = e_cnpj(inicio=datetime(2025, 1, 1, tzinfo=UTC), fim=datetime(2026, 1, 1, tzinfo=UTC))
_OLD_OTHER: Final = e_cnpj(
    OUTRO_CNPJ, inicio=datetime(2025, 1, 1, tzinfo=UTC), fim=datetime(2026, 1, 1, tzinfo=UTC)
)


def same(number: int) -> bytes:
    """A note that is valid at either date."""
    return build("nfe", changes={"ide/nNF": str(number)})


def to_invalid(number: int, emitente: str | None = None) -> bytes:
    """A valid note of October 2025, whose totals of IBS and CBS are wrong since November (1118)."""
    changes = {"ide/nNF": str(number), "ide/dhEmi": "2025-10-01T10:00:00-03:00"}
    changes |= {} if emitente is None else {"emit/CNPJ": emitente}
    leaf = _OLD if emitente is None else _OLD_OTHER
    return build("nfe", changes=changes, remove=["det[1]/imposto/IBSCBS"], leaf=leaf)


def to_valid(number: int) -> bytes:
    """A note without PIS (745), which is no fault any more from 2027 on."""
    changes = {"ide/nNF": str(number), "total/ICMSTot/vPIS": "0.00"}
    return build("nfe", changes=changes, remove=["det[1]/imposto/PIS"])


def to_warned(number: int) -> bytes:
    """A valid note that stays valid, with one more aviso (1115)."""
    changes = {"ide/nNF": str(number), "ide/dhEmi": "2026-08-01T10:00:00-03:00"}
    return build("nfe", changes=changes, remove=["det[1]/imposto/IBSCBS", "total/IBSCBSTot"])


def ask(servico: Servico, headers: Mapping[str, str] | None = None, **body: Any) -> httpx2.Response:
    """POST /v1/revalidacoes."""
    return servico.request("POST", "/v1/revalidacoes", json=body, headers=dict(headers or {}))


def revalidate(servico: Servico, **body: Any) -> dict[str, Any]:
    """Ask, do the jobs, and give it as it is then."""
    asked = ask(servico, **body)
    assert asked.status_code == 202, asked.text
    servico.work()
    return get(servico, asked.headers["location"])


def get(servico: Servico, path: str, **params: Any) -> dict[str, Any]:
    answer = servico.request("GET", path, params=params or None)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def pages(servico: Servico, path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list."""
    while True:
        page = get(servico, path, **params)
        yield page["itens"]
        if page["proximo"] is None:
            return
        params["cursor"] = page["proximo"]


def items(servico: Servico, revalidacao: Mapping[str, Any], **params: Any) -> list[dict[str, Any]]:
    path = f"/v1/revalidacoes/{revalidacao['id']}/itens"
    return [item for page in pages(servico, path, **params) for item in page]


def counts(revalidacao: Mapping[str, Any]) -> dict[str, int]:
    """How many documents changed in which way, but for those that are none."""
    return {name: number for name, number in revalidacao["contagens"].items() if number}


def documents(servico: Servico) -> list[dict[str, Any]]:
    """All of the organisation's documents and the reports that stand, to the byte."""
    return rows(
        servico,
        "SELECT d.*, v.relatorio, v.criado_em FROM documentos d JOIN validacoes v"
        " ON v.organizacao = d.organizacao AND v.id = d.validacao ORDER BY d.id",
    )


def rows(
    servico: Servico, query: str, organizacao: UUID | None = None, **values: Any
) -> list[dict[str, Any]]:
    """As the worker sees them."""

    async def read() -> list[RowMapping]:
        async with servico.worker.banco.transacao(organizacao or servico.organizacao) as conn:
            return list((await conn.execute(text(query), values)).mappings())

    return [dict(row) for row in servico.run(read())]
