"""`python -m fiscalxml_ops.deploy.keeper FILE LOGS`: keeps one part of a colour running.

It outlives the command that started it. SIGTERM ends its roles, the last started first, each in
good order; when it is killed itself, its guardian ends them.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import msgspec

from fiscalxml_server.stack.guardian import Guardiao
from fiscalxml_server.stack.logs import Registro
from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.supervisor import Supervisor


class Guardado(msgspec.Struct, frozen=True):
    """A role, as it is written for a keeper; the file has secrets of its environment."""

    nome: str
    argv: list[str]
    env: dict[str, str]
    patience: float

    @classmethod
    def of(cls, papel: Papel) -> Guardado:
        """What of a role matters here."""
        return cls(papel.nome, list(papel.argv), dict(papel.env), papel.patience)

    def papel(self) -> Papel:
        """The role again."""
        return Papel(nome=self.nome, argv=self.argv, env=self.env, patience=self.patience)


def dying(file: Path) -> tuple[str, ...]:
    """Roles that have died several times in a row since a keeper began with this file."""
    told = _dying(file)
    return tuple(sorted(set(told.read_text().split()))) if told.exists() else ()


def _dying(file: Path) -> Path:
    return file.with_suffix(".morrem")


class _Linhas:
    """Tells on standard output, which is the keeper's log; `dying`: a file for
    the names of roles that die again and again."""

    def __init__(self, dying: Path) -> None:
        self._dying = dying

    def died(self, nome: str, code: int, pause: float) -> None:
        print(f"{nome} terminou ({code}); reinicia em {pause:.1f} s", flush=True)

    def back(self, nome: str) -> None:
        print(f"{nome} de volta", flush=True)

    def keeps_dying(self, nome: str, deaths: int, registro: Registro) -> None:
        print(f"{nome} terminou {deaths} vezes seguidas: {registro.path}", flush=True)
        with self._dying.open("a") as file:
            file.write(f"{nome}\n")


async def keep(papeis: list[Papel], logs: Path, dying: Path) -> None:
    """Until told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    guardiao = Guardiao()
    supervisor = Supervisor(logs, guardiao, _Linhas(dying))
    for papel in papeis:
        supervisor.start(papel)
    await ended.wait()
    await supervisor.stop()
    await asyncio.to_thread(guardiao.close)


def main() -> None:
    """The command."""
    file, logs = map(Path, sys.argv[1:])
    found = msgspec.json.decode(file.read_bytes(), type=list[Guardado])
    _dying(file).unlink(missing_ok=True)
    asyncio.run(keep([each.papel() for each in found], logs, _dying(file)))


if __name__ == "__main__":
    main()
