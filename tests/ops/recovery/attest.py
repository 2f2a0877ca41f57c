"""Makes and publishes a checkpoint of the audit log, by the settings of the Auth Service."""

from __future__ import annotations

import asyncio

from fiscalxml_server.auth.auditoria.checkpoints import checkpoint
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.settings import settings


async def main() -> None:
    """One."""
    recursos = Recursos.open(settings())
    try:
        await checkpoint(recursos)
    finally:
        await recursos.close()


if __name__ == "__main__":
    asyncio.run(main())
