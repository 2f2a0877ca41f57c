"""Whether a process may get requests: what its parts answer, asked together and not for long.

A part registers itself: `app.state.prontidao.append(check)`, an async function without arguments
that returns when the part is ready and raises when it is not. Its name is that of the function.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.telemetry.errors import type_name

Verificacao = Callable[[], Awaitable[object]]
_SECONDS = 2.0
_LOG = logging.getLogger(__name__)


class NaoPronto(Problema):
    status, codigo, titulo = 503, "nao_pronto", "O serviço ainda não está pronto"
    explicacao = (
        "Uma parte de que o serviço depende não respondeu (membro partes). Enquanto isso, ele não "
        "deve receber requisições."
    )


def of_database(database: Banco) -> Verificacao:
    """The check of a database: part `banco`."""

    async def banco() -> None:
        await database.check()

    return banco


async def ask_parts(checks: Sequence[Verificacao]) -> dict[str, str]:
    """Each part and its state, `pronta`. Raises `NaoPronto` when one is not."""
    answers = await asyncio.gather(*map(_ask, checks))
    parts = dict(answers)
    if any(state != "pronta" for state in parts.values()):
        raise NaoPronto("Há partes que não respondem.", headers={"Retry-After": "2"}, partes=parts)
    return parts


async def _ask(check: Verificacao) -> tuple[str, str]:
    name = getattr(check, "__name__", type(check).__name__).strip("_")
    try:
        await asyncio.wait_for(check(), _SECONDS)
    except TimeoutError:
        return name, "sem resposta"
    except Exception as error:  # noqa: BLE001 - whatever it is, the part is not ready
        _LOG.warning("not ready", extra={"part": name, "error_type": type_name(error)})
        return name, "com falha"
    return name, "pronta"
