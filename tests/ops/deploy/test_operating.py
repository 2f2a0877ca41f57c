"""Commands that come at the wrong moment."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fiscalxml_ops.deploy.colours import Cor, Parte
from fiscalxml_ops.deploy.detached import Destacado
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.haproxy import Balanceador
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.operating import begin, give_back
from fiscalxml_ops.deploy.state import Versao, ports_from
from fiscalxml_server.stack.folder import Pasta


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


@pytest.mark.parametrize(
    ("azul", "to"),
    [
        (200, Cor.VERDE),  # azul serves since a switch that held, and verde is warm
        (180, Cor.AZUL),  # a switch to verde was cut off at 10 %
        (0, Cor.AZUL),  # and while verde had all and was watched
    ],
)
def test_what_was_never_believed_is_not_given_everything(
    tmp_path: Path, azul: int, to: Cor
) -> None:
    lugar = _Lugar(Pasta(tmp_path), ports_from(8000), azul=azul)
    lugar.folder.mkdir()
    give_back(lugar)
    assert lugar.given == [(to, 100)]
    assert lugar.estado.ativa is to


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
