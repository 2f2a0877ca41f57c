"""E-mails that tell a person of what changed in the account."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import correio
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.kit.secrets import Segredos

_NOT_ME = (
    "Se não foi você, troque a senha e encerre as outras sessões agora; quem administra a sua "
    "organização também pode ajudar."
)


async def tell(
    conn: AsyncConnection, segredos: Segredos, pessoa: UUID, assunto: str, texto: str
) -> None:
    """Say it to the person, with what to do for who does not expect it."""
    query = select(pessoas.c.email).where(pessoas.c.id == pessoa)
    email = (await conn.execute(query)).scalar_one()
    await correio.enqueue(
        conn, segredos, para=email, assunto=assunto, texto=f"{texto}\n\n{_NOT_ME}"
    )
