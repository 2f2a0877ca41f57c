"""From one secret of the Auth Service to the next: what is sealed is sealed anew.

What is only kept as a keyed hash cannot be: API keys and machines are hashed anew when they are
used, codes end. What is left is counted, so that it is known when the secrets of before may go.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.auditoria import keys as checkpoint_keys
from fiscalxml_server.auth.auditoria.models import chaves as chaves_de_auditoria
from fiscalxml_server.auth.chaves.models import chaves_api, segredos_de_chaves
from fiscalxml_server.auth.correio import service as correio
from fiscalxml_server.auth.correio.models import emails
from fiscalxml_server.auth.fatores import totp
from fiscalxml_server.auth.fatores.models import codigos_de_recuperacao as codigos
from fiscalxml_server.auth.fatores.models import totps
from fiscalxml_server.auth.maquinas.models import maquinas
from fiscalxml_server.auth.organizacoes.models import convites, organizacoes
from fiscalxml_server.auth.pessoas import service as signing_up
from fiscalxml_server.auth.pessoas.models import cadastros, pessoas
from fiscalxml_server.auth.privacidade import certificates
from fiscalxml_server.auth.privacidade.models import chaves_de_certificados
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens import keys as signing_keys
from fiscalxml_server.auth.tokens.models import chaves_de_assinatura
from fiscalxml_server.kit.audit import INSTALACAO, SISTEMA, Acao, Registro, record, registros
from fiscalxml_server.kit.secrets import ID_BYTES, Segredos

_PAGE: Final = 500


class _Selado(NamedTuple):
    """A column of sealed values; the row's key is what they are sealed for."""

    table: Table
    key: str
    column: str
    use: bytes
    context: Callable[[Any], bytes]


_SELADOS: Final = (
    _Selado(chaves_de_assinatura, "kid", "privada", signing_keys.USE, str.encode),
    _Selado(chaves_de_auditoria, "kid", "privada", checkpoint_keys.USE, str.encode),
    _Selado(chaves_de_certificados, "kid", "privada", certificates.USE, str.encode),
    _Selado(emails, "id", "carta", correio.USE, lambda email: email.bytes),
    _Selado(cadastros, "codigo", "dados", signing_up.DATA, bytes),
)
_TOTP: Final = _Selado(totps, "pessoa", "segredo", totp.USE, lambda pessoa: pessoa.bytes)
"""each is seen in a transaction of its person"""


class Reselagem(NamedTuple):
    """What was done, and what still needs the secrets of before: how many of what, and until when
    there may be tokens of them."""

    selados: int
    restam: Mapping[str, int]
    tokens_ate: datetime

    @property
    def done(self) -> bool:
        """Whether only the current secret is needed."""
        return not any(self.restam.values()) and self.tokens_ate <= datetime.now(UTC)


async def reseal(recursos: Recursos) -> Reselagem:
    """Seal by the current secret what another had sealed. Raises ValueError where none opens it."""
    selados = sum([await _reseal(recursos, each) for each in _SELADOS])
    codes = 0
    async for pessoa in _ids(recursos, pessoas):
        selados += await _reseal(recursos, _TOTP, pessoa)
        codes += await _codes_left(recursos, pessoa)
    since = await _adopted(recursos)
    tokens = timedelta(hours=recursos.settings.session_hours)
    restam = {"códigos de recuperação": codes, **await _left(recursos)}
    return Reselagem(selados, restam, since + tokens)


async def _reseal(recursos: Recursos, selado: _Selado, pessoa: UUID | None = None) -> int:
    segredos, column = recursos.segredos, selado.table.c[selado.column]
    key = selado.table.c[selado.key]
    old = select(key, column).where(_old(segredos, column)).limit(_PAGE).with_for_update()
    count = 0
    while True:
        async with recursos.banco.transacao(pessoa=pessoa) as conn:
            rows = (await conn.execute(old)).all()
            for of, sealed in rows:
                context = selado.context(of)
                value = segredos.open(selado.use, context, sealed)
                again = {selado.column: segredos.seal(selado.use, context, value)}
                await conn.execute(update(selado.table).where(key == of).values(again))
        count += len(rows)
        if len(rows) < _PAGE:
            return count


async def _adopted(recursos: Recursos) -> datetime:
    """Since when this secret is the one that seals: when this was first done under it."""
    alvo = f"segredo:{recursos.segredos.id.hex()}"
    async with recursos.banco.transacao(INSTALACAO) as conn:
        first: datetime | None = await conn.scalar(
            select(func.min(registros.c.quando)).where(
                registros.c.organizacao == INSTALACAO,
                registros.c.acao == Acao.SEGREDO_ADOTADO,
                registros.c.alvo == alvo,
            )
        )
        if first is None:
            await record(conn, INSTALACAO, Registro(SISTEMA, Acao.SEGREDO_ADOTADO, alvo))
    return first or datetime.now(UTC)


async def _codes_left(recursos: Recursos, pessoa: UUID) -> int:
    async with recursos.banco.transacao(pessoa=pessoa) as conn:
        return await _count(
            conn, _old(recursos.segredos, codigos.c.codigo), codigos.c.usado_em.is_(None)
        )


async def _left(recursos: Recursos) -> Mapping[str, int]:
    """Keyed hashes by which something may still be known, and that another secret has made."""
    segredos = recursos.segredos
    async with recursos.banco.transacao() as conn:
        found = {
            "códigos de cadastro": await _count(
                conn, _old(segredos, cadastros.c.codigo), cadastros.c.expira_em > func.now()
            )
        }
    kinds = {
        "convites": (
            _old(segredos, convites.c.codigo),
            convites.c.aceito_em.is_(None),
            convites.c.expira_em > func.now(),
        ),
        "máquinas": (_old(segredos, maquinas.c.segredo),),
        "chaves de API": (
            _old(segredos, segredos_de_chaves.c.impressao),
            segredos_de_chaves.c.expira_em > func.now(),
            chaves_api.c.organizacao == segredos_de_chaves.c.organizacao,
            chaves_api.c.id == segredos_de_chaves.c.chave,
            chaves_api.c.revogada_em.is_(None),
        ),
    }
    found |= dict.fromkeys(kinds, 0)
    async for organizacao in _ids(recursos, organizacoes):
        async with recursos.banco.transacao(organizacao) as conn:
            for kind, which in kinds.items():
                found[kind] += await _count(conn, *which)
    return found


async def _ids(recursos: Recursos, table: Table) -> AsyncIterator[UUID]:
    """Of all rows, of a table that has no policy."""
    query = select(table.c.id).order_by(table.c.id).limit(_PAGE)
    found: Sequence[UUID] = ()
    while not found or len(found) == _PAGE:
        async with recursos.banco.transacao() as conn:
            after = query.where(table.c.id > found[-1]) if found else query
            found = (await conn.scalars(after)).all()
        for each in found:
            yield each
        if not found:
            return


async def _count(conn: AsyncConnection, *which: ColumnElement[bool]) -> int:
    return await conn.scalar(select(func.count()).where(*which)) or 0


def _old(segredos: Segredos, column: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.substr(column, 1, ID_BYTES) != segredos.id
