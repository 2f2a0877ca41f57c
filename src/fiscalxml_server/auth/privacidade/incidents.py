"""The register of incidents with personal data, kept for five years (Resolução CD/ANPD 15/2024).

Each organisation has its own, as the controller. Whoever operates the service enters one for every
organisation that it concerns (`alerting`) with `python -m fiscalxml_server.auth incident`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, delete, func, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.documents.facts import BRASILIA
from fiscalxml_server.auth.privacidade import repository
from fiscalxml_server.auth.privacidade.checking import check_instants, checked_texts
from fiscalxml_server.auth.privacidade.models import incidentes
from fiscalxml_server.auth.privacidade.schemas import Comunicacao, Incidente, NovoIncidente
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado

_BUSINESS_DAYS: Final = 3
_SATURDAY: Final = 5


# Medida: incidentes
def deadline(known: datetime) -> date:
    """Three business days after the day in Brasília; holidays are not left out, so never late."""
    day, left = known.astimezone(BRASILIA).date(), _BUSINESS_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


# Medida: incidentes
async def register(recursos: Recursos, sujeito: Sujeito, novo: NovoIncidente) -> Incidente:
    """Enter an incident. Raises `ParametrosInvalidos`."""
    values = checked(novo)
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        return incident_view(await write(conn, sujeito.organizacao, sujeito.ator, values))


async def write(
    conn: AsyncConnection, organizacao: UUID, ator: str, values: Mapping[str, Any]
) -> RowMapping:
    """Enter it in the organisation's register, and in its audit log."""
    incidente = new_id()
    row = await repository.add(
        conn, incidentes, organizacao=organizacao, id=incidente, por=ator, **values
    )
    entry = Registro(ator, Acao.INCIDENTE_REGISTRADO, f"incidente:{incidente}")
    await record(conn, organizacao, entry)
    return row


async def tell(
    recursos: Recursos, sujeito: Sujeito, incidente: UUID, comunicacao: Comunicacao
) -> Incidente:
    """Enter that it was told to the ANPD or to the persons. Raises `NaoEncontrado`."""
    check_instants(em=comunicacao.em)
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.change(
            conn,
            incidentes,
            organizacao,
            incidente,
            **{f"comunicado_{comunicacao.a}_em": comunicacao.em},
        )
        if row is None:
            raise NaoEncontrado("Não há incidente com este id.")
        details = msgspec.to_builtins(comunicacao)
        entry = Registro(sujeito.ator, Acao.INCIDENTE_COMUNICADO, f"incidente:{incidente}", details)
        await record(conn, organizacao, entry)
    return incident_view(row)


async def forget_old(conn: AsyncConnection, organizacao: UUID) -> None:
    """Those of more than five years ago."""
    await conn.execute(
        delete(incidentes).where(
            incidentes.c.organizacao == organizacao,
            incidentes.c.criado_em < func.now() - text("interval '5 years'"),
        )
    )


def incident_view(row: RowMapping) -> Incidente:
    """As it is told."""
    return Incidente(**{name: row[name] for name in Incidente.__struct_fields__})


def checked(novo: NovoIncidente) -> dict[str, Any]:
    """The columns of an incident. Raises `ParametrosInvalidos`."""
    check_instants(ocorrido_em=novo.ocorrido_em, conhecido_em=novo.conhecido_em)
    texts = checked_texts(descricao=novo.descricao, dados=novo.dados, medidas=novo.medidas)
    values = {name: getattr(novo, name) for name in novo.__struct_fields__} | dict(texts)
    return values | {"prazo": deadline(novo.conhecido_em) if novo.relevante else None}
