"""A worker process that makes an export and halts in its middle, so that a test can stop it there.

    python -m services.exportacoes.halting REF FOLDER

After the first documents it makes the file `chegou` in the folder and waits for the file `siga`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fiscalxml_server.api.exportacoes import exporting
from fiscalxml_server.api.exportacoes.reading import produce
from fiscalxml_server.kit.jobs import Ref
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.worker.process import do_job
from services.chaos.stoppable import CHEGOU, SIGA


async def _do(ref: Ref) -> None:
    recursos = Recursos.open(settings())
    try:
        await do_job(recursos, ref)
    finally:
        await recursos.close()


def main(ref: str, folder: Path) -> None:
    """Do the job."""

    async def halting(*arguments: Any) -> AsyncIterator[bytes]:
        chunks = 0
        async for data in produce(*arguments):
            yield data
            chunks += 1
            if chunks == 3:
                (folder / CHEGOU).touch()
                while not (folder / SIGA).exists():
                    time.sleep(0.02)

    setattr(exporting, "produce", halting)  # noqa: B010
    asyncio.run(_do(Ref.parse(ref)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
