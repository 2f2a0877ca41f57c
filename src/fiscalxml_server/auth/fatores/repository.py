"""SQL of second factors, in transactions of their person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.fatores.models import codigos_de_recuperacao as codigos
from fiscalxml_server.auth.fatores.models import passkeys, totps


async def lock_totp(conn: AsyncConnection, pessoa: UUID) -> Row[Any] | None:
    """The person's, whose row nobody else changes until the end of the transaction."""
    query = select(totps).where(totps.c.pessoa == pessoa).with_for_update()
    return (await conn.execute(query)).one_or_none()


async def propose_totp(conn: AsyncConnection, pessoa: UUID, segredo: bytes) -> bool:
    """Put it in the place of one that was never confirmed; False where one was."""
    row = insert(totps).values(pessoa=pessoa, segredo=segredo)
    done = await conn.execute(
        row.on_conflict_do_update(
            index_elements=["pessoa"],
            set_={"segredo": row.excluded.segredo, "passo": 0, "criado_em": func.now()},
            where=totps.c.confirmado_em.is_(None),
        )
    )
    return done.rowcount > 0


async def use_totp(conn: AsyncConnection, pessoa: UUID, passo: int) -> None:
    """The code of this step, and all before, were used; the first one confirms it."""
    confirmed = func.coalesce(totps.c.confirmado_em, func.now())
    await conn.execute(
        update(totps).where(totps.c.pessoa == pessoa).values(passo=passo, confirmado_em=confirmed)
    )


async def delete_totp(conn: AsyncConnection, pessoa: UUID) -> bool:
    """False when there was none that was confirmed."""
    this = (totps.c.pessoa == pessoa) & totps.c.confirmado_em.is_not(None)
    return (await conn.execute(totps.delete().where(this))).rowcount > 0


async def has_totp(conn: AsyncConnection, pessoa: UUID) -> bool:
    """One that was confirmed."""
    this = (totps.c.pessoa == pessoa) & totps.c.confirmado_em.is_not(None)
    return (await conn.execute(select(totps.c.pessoa).where(this))).one_or_none() is not None


async def count_codes(conn: AsyncConnection, pessoa: UUID) -> int:
    """Recovery codes that were not used."""
    query = select(func.count()).where(codigos.c.pessoa == pessoa, codigos.c.usado_em.is_(None))
    return int((await conn.execute(query)).scalar_one())


async def replace_codes(conn: AsyncConnection, pessoa: UUID, new: Sequence[bytes]) -> None:
    """These in the place of those that there were."""
    await conn.execute(codigos.delete().where(codigos.c.pessoa == pessoa))
    if new:
        await conn.execute(codigos.insert(), [{"pessoa": pessoa, "codigo": each} for each in new])


async def use_code(conn: AsyncConnection, pessoa: UUID, kept: Sequence[bytes]) -> bool:
    """False when it is none, or was used."""
    this = (codigos.c.pessoa == pessoa) & codigos.c.codigo.in_(kept)
    used = update(codigos).where(this, codigos.c.usado_em.is_(None)).values(usado_em=func.now())
    return (await conn.execute(used)).rowcount > 0


async def list_passkeys(conn: AsyncConnection, pessoa: UUID) -> Sequence[Row[Any]]:
    """The oldest first."""
    query = select(passkeys).where(passkeys.c.pessoa == pessoa).order_by(passkeys.c.id)
    return (await conn.execute(query)).all()


async def lock_passkey(conn: AsyncConnection, pessoa: UUID, credencial: bytes) -> Row[Any] | None:
    """One by its id for WebAuthn, whose row nobody else changes meanwhile."""
    query = select(passkeys).where(passkeys.c.pessoa == pessoa, passkeys.c.credencial == credencial)
    return (await conn.execute(query.with_for_update())).one_or_none()


async def has_factor(conn: AsyncConnection, pessoa: UUID) -> bool:
    """Besides the password."""
    return await has_totp(conn, pessoa) or bool(await list_passkeys(conn, pessoa))


async def insert_passkey(conn: AsyncConnection, **values: object) -> bool:
    """False when somebody has a credential of this id."""
    row = insert(passkeys).values(values).on_conflict_do_nothing(constraint="passkeys_credencial")
    return (await conn.execute(row)).rowcount > 0


async def update_passkey(
    conn: AsyncConnection, pessoa: UUID, passkey: UUID, **values: object
) -> bool:
    """False when the person has none of this id."""
    this = (passkeys.c.pessoa == pessoa) & (passkeys.c.id == passkey)
    return (await conn.execute(update(passkeys).where(this).values(values))).rowcount > 0


async def delete_passkey(conn: AsyncConnection, pessoa: UUID, passkey: UUID) -> bool:
    """False when the person has none of this id."""
    this = (passkeys.c.pessoa == pessoa) & (passkeys.c.id == passkey)
    return (await conn.execute(passkeys.delete().where(this))).rowcount > 0
