"""HAProxy as it is configured and told here, between users and two small servers."""

from __future__ import annotations

import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fiscalxml_ops.deploy.colours import Cor
from fiscalxml_ops.deploy.haproxy import Balanceador, configuration
from fiscalxml_ops.deploy.samples import Amostras
from parts import found
from ports import free_port
from waiting import wait_until

_LIMIT = 20.0


class _Servidor:
    """Says its colour; a POST is taken and never answered."""

    def __init__(self, cor: Cor) -> None:
        self.posts = 0
        this = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = cor.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                this.posts += 1
                self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
        self.port: int = self.server.server_address[1]
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        """No more connections: who asks is refused."""
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@dataclass
class _Posto:
    balanceador: Balanceador
    amostras: Amostras
    base: str
    servidores: dict[Cor, _Servidor] = field(default_factory=dict)


@pytest.fixture
def posto(tmp_path: Path) -> Iterator[_Posto]:
    """Azul has everything."""
    program = found("haproxy")
    servidores = {cor: _Servidor(cor) for cor in Cor}
    entrada, registro = free_port(), free_port()
    ports = {cor: {"api": servidor.port} for cor, servidor in servidores.items()}
    # A socket's path may have some hundred bytes; pytest's folders are longer.
    socket_path = Path(f"/tmp/fx-{registro}.sock")  # noqa: S108
    file = tmp_path / "haproxy.cfg"
    file.write_text(configuration(socket_path, registro, {"api": entrada}, ports, Cor.AZUL))
    amostras = Amostras(registro)
    with (tmp_path / "haproxy.txt").open("wb") as log:
        process = subprocess.Popen([program, "-db", "-f", file], stdout=log, stderr=log)
    balanceador = Balanceador(socket_path, ("api",))
    try:
        wait_until(lambda: _up(balanceador), _LIMIT)
        yield _Posto(balanceador, amostras, f"http://127.0.0.1:{entrada}", servidores)
    finally:
        process.terminate()
        process.wait(_LIMIT)
        amostras.close()
        for servidor in servidores.values():
            servidor.close()
        socket_path.unlink(missing_ok=True)


def test_the_published_configuration_is_one_that_haproxy_takes() -> None:
    published = Path(__file__).parents[3] / "ops" / "deploy" / "haproxy.cfg"
    checked = subprocess.run(
        [found("haproxy"), "-c", "-f", published], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_shares_are_what_was_asked_for_and_what_happened_is_told(posto: _Posto) -> None:
    seen = {}
    with httpx2.Client(base_url=posto.base, trust_env=False) as client:
        for por_cento in (0, 10, 50, 100):
            posto.balanceador.weigh(Cor.VERDE, por_cento)
            counted = Counter(client.get("/v1/regras").text for _ in range(40))
            seen[por_cento] = counted[Cor.VERDE]
    assert seen[0] == 0
    assert 3 <= seen[10] <= 5
    assert 19 <= seen[50] <= 21
    assert seen[100] == 40
    posto.balanceador.weigh(Cor.AZUL, 99)
    assert posto.balanceador.weights() == {Cor.AZUL: 198, Cor.VERDE: 2}
    wait_until(lambda: posto.amostras.medida(Cor.VERDE, 60).pedidos == sum(seen.values()), _LIMIT)
    medida = posto.amostras.medida(Cor.VERDE, 60)
    assert medida.erros == 0
    assert medida.p95 is not None
    # Neither checks of health nor connections that are kept are in the balancer's own count.
    wait_until(lambda: posto.balanceador.ended(Cor.VERDE) == sum(seen.values()), _LIMIT)
    assert posto.amostras.total(Cor.VERDE) == sum(seen.values())


def test_a_colour_that_gets_nothing_runs_dry_though_users_keep_their_connections(
    posto: _Posto,
) -> None:
    with httpx2.Client(base_url=posto.base, trust_env=False) as client:
        assert client.get("/v1/regras").text == Cor.AZUL
        posto.balanceador.weigh(Cor.VERDE, 100)
        assert client.get("/v1/regras").text == Cor.VERDE
        wait_until(lambda: posto.balanceador.connections(Cor.AZUL) == 0, _LIMIT)
        assert client.get("/v1/regras").text == Cor.VERDE


def test_who_is_refused_is_sent_to_the_other_before_anything_was_sent(posto: _Posto) -> None:
    posto.balanceador.weigh(Cor.VERDE, 50)
    posto.servidores[Cor.VERDE].close()
    with httpx2.Client(base_url=posto.base, trust_env=False) as client:
        assert {client.get("/v1/regras").text for _ in range(20)} == {Cor.AZUL}
    wait_until(lambda: not posto.balanceador.takes(Cor.VERDE), _LIMIT)
    assert posto.balanceador.ended(Cor.VERDE) == 0


def test_what_may_have_had_an_effect_is_never_repeated(posto: _Posto) -> None:
    answer = httpx2.post(f"{posto.base}/v1/lotes", trust_env=False)
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["codigo"] == "resposta_perdida"
    assert sum(servidor.posts for servidor in posto.servidores.values()) == 1
    wait_until(lambda: posto.amostras.medida(Cor.AZUL, 60).erros == 1, _LIMIT)


def _up(balanceador: Balanceador) -> bool:
    try:
        return all(map(balanceador.takes, Cor))
    except OSError:
        return False
