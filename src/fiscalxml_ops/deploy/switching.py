"""The switch itself: green is started, tried, given more and more, and blue is kept warm.

Whatever goes wrong before the end gives all requests back to blue at once; then green is ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from fiscalxml_ops.deploy.colours import Cor, Parte
from fiscalxml_ops.deploy.decision import (
    Contagem,
    Decisao,
    Limites,
    Trabalho,
    Veredito,
    decide,
    fault_of_work,
    settle,
)
from fiscalxml_ops.deploy.environment import Ambiente, NaoFoi

_LOOK: Final = 0.25
_ALL: Final = 100

Fase = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class Plano:
    """How a switch goes; times in seconds."""

    etapas: tuple[int, ...] = (1, 10, 50, _ALL)
    """percent of the requests for green, one step after the other"""
    segundos: float = 60
    """that each step is watched"""
    paciencia: float = 300
    """in which a step waits for enough requests to be judged; at night few may come, and then the
    balancer says so itself"""
    quente: float = 300
    """that the last step is watched, blue being kept as it is"""
    dreno: float = 60
    """for open connections of a colour that gets no new ones, before it is ended"""
    janela: float = 60
    """back from now, in which green's requests are judged"""
    limites: Limites = field(default_factory=Limites)

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if not self.etapas or self.etapas[-1] != _ALL or list(self.etapas) != sorted(self.etapas):
            raise ValueError("as etapas crescem até 100")


@dataclass
class Relato:
    """What was done, in order, and how long it took."""

    fases: list[tuple[str, float]] = field(default_factory=list)
    revertida: str | None = None
    """why, where blue serves again"""
    reversao: float | None = None
    """seconds from that decision until blue gets every new request"""
    deteccao: float | None = None
    """seconds from green's first share until the decision"""

    @contextmanager
    def timed(self, name: str, conta: Callable[[str], None]) -> Iterator[None]:
        """One phase."""
        began = time.monotonic()
        conta(f"{name}…")
        try:
            yield
        finally:
            self.fases.append((name, time.monotonic() - began))


class Troca:
    """From one colour to the other. `conferir`: raises NaoFoi where green is not to be trusted;
    `conta`: is told in Portuguese what goes on."""

    def __init__(
        self,
        ambiente: Ambiente,
        para: Cor,
        plano: Plano,
        conferir: Callable[[Mapping[str, str]], int],
        conta: Callable[[str], None],
    ) -> None:
        self._ambiente = ambiente
        self._para, self._de = para, para.outra
        self._plano = plano
        self._conferir = conferir
        self._conta = _deaf(conta)
        self._began = time.monotonic()
        self._shared: float | None = None
        self._before = Contagem(0, 0)
        """of green's requests, when it had no share yet"""
        self._worked: dict[Cor, Trabalho] = {}
        """by each colour, when green's began to work"""
        self.relato = Relato()

    def run(self) -> Relato:
        """To its end, or back. An interruption (Ctrl-C) goes back, too."""
        try:
            self._prepare()
            self._shift()
        except (NaoFoi, OSError) as error:
            self._back(str(error))
        except KeyboardInterrupt:
            self._back("interrompida por quem a comandava")
        except BaseException as error:
            self._back(f"falhou por dentro ({type(error).__name__})")
            raise
        return self.relato

    def _prepare(self) -> None:
        ambiente, para = self._ambiente, self._para
        with self._phase("expandir o banco"):
            ambiente.expandir(para)
        # Before the first request that a new worker only understands.
        with self._phase(f"iniciar {Parte.FUNDO} {para}"):
            ambiente.iniciar(para, Parte.FUNDO)
        self._worked = {cor: ambiente.trabalho(cor) for cor in Cor}
        with self._phase(f"iniciar {Parte.WEB} {para}"):
            ambiente.iniciar(para, Parte.WEB)
        with self._phase("conferir antes dos usuários"):
            made = self._conferir(ambiente.enderecos(para))
        self._conta(f"{made} requisições de prova respondidas")

    def _shift(self) -> None:
        self._before = self._ambiente.contagem(self._para)
        for por_cento in self._plano.etapas:
            with self._phase(f"{por_cento} %"):
                self._attends()
                self._ambiente.repartir(self._para, por_cento)
                self._shared = self._shared or time.monotonic()
                self._watch(self._plano.quente if por_cento == _ALL else self._plano.segundos)

    def _watch(self, seconds: float) -> None:
        """Raises NaoFoi as soon as something speaks against it."""
        began = time.monotonic()
        while True:
            passed = time.monotonic() - began
            self._attends()
            decisao = self._judge(patient=passed <= self._plano.paciencia)
            if decisao.veredito is Veredito.VOLTAR:
                raise NaoFoi(decisao.motivo)
            if passed >= seconds and decisao.veredito is Veredito.SEGUIR:
                self._conta(decisao.motivo)
                return
            time.sleep(_LOOK)

    def _judge(self, *, patient: bool) -> Decisao:
        decisao = decide(
            self._ambiente.medida(self._para, self._back_to(self._shared)),
            self._ambiente.medida(self._de, time.monotonic() - self._began),
            self._plano.limites,
        )
        if decisao.veredito is not Veredito.ESPERAR or patient:
            return decisao
        came = self._ambiente.contagem(self._para).since(self._before)
        return settle(came, self._plano.limites)

    def _attends(self) -> None:
        if not self._ambiente.atende(self._para):
            raise NaoFoi(f"{self._para} deixou de atender")
        nova, antiga = (
            self._ambiente.trabalho(cor).since(self._worked[cor]) for cor in (self._para, self._de)
        )
        if (fault := fault_of_work(nova, antiga, self._plano.limites)) is not None:
            raise NaoFoi(fault)

    def _back_to(self, moment: float | None) -> float:
        """Seconds, no more than the window."""
        now = time.monotonic()
        return min(now - (moment or now), self._plano.janela)

    def _back(self, why: str) -> None:
        now = time.monotonic()
        self._ambiente.repartir(self._de, _ALL)
        self._conta(f"De volta a {self._de}: {why}")
        self.relato.revertida = why
        self.relato.reversao = time.monotonic() - now
        self.relato.deteccao = None if self._shared is None else now - self._shared
        self._conta(f"{self._de} recebe tudo ({self.relato.reversao:.2f} s)")
        retire(self._ambiente, self._para, self._plano.dreno, self._phase)

    def _phase(self, name: str) -> AbstractContextManager[None]:
        return self.relato.timed(name, self._conta)


def _deaf(conta: Callable[[str], None]) -> Callable[[str], None]:
    """Without what it raises: a terminal that is gone stops no switch, and no way back."""

    def tell(line: str) -> None:
        with suppress(OSError):
            conta(line)

    return tell


def retire(ambiente: Ambiente, cor: Cor, dreno: float, phase: Fase) -> None:
    """End a colour that gets no requests: first what takes work, then, when its last connection is
    closed or `dreno` seconds have passed, what answers."""
    with phase(f"encerrar {Parte.FUNDO} {cor}"):
        ambiente.parar(cor, Parte.FUNDO)
    with phase(f"esvaziar {cor}"):
        deadline = time.monotonic() + dreno
        while ambiente.abertas(cor) and time.monotonic() < deadline:
            time.sleep(_LOOK)
    with phase(f"encerrar {Parte.WEB} {cor}"):
        ambiente.parar(cor, Parte.WEB)
