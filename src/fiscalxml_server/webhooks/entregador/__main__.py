"""`python -m fiscalxml_server.webhooks.entregador`: delivers. Any number may run."""

from __future__ import annotations

import asyncio
import resource
import signal
from typing import Final

from fiscalxml_server.kit.profile import refuse_weak
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry import close, configure
from fiscalxml_server.webhooks.entregador.process import Entregador
from fiscalxml_server.webhooks.resources import Recursos

PAPEL: Final = "entregador"


async def main() -> None:
    """The role `entregador`, until it is told to end."""
    refuse_weak(settings(), PAPEL)
    recursos = Recursos.open(settings())
    entregador = Entregador(recursos)
    configure(PAPEL, read_state=lambda: entregador.estado)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, entregador.end)
    try:
        await entregador.run()
    finally:
        await recursos.close()
        close()


def _allow_connections() -> None:
    """As many as the system lets a process have: each attempt has one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    _allow_connections()
    asyncio.run(main())
