"""What a caller sees of a key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import RowMapping

from fiscalxml_server.auth.chaves.schemas import (
    ChaveDeApi,
    ChaveDeApiCriada,
    SegredoDeChave,
    Situacao,
)
from fiscalxml_server.kit.api_keys import prefix


def chave_view(row: RowMapping, secrets: Sequence[RowMapping]) -> ChaveDeApi:
    """The key; `secrets` are its own, the newest first."""
    now = datetime.now(UTC)
    situacao = _situation(row, now)
    return ChaveDeApi(
        id=row["id"],
        nome=row["nome"],
        escopos=row["escopos"],
        empresas=row["empresas"],
        teste=row["teste"],
        situacao=situacao,
        criada_por=row["criada_por"],
        criado_em=row["criado_em"],
        expira_em=row["expira_em"],
        revogada_em=row["revogada_em"],
        vazada_em=row["vazada_em"],
        usada_em=max((each["usado_em"] for each in secrets if each["usado_em"]), default=None),
        segredos=[
            SegredoDeChave(
                prefixo=prefix(each["consulta"], teste=row["teste"]),
                criado_em=each["criado_em"],
                expira_em=each["expira_em"],
                usado_em=each["usado_em"],
            )
            for each in secrets
            if situacao == "ativa" and each["expira_em"] > now
        ],
    )


def with_text(chave: ChaveDeApi, text: str) -> ChaveDeApiCriada:
    """The key with its text."""
    return ChaveDeApiCriada(**msgspec.structs.asdict(chave), chave=text)


def _situation(row: RowMapping, now: datetime) -> Situacao:
    if row["revogada_em"] is not None:
        return "revogada"
    return "ativa" if row["expira_em"] > now else "expirada"
