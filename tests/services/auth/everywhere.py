"""The Auth Service and the API as processes of their own, and how long what is revoked lives on."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from fiscalxml_server.auth.tokens import revocations
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.rbac import Papel
from fiscalxml_server.stack import commands
from fiscalxml_server.stack.papel import Papel as Processo
from ports import free_port
from services.servers.running import running

from .chaves.casa import Casa
from .maquinas.clientes import by_secret, new
from .portal import Portal

_ASKED = "/v1/regras/629"
_SCOPES = ["validar"]
_STEADY = 40
"""requests in a row, each by a new connection, that are taken for every process"""


@dataclass(frozen=True)
class Credencial:
    """What opens the API, and what ends it."""

    nome: str
    texto: str
    revoke: Callable[[], object]


class Sistema:
    """Auth in one process, the API in two."""

    def __init__(self, portal: Portal, api: int) -> None:
        self.portal = portal
        self.api = api

    def status(self, credencial: str) -> int:
        """What the API answers, by a new connection: of whichever process."""
        connection = HTTPConnection("127.0.0.1", self.api, timeout=10)
        try:
            connection.request("GET", _ASKED, headers={"Authorization": f"Bearer {credencial}"})
            return connection.getresponse().status
        finally:
            connection.close()

    def credentials(self) -> list[Credencial]:
        """One of each kind, that works."""
        return [self._session(), self._machine(), self._key(), self._member(), self._ended()]

    def survives(self, credencial: Credencial, limit: float = 10.0) -> float:
        """Revoke it; seconds until no process took it any more."""
        for _ in range(_STEADY):
            assert self.status(credencial.texto) == 200, credencial.nome
        credencial.revoke()
        revoked = time.monotonic()
        taken, refused = revoked, 0
        while refused < _STEADY and time.monotonic() < revoked + limit:
            if self.status(credencial.texto) == 401:
                refused += 1
            else:
                taken, refused = time.monotonic(), 0
            time.sleep(0.01)
        return taken - revoked

    def _session(self) -> Credencial:
        casa, sessao = Casa(self.portal), new_id()
        return Credencial(
            "sessão encerrada",
            self.portal.token(casa.dono, casa.id, sid=sessao),
            lambda: self._do(lambda conn: revocations.revoke(conn, "sessao", str(sessao))),
        )

    def _machine(self) -> Credencial:
        casa = Casa(self.portal)
        made = new(casa, escopos=_SCOPES)
        token = by_secret(casa, made).json()["access_token"]
        return Credencial(
            "máquina removida", token, lambda: self._delete(casa, f"/v1/maquinas/{made['id']}")
        )

    def _key(self) -> Credencial:
        casa = Casa(self.portal)
        made = casa.new(escopos=_SCOPES)
        return Credencial(
            "chave revogada",
            made["chave"],
            lambda: self._delete(casa, f"/v1/chaves-api/{made['id']}"),
        )

    def _member(self) -> Credencial:
        casa = Casa(self.portal)
        return Credencial(
            "época da organização",
            casa.token(),
            lambda: self._do(lambda conn: revocations.raise_epoch(conn, casa.id)),
        )

    def _ended(self) -> Credencial:
        casa = Casa(self.portal)
        pessoa, _ = casa.member(Papel.LEITOR)
        return Credencial(
            "sessões de um membro encerradas",
            self.portal.token(pessoa, casa.id, papel=Papel.LEITOR),
            lambda: self._delete(casa, f"/v1/membros/{pessoa}/sessoes"),
        )

    def _do(self, work: Callable[[Any], Awaitable[None]]) -> None:
        async def do() -> None:
            async with self.portal.recursos.banco.transacao() as conn:
                await work(conn)

        self.portal.run(do())

    def _delete(self, casa: Casa, path: str) -> None:
        assert self.portal.request("DELETE", path, token=casa.token()).status_code == 204


@contextmanager
def everywhere(banco: str, valkey: str, folder: Path) -> Iterator[Sistema]:
    """The processes, and a third one of Auth in this process, by which things are revoked."""
    portal = Portal(banco, valkey, folder)
    auth, api = free_port(), free_port()
    (folder / "mestra.key").write_text(secrets.token_hex(32))
    of_api = {
        "database_url": banco,
        "database_role": "fiscalxml_api",
        "limits_url": valkey,
        "broker_url": valkey,
        "objects_url": (folder / "objetos").as_uri(),
        "keys_url": (folder / "chaves").as_uri(),
        "master_key_file": folder / "mestra.key",
        "auth_url": f"http://127.0.0.1:{auth}",
        "service_key_file": folder / "api.jwk",
    }
    try:
        with ExitStack() as stack:
            for nome, porta, workers, values in (
                ("auth", auth, 1, portal.values),
                ("api", api, 2, of_api),
            ):
                papel = granian(nome, porta, workers, values)
                stack.enter_context(running(papel, folder / f"{nome}.log", ready(porta)))
            yield Sistema(portal, api)
    finally:
        portal.close()


def granian(nome: str, porta: int, workers: int, values: dict[str, Any]) -> Processo:
    """A service by these settings."""
    return Processo(
        nome=nome,
        argv=commands.web(nome, porta, workers),
        env={f"FISCALXML_{name.upper()}": str(value) for name, value in values.items()},
    )


def ready(porta: int) -> Callable[[], Any]:
    """Asks it whether it is."""

    async def ready() -> bool:
        connection = HTTPConnection("127.0.0.1", porta, timeout=2)
        try:
            connection.request("GET", "/pronto")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    return ready
