"""Who is told of what happens to a key."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import membros
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.kit.rbac import Papel


async def addresses(conn: AsyncConnection, organizacao: UUID, criada_por: str) -> Sequence[str]:
    """E-mail addresses of the owners, and of who made the key if still a member."""
    rows = await conn.execute(
        select(pessoas.c.email)
        .join(membros, membros.c.pessoa == pessoas.c.id)
        .where(
            membros.c.organizacao == organizacao,
            or_(
                membros.c.papel == Papel.DONO.value,
                literal("pessoa:") + membros.c.pessoa.cast(Text) == criada_por,
            ),
        )
        .order_by(pessoas.c.email)
    )
    return rows.scalars().all()
