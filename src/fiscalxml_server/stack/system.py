"""One run of the whole system, from an unlocked folder to everything stopped."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final, NoReturn

from fiscalxml_server.stack import ports
from fiscalxml_server.stack.client import Cliente, problem
from fiscalxml_server.stack.console import Consola
from fiscalxml_server.stack.database import DATABASE, OWNER, prepare
from fiscalxml_server.stack.folder import Pasta
from fiscalxml_server.stack.guardian import Guardiao
from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.postgres import ADMIN, VERSION, Postgres, VersaoDiferente
from fiscalxml_server.stack.refusal import Recusado
from fiscalxml_server.stack.roles import PORTAS, Contexto, Montagem, service_roles
from fiscalxml_server.stack.sample import Amostra, SemConclusao, known_sample, load_sample
from fiscalxml_server.stack.supervisor import NaoIniciou, Supervisor
from fiscalxml_server.stack.valkey import Valkey

_SERVER_SECONDS: Final = 60.0
_ROLE_SECONDS: Final = 120.0
_LONG: Final = 3600.0
STOPPED, FAILED, REFUSED = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Opcoes:
    """What the command was asked for."""

    dados: Path
    porta: int
    workers: int
    amostra: bool = True


def up(opcoes: Opcoes, montagem: Montagem = service_roles) -> int:
    """Run until told to stop. Gives the exit code: 0 stopped as asked, 1 failed, 2 refused."""
    consola = Consola()
    pasta = Pasta(opcoes.dados)
    try:
        lock = pasta.open()
        for porta in range(opcoes.porta, opcoes.porta + PORTAS):
            _check_port(porta)
        sistema = Sistema(opcoes, pasta, consola, montagem)
        sistema.check()
    except Recusado as refused:
        consola.refused(str(refused))
        return REFUSED
    except OSError as error:
        consola.refused(f"Não foi possível usar a pasta {pasta.path}: {_why(error)}.")
        return REFUSED
    guardiao = Guardiao(keep_open=[lock])
    try:
        return asyncio.run(sistema.run(guardiao))
    finally:
        guardiao.close()
        os.close(lock)


class Sistema:
    """The servers and roles of one run."""

    def __init__(self, opcoes: Opcoes, pasta: Pasta, consola: Consola, montagem: Montagem) -> None:
        self._opcoes = opcoes
        self._pasta = pasta
        self._consola = consola
        self._montagem = montagem
        self._database_url = os.environ.get("FISCALXML_DATABASE_URL")
        self._broker_url = os.environ.get("FISCALXML_BROKER_URL")
        self._postgres = None if self._database_url else Postgres(pasta.postgres)
        self._valkey = None if self._broker_url else Valkey(pasta.valkey)
        self._base = f"http://127.0.0.1:{opcoes.porta}"

    def check(self) -> None:
        """What can be refused before anything starts. Raises Recusado."""
        if self._postgres is not None:
            try:
                self._postgres.check_version()
            except VersaoDiferente as other:
                raise Recusado(
                    f"Os dados em {self._pasta.postgres} são do PostgreSQL {other.found}, e este "
                    f"programa traz o {VERSION}. Use outra pasta (--data) ou o programa que a "
                    "criou."
                ) from None

    async def run(self, guardiao: Guardiao) -> int:
        """Bring everything up, keep it up, and stop it in reverse order."""
        supervisor = Supervisor(self._pasta.logs, guardiao, self._consola)
        work = asyncio.create_task(self._work(supervisor))
        self._handle_signals(work, supervisor)
        try:
            await work
        except asyncio.CancelledError:
            code = STOPPED
        except NaoIniciou as failed:
            self._consola.refused(f"{failed.nome} não iniciou.")
            self._consola.log(failed.registro)
            code = FAILED
        except Recusado as refused:
            self._consola.refused(str(refused))
            code = FAILED
        finally:
            await supervisor.stop()
            if self._postgres is not None:
                self._postgres.clean()
        if code == STOPPED:
            self._consola.stopped()
        return code

    def _handle_signals(self, work: asyncio.Task[NoReturn], supervisor: Supervisor) -> None:
        asked = False

        def stop() -> None:
            nonlocal asked
            if asked:
                supervisor.force()
                return
            asked = True
            self._consola.stopping()
            work.cancel()

        handled = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # nohup
            handled.remove(signal.SIGHUP)
        for number in handled:
            asyncio.get_running_loop().add_signal_handler(number, stop)

    async def _work(self, supervisor: Supervisor) -> NoReturn:
        started = monotonic()
        self._consola.begin(self._pasta)
        await self._start_servers(supervisor)
        contexto = Contexto(
            pasta=self._pasta,
            porta=self._opcoes.porta,
            workers=self._opcoes.workers,
            database_url=self._database_url or "",
            broker_url=self._broker_url or "",
        )
        tabela = self._montagem(contexto)
        await supervisor.run(tabela.migracao)
        self._consola.done("Esquema do banco atualizado")
        for papel in tabela.papeis:
            supervisor.start(papel)
        for papel in tabela.papeis:
            await self._answering(papel, supervisor)
        self._consola.done(f"No ar: {', '.join(papel.nome for papel in tabela.papeis)}")
        self._consola.ready(self._base, contexto, monotonic() - started)
        cliente = Cliente(self._base, self._pasta.dev_key())
        amostra = await self._sample(cliente)
        self._consola.try_this(self._base, contexto, amostra)
        while True:
            await asyncio.sleep(_LONG)

    async def _answering(self, papel: Papel, supervisor: Supervisor) -> None:
        if papel.porta is not None:
            base = f"http://127.0.0.1:{papel.porta}"
            cliente = Cliente(base, self._pasta.dev_key())
            await supervisor.ready(
                papel.nome, lambda: asyncio.to_thread(cliente.ready), _ROLE_SECONDS
            )

    async def _start_servers(self, supervisor: Supervisor) -> None:
        if self._postgres is not None:
            await self._start_postgres(self._postgres, supervisor)
        else:
            self._consola.note("PostgreSQL externo (FISCALXML_DATABASE_URL)")
        if self._valkey is not None:
            self._valkey.install()
            supervisor.start(self._valkey.papel())
            await supervisor.ready("valkey", self._valkey.accepts, _SERVER_SECONDS)
            self._broker_url = self._valkey.url()
            self._consola.done("Valkey")
        else:
            self._consola.note("Fila externa (FISCALXML_BROKER_URL)")
        if os.environ.get("FISCALXML_OBJECTS_URL"):
            self._consola.note("Objetos externos (FISCALXML_OBJECTS_URL)")

    async def _start_postgres(self, postgres: Postgres, supervisor: Supervisor) -> None:
        try:
            opened = await asyncio.to_thread(postgres.install)
        except (OSError, subprocess.CalledProcessError) as error:
            told = getattr(error, "stderr", None) or str(error)
            raise Recusado(f"O PostgreSQL não pôde ser preparado: {told.strip()}") from None
        for folder in opened:
            if folder != self._pasta.path:
                self._consola.note(f"O usuário do PostgreSQL passa agora por {folder}, sem lê-la")
        supervisor.start(postgres.papel())
        await supervisor.ready("postgres", postgres.accepts, _SERVER_SECONDS)
        await prepare(postgres.url(ADMIN, "postgres"))
        self._database_url = postgres.url(OWNER, DATABASE)
        self._consola.done(f"PostgreSQL {VERSION}")

    async def _sample(self, cliente: Cliente) -> Amostra | None:
        """Load it on the first start. The system is up with or without it."""
        amostra = known_sample(self._pasta.amostra)
        if amostra is not None or not self._opcoes.amostra:
            return amostra
        try:
            amostra = await asyncio.to_thread(load_sample, self._pasta.amostra, cliente)
        except OSError as error:
            self._consola.refused(f"O lote de amostra não foi carregado ({problem(error)}).")
            return None
        except SemConclusao:
            self._consola.refused("O lote de amostra ainda não terminou; a próxima vez o retoma.")
            return None
        self._consola.sample(amostra.contagens)
        return amostra


def _why(error: OSError) -> str:
    """The usual reasons in Portuguese; else the system's own words."""
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return "sem permissão; escolha outra (--data)"
        case errno.ENOENT | errno.ENOTDIR:
            return "ela não pode ser criada aí; escolha outra (--data)"
        case errno.EROFS:
            return "o disco é só de leitura; escolha outra (--data)"
        case errno.ENOSPC | errno.EDQUOT:
            return "o disco está cheio; libere espaço ou escolha outra (--data)"
    return error.strerror or str(error)


def _check_port(porta: int) -> None:
    """Raises Recusado when somebody listens on it."""
    try:
        ports.check(porta)
    except OSError as error:
        why = (
            "já está em uso"
            if error.errno == errno.EADDRINUSE
            else "não pode ser usada por este usuário"
        )
        raise Recusado(
            f"A porta {porta} de 127.0.0.1 {why}. Escolha outra: fiscalxml up --port N."
        ) from None
