"""Both colours and HAProxy as processes of one machine: what can be tried anywhere.

PostgreSQL and Valkey are those of `FISCALXML_DATABASE_URL` and `FISCALXML_BROKER_URL`; what a
version is made of is `programa`, a Python in whose environment it is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from fiscalxml_ops.deploy.colours import PAPEIS, Cor, Parte
from fiscalxml_ops.deploy.decision import Contagem, Medida, Trabalho
from fiscalxml_ops.deploy.detached import Destacado
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.haproxy import Balanceador, configuration
from fiscalxml_ops.deploy.keeper import Guardado, dying
from fiscalxml_ops.deploy.samples import Amostras
from fiscalxml_ops.deploy.state import Estado, ports_of
from fiscalxml_ops.deploy.work import attempts_of_jobs
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.stack.folder import Pasta, write_secret
from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.roles import Contexto, Montagem, service_roles

_UP_SECONDS: Final = 120.0
_LOOK: Final = 0.1
_WEB: Final = PAPEIS[Parte.WEB]
_BLOCK_MARGIN: Final = 15.0
"""seconds above a block's own limit, in which a worker that is asked to end has ended"""
_METRICS_APART: Final = 10
"""between the ports of metrics of both colours"""


@dataclass(frozen=True)
class Local:
    """The environment on this machine; see `environment.Ambiente`."""

    pasta: Pasta
    estado: Estado
    amostras: Amostras | None = None
    """what the balancer tells, where requests are measured"""
    workers: int = 2
    montagem: Montagem = service_roles

    @property
    def folder(self) -> Path:
        """Of what belongs to switching."""
        return self.pasta.path / "troca"

    @property
    def balanceador(self) -> Balanceador:
        """As it runs."""
        return Balanceador(self.folder / "haproxy.sock", _WEB)

    def measuring(self, amostras: Amostras) -> Local:
        """The same, where requests are measured."""
        return replace(self, amostras=amostras)

    def save(self) -> None:
        """Keep the state."""
        write_secret(self.folder / "estado.json", msgspec.json.encode(self.estado).decode())

    @classmethod
    def found(cls, dados: Path) -> Local:
        """What an earlier command left in a folder. Raises NaoFoi."""
        pasta = Pasta(dados)
        try:
            kept = (pasta.path / "troca" / "estado.json").read_bytes()
        except OSError:
            raise NaoFoi(f"{dados} não tem implantação: comece com `deploy iniciar`") from None
        return cls(pasta, msgspec.json.decode(kept, type=Estado))

    def start_balancer(self) -> None:
        """Raises NaoFoi where there is no HAProxy, or it does not start."""
        program = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            raise NaoFoi("falta o HAProxy (apt-get install haproxy)")
        file = self.folder / "haproxy.cfg"
        servers = {cor: ports_of(base) for cor, base in self.estado.bases.items()}
        entrances = ports_of(self.estado.entrada)
        file.write_text(
            configuration(
                self.folder / "haproxy.sock",
                self.estado.registro,
                entrances,
                servers,
                self.estado.ativa,
            )
        )
        checked = subprocess.run(  # noqa: S603
            [program, "-c", "-f", str(file)], capture_output=True, text=True, check=False
        )
        if checked.returncode:
            raise NaoFoi(f"o HAProxy não aceita {file}: {checked.stderr.strip()}")
        balancer = self._detached("haproxy")
        balancer.start([program, "-db", "-f", str(file)])
        self._wait("haproxy", self._balancer_answers)

    def expandir(self, cor: Cor) -> None:
        """See `environment.Ambiente`."""
        self._migrate(cor, "expandir")

    def contrair(self, cor: Cor) -> None:
        """See `environment.Ambiente`."""
        self._migrate(cor, "contrair")

    def iniciar(self, cor: Cor, parte: Parte) -> None:
        """See `environment.Ambiente`."""
        name = f"{cor}-{parte}"
        found = [Guardado.of(papel) for papel in self._papeis(cor, parte)]
        write_secret(self.folder / f"{name}.json", msgspec.json.encode(found).decode())
        logs = self.folder / "logs" / cor
        logs.mkdir(parents=True, exist_ok=True)
        module = ("-P", "-m", "fiscalxml_ops.deploy.keeper")
        self._detached(name).start(
            [sys.executable, *module, str(self.folder / f"{name}.json"), str(logs)]
        )
        if parte is Parte.WEB:
            self._wait(name, lambda: self.balanceador.found_well(cor))

    def parar(self, cor: Cor, parte: Parte) -> None:
        """See `environment.Ambiente`."""
        if cor not in self.estado.versoes:
            return
        patience = sum(papel.patience for papel in self._papeis(cor, parte)) + _BLOCK_MARGIN
        self._detached(f"{cor}-{parte}").stop(patience)

    def enderecos(self, cor: Cor) -> Mapping[str, str]:
        """See `environment.Ambiente`."""
        ports = ports_of(self.estado.bases[cor])
        return {papel: f"http://127.0.0.1:{porta}" for papel, porta in ports.items()}

    def repartir(self, cor: Cor, por_cento: int) -> None:
        """See `environment.Ambiente`."""
        self.balanceador.weigh(cor, por_cento)

    def atende(self, cor: Cor) -> bool:
        """See `environment.Ambiente`."""
        return all(self.keeps(cor, parte) for parte in Parte) and self.balanceador.takes(cor)

    def keeps(self, cor: Cor, parte: Parte) -> bool:
        """Whether it was started, and its keeper is there."""
        return self._detached(f"{cor}-{parte}").pid() is not None

    def balances(self) -> bool:
        """Whether the balancer is there."""
        return self._detached("haproxy").pid() is not None

    def runs(self) -> bool:
        """Whether anything of either colour is there."""
        return any(self.keeps(cor, parte) for cor in Cor for parte in Parte)

    def abertas(self, cor: Cor) -> int:
        """See `environment.Ambiente`."""
        return self.balanceador.connections(cor)

    def medida(self, cor: Cor, segundos: float) -> Medida:
        """See `environment.Ambiente`."""
        if self.amostras is None:
            raise NaoFoi("nada é medido aqui")
        return self.amostras.medida(cor, segundos)

    def contagem(self, cor: Cor) -> Contagem:
        """See `environment.Ambiente`."""
        if self.amostras is None:
            raise NaoFoi("nada é medido aqui")
        # Its count first: what ends between both is no loss.
        return Contagem(self.balanceador.ended(cor), self.amostras.total(cor))

    def trabalho(self, cor: Cor) -> Trabalho:
        """See `environment.Ambiente`."""
        done, failed = attempts_of_jobs(self.pasta.metricas / cor / "worker")
        return Trabalho(done, failed, dying(self.folder / f"{cor}-{Parte.FUNDO}.json"))

    def stop_balancer(self) -> None:
        """After both colours."""
        self._detached("haproxy").stop(5)

    def _papeis(self, cor: Cor, parte: Parte) -> list[Papel]:
        tabela = self.montagem(self._contexto(cor))
        by_name = {papel.nome: papel for papel in tabela.papeis}
        return [self._of_colour(by_name[nome], cor) for nome in PAPEIS[parte]]

    def _of_colour(self, papel: Papel, cor: Cor) -> Papel:
        """With its program and label; other services are reached through the balancer."""
        versao = self.estado.versoes[cor]
        env = {
            **papel.env,
            "FISCALXML_VERSAO": versao.nome,
            "FISCALXML_AUTH_URL": f"http://127.0.0.1:{self.estado.entrada + 1}",
            "FISCALXML_METRICS_DIR": str(self.pasta.metricas / cor),
            "FISCALXML_TRUSTED_PROXIES": os.environ.get("FISCALXML_TRUSTED_PROXIES", "1"),
            **versao.ajustes,
        }
        if (first := papel.env.get("FISCALXML_METRICS_PORT")) and cor is Cor.VERDE:
            env["FISCALXML_METRICS_PORT"] = str(int(first) + _METRICS_APART)
        patience = papel.patience
        if papel.nome == "worker":
            patience = settings().job_time_limit_seconds + _BLOCK_MARGIN
        argv = [versao.programa, *papel.argv[1:]]
        return replace(papel, argv=argv, env=env, patience=patience)

    def _contexto(self, cor: Cor) -> Contexto:
        configured = settings()
        return Contexto(
            pasta=self.pasta,
            porta=self.estado.bases[cor],
            workers=self.workers,
            database_url=configured.database_url.get_secret_value(),
            broker_url=configured.broker_url.get_secret_value(),
        )

    def _migrate(self, cor: Cor, fase: str) -> None:
        self.run_module(cor, "fiscalxml_ops.deploy.migrating", fase)

    def run_module(self, cor: Cor, *command: str) -> None:
        """A module of a colour's version, to its end. Raises NaoFoi where it fails."""
        argv = [self.estado.versoes[cor].programa, "-P", "-m", *command]
        done = subprocess.run(  # noqa: S603
            argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            raise NaoFoi(done.stderr.strip().rpartition("\n")[2] or f"{command[0]}: falhou")

    def _balancer_answers(self) -> bool:
        try:
            self.balanceador.weights()
        except (OSError, StopIteration):
            return False
        return True

    def _wait(self, name: str, holds: Callable[[], bool]) -> None:
        """Until a process that was started is of use. Raises NaoFoi where it ends, or never is."""
        deadline = time.monotonic() + _UP_SECONDS
        while not holds():
            if self._detached(name).pid() is None or time.monotonic() > deadline:
                raise NaoFoi(f"{name} não subiu; veja {self.folder / name}.log")
            time.sleep(_LOOK)

    def _detached(self, name: str) -> Destacado:
        return Destacado(self.folder / f"{name}.pid", self.folder / f"{name}.log")
