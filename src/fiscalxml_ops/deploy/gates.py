"""Requests that green must answer before a user's reaches it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fiscalxml.generator import Pedido, generate
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_server.stack.client import Cliente, problem

_XML: Final = {"Content-Type": "application/xml"}
_PAUSE: Final = 0.1


@dataclass(frozen=True)
class Portao:
    """`chave`: an API key that may validate and read webhooks, of an organisation for this."""

    versao: str
    chave: str
    vezes: int = 20
    """that each canary request is made: every process of green warms up on some of them"""
    segundos: float = 5.0
    """that one may take"""
    paciencia: float = 60.0
    """for `/pronto` to say so"""

    def check(self, enderecos: Mapping[str, str]) -> int:
        """How many requests were answered as they should. Raises NaoFoi."""
        clientes = {papel: Cliente(base, self.chave) for papel, base in enderecos.items()}
        for papel, cliente in clientes.items():
            self._ready(papel, cliente)
            self._is_the_version(papel, cliente)
        made = 0
        for _ in range(self.vezes):
            for what, ask in _canaries(clientes):
                began = time.monotonic()
                try:
                    right = ask()
                except OSError as error:
                    raise NaoFoi(f"{what}: {problem(error)}") from None
                except (LookupError, TypeError, ValueError):
                    right = False
                if not right:
                    raise NaoFoi(f"{what}: a resposta não é a esperada")
                if (seconds := time.monotonic() - began) > self.segundos:
                    raise NaoFoi(f"{what}: demorou {seconds:.1f} s")
                made += 1
        return made

    def _ready(self, papel: str, cliente: Cliente) -> None:
        deadline = time.monotonic() + self.paciencia
        while not cliente.ready():
            if time.monotonic() > deadline:
                raise NaoFoi(f"{papel}: /pronto não respondeu 200 em {self.paciencia:.0f} s")
            time.sleep(_PAUSE)

    def _is_the_version(self, papel: str, cliente: Cliente) -> None:
        try:
            found = cliente.get("/saude").get("versao")
        except OSError as error:
            raise NaoFoi(f"{papel}: /saude: {problem(error)}") from None
        if found != self.versao:
            raise NaoFoi(f"{papel}: responde a versão {found}, e não {self.versao}")


def _canaries(clientes: Mapping[str, Cliente]) -> Iterator[tuple[str, Callable[[], bool]]]:
    """One of each kind: judged by the core, asked of the database, of keys, of subscriptions."""
    note = _note()
    api, auth, webhooks = clientes["api"], clientes["auth"], clientes["webhooks"]

    def judged() -> bool:
        report: Mapping[str, Any] = api.post("/v1/validacoes", note, _XML)
        return bool(report["veredito"] == "valido")

    yield "POST /v1/validacoes", judged
    yield "GET /v1/regras/629", lambda: "629" in str(api.get("/v1/regras/629"))
    yield "GET /v1/lotes", lambda: "itens" in api.get("/v1/lotes")
    yield "GET /.well-known/jwks.json", lambda: bool(auth.get("/.well-known/jwks.json")["keys"])
    yield "GET /v1/webhooks", lambda: "itens" in webhooks.get("/v1/webhooks")


def _note() -> bytes:
    """The same each time, valid, and nobody's."""
    return next(
        each.xml for each in generate(Pedido(quantidade=30, semente=2026)) if each.tipo == "nfe"
    )
