"""The services of a region: `fiscalxml up` on the servers that settings name, and its keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Final

from services.stack.execution import Execucao

KEPT: Final = (
    "mestra.key",
    "auth.key",
    "webhooks.key",
    "servicos.json",
    "servico-api.jwk",
    "servico-webhooks.jwk",
    "chaves-api.jsonl",
    "chave-dev.txt",
    "versao",
)
"""what the safe has of a data folder: docs/seguranca.md"""


class Servicos:
    """Running, on a data folder."""

    def __init__(self, dados: Path, settings: Mapping[str, str], workers: int = 2) -> None:
        self.dados = dados
        self.settings = {**_QUICK, **settings}
        self._execucao = Execucao(dados, service=True, workers=workers, env=self.settings)

    def ready(self) -> None:
        """All roles answer."""
        self._execucao.wait_for()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._execucao.porta}"

    @property
    def base_auth(self) -> str:
        return f"http://127.0.0.1:{self._execucao.porta + 1}"

    @property
    def chave(self) -> str:
        return (self.dados / "chave-dev.txt").read_text().strip()

    def keep_keys(self, cofre: Path) -> None:
        """Into the safe, which is in neither region."""
        cofre.mkdir(mode=0o700)
        for name in KEPT:
            shutil.copy(self.dados / name, cofre / name)

    def kill(self) -> None:
        """At once; what it had started ends with it."""
        self._execucao.send(SIGKILL)
        self._execucao.wait_for_end()

    def stop(self) -> None:
        """In good order."""
        self._execucao.send(SIGTERM)
        self._execucao.wait_for_end()

    def attest(self) -> None:
        """A checkpoint of the audit log, now and not at the next hour."""
        run(
            [sys.executable, "-m", "ops.recovery.attest"],
            {
                **self.settings,
                "FISCALXML_DATABASE_ROLE": "fiscalxml_auth",
                "FISCALXML_AUTH_SECRET_FILE": str(self.dados / "auth.key"),
                "FISCALXML_SERVICES_FILE": str(self.dados / "servicos.json"),
                "FISCALXML_MASTER_KEY_FILE": str(self.dados / "mestra.key"),
            },
        )


_QUICK: Final = {
    "FISCALXML_JOB_LEASE_SECONDS": "20",
    "FISCALXML_JOB_TIME_LIMIT_SECONDS": "15",
    "FISCALXML_RECONCILE_SECONDS": "0.5",
    "FISCALXML_LOG_LEVEL": "WARNING",
    "FISCALXML_MAX_BACKLOG_SECONDS": "36000",
}


def folder_of(cofre: Path, dados: Path) -> None:
    """A new data folder, with the safe's keys."""
    dados.mkdir(mode=0o700)
    for name in KEPT:
        shutil.copy(cofre / name, dados / name)


def run(command: list[str], settings: Mapping[str, str]) -> str:
    """A command of ours; what it printed. AssertionError unless it ends with 0."""
    paths = os.pathsep.join(map(str, (Path(__file__).parents[2], Path.cwd())))
    done = subprocess.run(
        command,
        env={**os.environ, **settings, "PYTHONPATH": paths},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout
