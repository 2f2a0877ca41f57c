"""Sends what waits: periodic work, which any number of processes may do at once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Row

from fiscalxml_server.auth.correio import repository
from fiscalxml_server.auth.correio.delivery import CartaAdiada, CartaRecusada
from fiscalxml_server.auth.correio.message import compose, sender
from fiscalxml_server.auth.correio.schemas import Carta
from fiscalxml_server.auth.correio.service import USE
from fiscalxml_server.auth.resources import Recursos

_LOG = logging.getLogger(__name__)
_AT_A_TIME: Final = 100
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(hours=4)
_ATTEMPTS: Final = 24
"""before an e-mail is given up, almost three days later"""
_KEPT: Final = timedelta(days=30)


async def send_emails(recursos: Recursos) -> None:
    """Send those whose time has come, until one shows that the server cannot be reached."""
    for _ in range(_AT_A_TIME):
        if not await _send_one(recursos):
            return


async def forget_emails(recursos: Recursos) -> None:
    """Delete the traces of those that were sent, or given up, long ago."""
    async with recursos.banco.transacao() as conn:
        await repository.forget(conn, _KEPT)


async def _send_one(recursos: Recursos) -> bool:
    """Whether to go on. The row is locked while the e-mail leaves."""
    async with recursos.banco.transacao() as conn:
        row = await repository.take(conn)
        if row is None:
            return False
        try:
            await _deliver(recursos, row)
        except CartaRecusada:
            _log(row, "refused")
            await repository.end(conn, row.id, "desistido")
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must leave
            _log(row, type(error).__qualname__)
            if row.tentativas + 1 >= _ATTEMPTS:
                await repository.end(conn, row.id, "desistido")
            else:
                await repository.postpone(conn, row.id, waiting(row.tentativas))
            return isinstance(error, CartaAdiada)
        else:
            await repository.end(conn, row.id, "enviado")
    return True


async def _deliver(recursos: Recursos, row: Row[Any]) -> None:
    carta = msgspec.json.decode(recursos.segredos.open(USE, row.id.bytes, row.carta), type=Carta)
    message = compose(carta, sender(recursos.settings.mail_from), row.id, row.criado_em)
    await recursos.entrega.deliver(message)


def waiting(attempts: int) -> timedelta:
    """Before the next attempt, after so many that failed before this one."""
    wait: timedelta = _FIRST_WAIT * 2**attempts
    return min(wait, _LONGEST_WAIT)


def _log(row: Row[Any], why: str) -> None:
    _LOG.warning("e-mail not sent", extra={"error_type": why, "count": row.tentativas + 1})
