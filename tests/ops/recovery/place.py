"""Two regions on this machine: in one all of production, in the other a bucket that is copied to.

<folder>/leste/{s3,primario,replica}   servers of the first region
<folder>/oeste/{s3,…}                  of the second: only s3, until the first one is lost
<folder>/cofre                         keys, portrait, configuration: in neither region
<folder>/banco                         the name by which services know the database
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from fiscalxml_server.stack.database import DATABASE, OWNER, prepare
from fiscalxml_server.stack.guardian import Guardiao
from fiscalxml_server.stack.postgres import ADMIN

from . import services
from .buckets import Baldes
from .copying import Copia
from .load import Aceito, Carga
from .runbook import steps
from .servers import Banco
from .services import Servicos

_DIRECT = build_opener(ProxyHandler({}))


class Lugar:
    """All of it; what it starts ends with the block of `started`."""

    def __init__(self, folder: Path, guardiao: Guardiao, archive_seconds: int) -> None:
        self.folder = folder
        self.cofre = folder / "cofre"
        self.leste = folder / "leste"
        self.oeste = folder / "oeste"
        self._guardiao = guardiao
        self._seconds = archive_seconds
        self._machines: list[Banco] = []
        for region in (self.leste, self.oeste):
            region.mkdir(mode=0o755)
        self.s3_leste = Baldes(self.leste / "s3", guardiao)
        self.s3_oeste = Baldes(self.oeste / "s3", guardiao)
        self.copia = Copia(self.s3_leste, self.s3_oeste)
        self.primario = self.machine("leste/primario", self.s3_leste)
        self.primario.initialise()
        self.primario.start()
        asyncio.run(prepare(self.primario.url(ADMIN, "postgres")))
        self.primario.step("criar-repositorio")
        self.replica = self.machine("leste/replica", self.s3_leste)
        self.replica.copy_of(self.primario)
        self.replica.start()
        self.point_to(self.primario)
        self.servicos = self.start_services(self.leste / "servicos", self.s3_leste)
        self.servicos.keep_keys(self.cofre)
        self.keep_audit_keys()

    def machine(self, where: str, baldes: Baldes) -> Banco:
        """A new one for PostgreSQL, whose backups are in that region's bucket."""
        made = Banco(
            self.folder / where,
            baldes.repositorio(),
            self._guardiao,
            archive_seconds=self._seconds,
        )
        self._machines.append(made)
        return made

    def point_to(self, banco: Banco) -> None:
        """The name of the database leads there from now on."""
        new = self.folder / "banco.novo"
        new.symlink_to(banco.soquete)
        new.replace(self.folder / "banco")

    def settings(self, baldes: Baldes, banco: Banco | None = None) -> dict[str, str]:
        """Of the services; of a machine of the database by its own name, where it is given."""
        host = self.folder / "banco" if banco is None else banco.soquete
        return {
            **baldes.settings(),
            "FISCALXML_DATABASE_URL": f"postgresql://{OWNER}@/{DATABASE}?host={host}",
        }

    def start_services(self, dados: Path, baldes: Baldes) -> Servicos:
        """All roles, on keys that the folder has or that are made."""
        servicos = Servicos(dados, self.settings(baldes))
        try:
            servicos.ready()
        except BaseException:
            servicos.kill()
            raise
        return servicos

    def service_step(
        self, name: str, baldes: Baldes, banco: Banco | None = None, **settings: str
    ) -> str:
        """A step of a runbook on the machine of the services; what it printed."""
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        environment = {
            **self.settings(baldes, banco),
            "FISCALXML_MASTER_KEY_FILE": str(self.cofre / "mestra.key"),
            "COFRE": str(self.cofre),
            "PATH": path,
            **settings,
        }
        return services.run(["bash", "-euo", "pipefail", "-c", steps()[name]], environment)

    def keep_audit_keys(self) -> None:
        """The public ones, as anybody may fetch them."""
        url = f"{self.servicos.base_auth}/.well-known/fiscalxml-auditoria.json"
        with _DIRECT.open(url, timeout=10) as answer:
            (self.cofre / "fiscalxml-auditoria.json").write_bytes(answer.read())

    def quiet(self, banco: Banco) -> None:
        """Until no job is open."""
        wait(
            lambda: (
                not banco.rows(
                    "SELECT FROM jobs WHERE situacao NOT IN ('feito', 'dividido', 'morto') LIMIT 1"
                )
            ),
            300,
        )

    def lose_leste(self) -> None:
        """A fire: whatever runs there is killed, whatever is kept there is deleted."""
        self.s3_leste.kill()  # first, so that nothing more is archived or copied
        for each in self._machines:
            if each.runs():
                each.kill()
        self.servicos.kill()
        self.copia.end()
        shutil.rmtree(self.leste)


@contextmanager
def started(folder: Path, archive_seconds: int) -> Iterator[Lugar]:
    """`folder` must exist. Whatever was started is ended, by whatever the block is left."""
    guardiao = Guardiao()
    lugar: Lugar | None = None
    try:
        lugar = Lugar(folder, guardiao, archive_seconds)
        yield lugar
    finally:
        if lugar is not None:
            lugar.copia.end()
            lugar.servicos.kill()
        guardiao.close()


def missing(banco: Banco, aceitos: Sequence[Aceito]) -> list[Aceito]:
    """What was said yes to, and is not there."""
    there = {
        row["id"]
        for tabela in ("documentos", "lotes")
        for row in banco.rows(
            f"SELECT id FROM {tabela} WHERE id = ANY ($1)",  # noqa: S608 - one of two names
            [each.ident for each in aceitos if each.tabela == tabela],
        )
    }
    return [each for each in aceitos if each.ident not in there]


def clock(banco: Banco) -> datetime:
    """The database's own."""
    found: datetime = banco.rows("SELECT clock_timestamp()")[0][0]
    return found


def wait(holds: Callable[[], object], limit: float) -> None:
    """AssertionError when it does not come to hold."""
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)


def loaded(servicos: Servicos, semente: int) -> Carga:
    """A sender, not yet sending."""
    return Carga(servicos.base, servicos.chave, semente)
