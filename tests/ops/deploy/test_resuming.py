"""What died, or the machine's restart took, is there again: real keepers, a real HAProxy, small
roles."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner

from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.cli import main
from fiscalxml_ops.deploy.colours import PAPEIS, Cor, Parte
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.operating import Ocupado, alone, end, give_back
from fiscalxml_ops.deploy.resuming import resume
from fiscalxml_ops.deploy.state import Estado, Versao
from fiscalxml_server.stack.folder import Pasta
from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.roles import Contexto, Tabela
from parts import found
from ports import free_port
from waiting import wait_until

_LIMIT = 60.0
_WEB = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
_WORK = "import time; time.sleep(600)"


def _small(contexto: Contexto) -> Tabela:
    ports = {
        "api": contexto.porta,
        "auth": contexto.porta_auth,
        "webhooks": contexto.porta_webhooks,
    }
    roles = [Papel(nome=nome, argv=["", "-c", _WEB, str(porta)]) for nome, porta in ports.items()]
    roles += [Papel(nome=nome, argv=["", "-c", _WORK]) for nome in PAPEIS[Parte.FUNDO]]
    return Tabela(roles[0], tuple(roles))


@dataclass
class _Lugar:
    """A folder as a machine that was restarted leaves it: a state, and nothing that runs."""

    local: Local
    told: list[str] = field(default_factory=list)

    def resume(self) -> list[str]:
        """What this call told."""
        before = len(self.told)
        resume(self.local.pasta.path, self.told.append, _small)
        return self.told[before:]

    def kill(self, name: str) -> None:
        """At once; what a keeper kept is gone, too, when this returns."""
        pid = int((self.local.folder / f"{name}.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if name == "verde-web":
            bases = self.local.enderecos(Cor.VERDE).values()
            wait_until(lambda: not any(map(_answers, bases)), _LIMIT)

    def serves(self) -> bool:
        """To users."""
        return _answers(f"http://127.0.0.1:{self.local.estado.entrada}")


@pytest.fixture
def lugar() -> Iterator[_Lugar]:
    """Verde is the one that serves."""
    found("haproxy")
    # A socket's path may have some hundred bytes; pytest's folders are longer.
    with tempfile.TemporaryDirectory(prefix="fx-") as folder:
        state = Estado(free_port(), {cor: free_port() for cor in Cor}, free_port())
        state.versoes = {Cor.AZUL: Versao("1.0.0"), Cor.VERDE: Versao("1.1.0")}
        state.ativa = Cor.VERDE
        local = Local(Pasta(Path(folder)), state, montagem=_small)
        local.folder.mkdir()
        local.save()
        try:
            yield _Lugar(local)
        finally:
            end(local)


_ALL = ["fundo verde iniciado", "balanceador iniciado: verde recebe tudo", "web verde iniciado"]


def test_what_should_run_runs_again_and_what_does_is_left_alone(lugar: _Lugar) -> None:
    assert lugar.resume() == _ALL
    assert lugar.serves()
    assert lugar.local.balanceador.weights() == {Cor.AZUL: 0, Cor.VERDE: 200}
    assert lugar.local.atende(Cor.VERDE)
    assert not any(lugar.local.keeps(Cor.AZUL, parte) for parte in Parte)
    assert lugar.resume() == []
    for name, line in zip(("verde-fundo", "haproxy", "verde-web"), _ALL, strict=True):
        lugar.kill(name)
        assert lugar.resume() == [line]
        wait_until(lugar.serves, _LIMIT)

    lugar.local.repartir(Cor.AZUL, 10)
    assert lugar.resume() == ["uma troca foi cortada: `deploy voltar` devolve tudo a verde"]

    end(lugar.local)
    assert lugar.resume() == ["parada: `deploy iniciar` põe no ar"]
    assert not lugar.local.balances()
    assert not lugar.local.runs()


def test_a_version_that_was_kept_to_go_back_to_is_there_again_and_can_be_gone_back_to(
    lugar: _Lugar,
) -> None:
    lugar.local.estado.anterior = Cor.AZUL
    lugar.local.save()
    kept = [f"{parte} azul iniciado, mantido para `deploy voltar`" for parte in ("fundo", "web")]
    assert lugar.resume() == [*_ALL, *kept]
    assert lugar.local.balanceador.weights() == {Cor.AZUL: 0, Cor.VERDE: 200}
    assert lugar.resume() == []
    give_back(Local.found(lugar.local.pasta.path))
    wait_until(lugar.serves, _LIMIT)
    assert lugar.local.balanceador.weights() == {Cor.AZUL: 200, Cor.VERDE: 0}
    assert lugar.resume() == []


def test_beside_a_command_that_changes_what_runs_it_does_nothing(lugar: _Lugar) -> None:
    with alone(lugar.local), pytest.raises(Ocupado):
        lugar.resume()
    assert not lugar.local.runs()


def test_the_unit_of_systemd_calls_it_and_lets_what_it_starts_live() -> None:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "ops" / "deploy" / "fiscalxml-continuar.service")
    service = unit["Service"]
    program, *command = service["ExecStart"].split()
    assert Path(program).name == "fiscalxml-ops"
    refused = CliRunner().invoke(main, [*command[:-1], "/nowhere"])
    assert "não tem implantação" in refused.output
    assert service["KillMode"] == "process"


def _answers(base: str) -> bool:
    with suppress(httpx2.TransportError):
        return httpx2.get(f"{base}/saude", trust_env=False).status_code == 200
    return False
