"""Commands that come at the wrong moment."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fiscalxml_ops.deploy.colours import Cor, Parte
from fiscalxml_ops.deploy.detached import Destacado
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.haproxy import Balanceador
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.operating import begin, give_back
from fiscalxml_ops.deploy.samples import Amostras
from fiscalxml_ops.deploy.state import Versao, ports_from
from fiscalxml_server.stack.folder import Pasta
from ports import free_port


class _Pesos(Balanceador):
    """A balancer that is a table."""

    def __init__(self, azul: int) -> None:
        super().__init__(Path("haproxy.sock"), ("api",))
        self._azul = azul

    def weights(self) -> dict[Cor, int]:
        return {Cor.AZUL: self._azul, Cor.VERDE: 200 - self._azul}


@dataclass(frozen=True)
class _Lugar(Local):
    """Both colours answer. `given`: what each is told to get."""

    azul: int = 200
    given: list[tuple[Cor, int]] = field(default_factory=list)

    @property
    def balanceador(self) -> Balanceador:
        return _Pesos(self.azul)

    def atende(self, cor: Cor) -> bool:
        return cor in Cor

    def repartir(self, cor: Cor, por_cento: int) -> None:
        self.given.append((cor, por_cento))


def _lugar(folder: Path, porta: int, azul: int) -> _Lugar:
    estado = ports_from(8000)
    estado.registro = porta
    lugar = _Lugar(Pasta(folder), estado, azul=azul)
    lugar.folder.mkdir()
    return lugar


@pytest.fixture
def porta() -> int:
    return free_port()


@pytest.mark.parametrize("azul", [180, 0])
def test_a_switch_that_was_killed_is_given_back_and_never_on(
    tmp_path: Path, porta: int, azul: int
) -> None:
    """At 10 %, and while verde had all and was watched."""
    lugar = _lugar(tmp_path, porta, azul)
    lugar.estado.anterior = Cor.VERDE  # of a switch before this one
    give_back(lugar)
    assert lugar.given == [(Cor.AZUL, 100)]
    assert lugar.estado.ativa is Cor.AZUL
    with pytest.raises(NaoFoi, match="não há versão anterior"):
        give_back(replace(lugar, azul=200))


def test_one_that_goes_on_is_left_alone(tmp_path: Path, porta: int) -> None:
    lugar = _lugar(tmp_path, porta, 180)
    switching = Amostras(porta)
    try:
        with pytest.raises(NaoFoi, match="em curso"):
            give_back(lugar)
    finally:
        switching.close()
    assert lugar.given == []


def test_what_held_is_given_back_once(tmp_path: Path, porta: int) -> None:
    lugar = _lugar(tmp_path, porta, 200)
    lugar.estado.anterior = Cor.VERDE
    give_back(lugar)
    assert lugar.given == [(Cor.VERDE, 100)]
    with pytest.raises(NaoFoi, match="não há versão anterior"):
        give_back(replace(lugar, azul=0))


def test_a_first_version_is_not_put_over_one_that_works(tmp_path: Path) -> None:
    local = Local(Pasta(tmp_path), ports_from(8000))
    local.folder.mkdir()
    local.estado.versoes = {Cor.AZUL: Versao("1.0.0"), Cor.VERDE: Versao("1.1.0")}
    local.estado.ativa = Cor.VERDE
    local.save()
    name = f"{Cor.VERDE}-{Parte.WEB}"
    works = Destacado(local.folder / f"{name}.pid", local.folder / f"{name}.log")
    works.start([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with pytest.raises(NaoFoi, match="deploy trocar"):
            begin(Local(Pasta(tmp_path), ports_from(8000)), Versao("1.2.0"))
    finally:
        works.stop(5)
