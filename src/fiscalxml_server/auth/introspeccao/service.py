"""What a key may do now."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping

from fiscalxml_server.auth.chaves import repository
from fiscalxml_server.auth.chaves.recognition import recognise, works
from fiscalxml_server.auth.chaves.secrets import digest
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.api_keys import parse
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.rbac import DELEGAVEIS
from fiscalxml_server.kit.verifying.contas import Introspeccao

_INATIVA: Final = Introspeccao(ativa=False)
_HOUR: Final = timedelta(hours=1)


async def introspect(recursos: Recursos, chave: str) -> Introspeccao:
    """Whom the key stands for and until when; that it is in use is remembered, once an hour."""
    row = await recognise(recursos, chave)
    if row is None or not works(row):
        return _INATIVA
    if row["usado_em"] is None or datetime.now(UTC) - row["usado_em"] >= _HOUR:
        await _mark_used(recursos, row, chave)
    return Introspeccao(ativa=True, sujeito=_subject(row), expira_em=row["expira_em"])


async def _mark_used(recursos: Recursos, row: RowMapping, chave: str) -> None:
    partes = parse(chave)
    assert partes is not None  # noqa: S101 - it was recognised
    with suppress(Indisponivel):  # who asks is answered all the same
        async with recursos.banco.transacao(row["organizacao"]) as conn:
            kept = digest(recursos.segredos, chave)
            await repository.mark_used(conn, partes.consulta, kept)


def _subject(row: RowMapping) -> Sujeito:
    """A key of tests works in the organisation's sandbox, under an id of its own."""
    return Sujeito(
        organizacao=row["organizacao_de_teste"] if row["teste"] else row["organizacao"],
        credencial=str(row["chave"]),
        escopos=frozenset(each for each in DELEGAVEIS if each in row["escopos"]),
        ator=f"chave:{row['chave']}",
        empresas=None if row["empresas"] is None else frozenset(row["empresas"]),
        teste=row["teste"],
    )
