"""Challenges: what they say is sealed in them, so that nothing is kept for who never comes back."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from time import time
from typing import Generic, TypeVar

import msgspec
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.desafios.models import desafios_usados as usados
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.secrets import Segredos

T = TypeVar("T")


class DesafioInvalido(Problema):
    status, codigo, titulo = 422, "desafio_invalido", "O desafio não vale"
    explicacao = (
        "O desafio não é deste passo, venceu ou já foi usado. Ele vale poucos minutos e uma só "
        "vez: comece de novo o passo que o deu."
    )


class Desafio(msgspec.Struct, Generic[T], frozen=True):
    """What a challenge says, once it was opened."""

    impressao: bytes
    expira: float
    dados: T


def issue(segredos: Segredos, use: bytes, dados: object, seconds: float) -> str:
    """A challenge that says `dados` (what msgspec encodes), good for `use` alone."""
    expira = time() + seconds
    sealed = segredos.seal(use, b"", msgspec.msgpack.encode((expira, dados)))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(segredos: Segredos, use: bytes, text: str, kind: type[T]) -> Desafio[T]:
    """Raises `DesafioInvalido`."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        expira, dados = msgspec.msgpack.decode(
            segredos.open(use, b"", sealed),
            type=tuple[float, kind],  # type: ignore[valid-type]
        )
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise unknown_challenge() from None
    if expira < time():
        raise unknown_challenge()
    return Desafio(hashlib.sha256(sealed).digest(), expira, dados)


async def spend(conn: AsyncConnection, desafio: Desafio[T]) -> None:
    """From the commit on it is not good any more. Raises `DesafioInvalido` when it was not."""
    done = await conn.execute(
        insert(usados)
        .values(impressao=desafio.impressao, expira_em=datetime.fromtimestamp(desafio.expira, UTC))
        .on_conflict_do_nothing()
    )
    if done.rowcount == 0:
        raise unknown_challenge()


async def forget_old(conn: AsyncConnection) -> None:
    """Remove those that are not good for their age."""
    await conn.execute(usados.delete().where(usados.c.expira_em < func.now()))


def unknown_challenge() -> DesafioInvalido:
    """The same for all that may be wrong with it."""
    return DesafioInvalido("O desafio venceu, já foi usado ou não é deste passo. Comece de novo.")
