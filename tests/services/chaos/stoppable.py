"""A worker process that does one job and halts in its middle, so that a test can stop it there.

    python -m services.chaos.stoppable REF FOLDER

Where it would judge an entry or a stored document, has read the archive, or has found the documents
of a plan, it makes the file `chegou` in the folder and waits for the file `siga`. All else is the
worker as it is.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import RowMapping

from fiscalxml.archives import Item, iter_archive
from fiscalxml.validate import Julgado, judge_all
from fiscalxml_server.api.documentos.intake import Lido, read
from fiscalxml_server.api.lotes import opening, processing
from fiscalxml_server.api.revalidacoes import judging, repository
from fiscalxml_server.api.revalidacoes.repository import next_documents
from fiscalxml_server.kit.jobs import Ref
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.worker.process import do_job

CHEGOU: Final = "chegou"
SIGA: Final = "siga"


def _halt(folder: Path) -> None:
    (folder / CHEGOU).touch()
    while not (folder / SIGA).exists():
        time.sleep(0.02)


async def _do(ref: Ref) -> None:
    recursos = Recursos.open(settings())
    try:
        await do_job(recursos, ref)
    finally:
        await recursos.close()


def main(ref: str, folder: Path) -> None:
    """Do the job."""

    def halting_read(*arguments: Any, **options: Any) -> Iterator[Lido]:
        _halt(folder)
        return read(*arguments, **options)

    def halting_archive(*arguments: Any) -> Iterator[Item]:
        found = list(iter_archive(*arguments))
        _halt(folder)
        return iter(found)

    def halting_judge(*arguments: Any, **options: Any) -> Iterator[Julgado]:
        _halt(folder)
        return judge_all(*arguments, **options)

    async def halting_plan(*arguments: Any) -> Sequence[RowMapping]:
        found = await next_documents(*arguments)
        _halt(folder)
        return found

    setattr(processing, "read", halting_read)  # noqa: B010
    setattr(judging, "judge_all", halting_judge)  # noqa: B010
    setattr(repository, "next_documents", halting_plan)  # noqa: B010
    setattr(opening, "iter_archive", halting_archive)  # noqa: B010
    asyncio.run(_do(Ref.parse(ref)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
