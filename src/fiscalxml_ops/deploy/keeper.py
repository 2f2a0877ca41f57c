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


class _Linhas:
    """Tells on standard output, which is the keeper's log."""

    def died(self, nome: str, code: int, pause: float) -> None:
        print(f"{nome} terminou ({code}); reinicia em {pause:.1f} s", flush=True)

    def back(self, nome: str) -> None:
        print(f"{nome} de volta", flush=True)

    def keeps_dying(self, nome: str, deaths: int, registro: Registro) -> None:
        print(f"{nome} terminou {deaths} vezes seguidas: {registro.path}", flush=True)


async def keep(papeis: list[Papel], logs: Path) -> None:
    """Until told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    guardiao = Guardiao()
    supervisor = Supervisor(logs, guardiao, _Linhas())
    for papel in papeis:
        supervisor.start(papel)
    await ended.wait()
    await supervisor.stop()
    await asyncio.to_thread(guardiao.close)


def main() -> None:
    """The command."""
    file, logs = map(Path, sys.argv[1:])
    found = msgspec.json.decode(file.read_bytes(), type=list[Guardado])
    asyncio.run(keep([each.papel() for each in found], logs))


if __name__ == "__main__":
    main()
