"""nginx as the gateway, on rules from the one source, and who asks it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import parts
from fiscalxml_ops.gateway import nginx
from fiscalxml_ops.gateway.installation import Instalacao, Limites, Servico
from fiscalxml_ops.gateway.keys import Chave
from fiscalxml_ops.gateway.nginx import Lugar
from fiscalxml_ops.gateway.operations import operations
from fiscalxml_ops.gateway.routes import routes
from fiscalxml_ops.gateway.scripts import chunks
from fiscalxml_server.kit.settings import Settings
from ports import free_port

HOSTS = {"api": "api.exemplo", "auth": "contas.exemplo", "webhooks": "webhooks.exemplo"}
ORIGEM = "https://pagina.exemplo"
MODULO = Path("/usr/lib/nginx/modules/ngx_http_lua_module.so")
_LIMIT = 20.0


@dataclass(frozen=True)
class Resposta:
    """An answer, read to its end."""

    status: int
    cabecalhos: Mapping[str, str]
    corpo: bytes

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.corpo)


class Entrada:
    """What tests talk to."""

    def __init__(self, porta: int) -> None:
        self.porta = porta

    def connect(self) -> HTTPConnection:
        """A new connection; whoever asks closes it."""
        return HTTPConnection("127.0.0.1", self.porta, timeout=_LIMIT)

    def ask(
        self,
        metodo: str,
        caminho: str,
        *,
        servico: str = "api",
        corpo: Any = None,
        **cabecalhos: str,
    ) -> Resposta:
        """`x_api_key="…"` is the header X-API-Key."""
        headers = {"Host": HOSTS.get(servico, servico)}
        headers |= {name.replace("_", "-"): value for name, value in cabecalhos.items()}
        connection = self.connect()
        try:
            connection.request(metodo, caminho, corpo, headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Resposta(answer.status, found, answer.read())
        finally:
            connection.close()


def installation(alvos: Mapping[str, int], **changes: Any) -> Instalacao:
    """Of services at these ports of the machine."""
    servicos: dict[str, Any] = {
        nome: Servico(HOSTS[nome], (f"127.0.0.1:{porta}",)) for nome, porta in alvos.items()
    }
    values: dict[str, Any] = {
        "origens": (ORIGEM,),
        "proxies": ("127.0.0.1",),
        "chaves_de_desenvolvimento": True,
        "limites": Limites(endereco=100_000, aberta=100_000),
        **changes,
    }
    return Instalacao(**servicos, **values)


@contextmanager
def entrance(
    folder: Path, instalacao: Instalacao, chaves: Sequence[Chave] = ()
) -> Iterator[Entrada]:
    """The gateway before these services."""
    program = parts.found("nginx")
    if not MODULO.exists():
        parts.missing("nginx has no Lua module on this machine")
    settings = Settings.model_construct()
    rotas = routes(operations(settings, documentacao=instalacao.documentacao))
    porta = free_port()
    lugar = Lugar(f"127.0.0.1:{porta}", folder, MODULO.parent, processos=1, nivel="warn")
    config = folder / "nginx.conf"
    text = nginx.render(instalacao, rotas, chunks(instalacao, rotas), settings, chaves, lugar)
    config.write_text(text)
    log = folder / "nginx.log"
    command = [str(program), "-p", str(folder), "-c", str(config), "-g", "daemon off; user root;"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait(process, porta, log)
        yield Entrada(porta)
    finally:
        process.terminate()
        process.wait(10)
    told = log.read_text()
    assert "[error]" not in told or "lua" not in told.partition("[error]")[2], told


def _wait(process: subprocess.Popen[bytes], porta: int, log: Path) -> None:
    deadline = time.monotonic() + _LIMIT
    while True:
        try:
            HTTPConnection("127.0.0.1", porta, timeout=1).connect()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        else:
            return
