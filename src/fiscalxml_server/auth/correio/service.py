"""Has an e-mail sent, once the transaction that causes it is committed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.correio import repository
from fiscalxml_server.auth.correio.schemas import Carta
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.secrets import Segredos

USE: Final = b"e-mail"


async def enqueue(
    conn: AsyncConnection,
    segredos: Segredos,
    *,
    para: str,
    assunto: str,
    texto: str,
    id_: UUID | None = None,
) -> None:
    """`para`: a bare address; `texto`: plain text in paragraphs, signed when it is sent.

    `id_`: of one that is sent once, however often this is called; a new one without.
    Raises ValueError for an address or a subject that could end its header.
    """
    if not (para.isprintable() and assunto.isprintable()):
        raise ValueError("a header of an e-mail is one line of printable characters")
    email = id_ or new_id()
    carta = msgspec.json.encode(Carta(para, assunto, texto))
    await repository.insert_email(conn, email, segredos.seal(USE, email.bytes, carta))
