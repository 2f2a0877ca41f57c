"""The table of roles: what runs, with what settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fiscalxml_server.stack import commands
from fiscalxml_server.stack.folder import Pasta
from fiscalxml_server.stack.papel import Papel

PORTAS: Final = 3
"""of a run, one after the other: the API, the Auth Service, the Webhook Service"""

_ROLES: Final = ("api", "worker", "relay", "auth", "webhooks", "entregador")


@dataclass(frozen=True, kw_only=True)
class Contexto:
    """What the roles of one run share."""

    pasta: Pasta
    porta: int
    workers: int
    database_url: str
    broker_url: str

    @property
    def porta_auth(self) -> int:
        """Of the Auth Service: the one after the API's."""
        return self.porta + 1

    @property
    def porta_webhooks(self) -> int:
        """Of the Webhook Service: the next."""
        return self.porta + 2

    @property
    def base_auth(self) -> str:
        """Where the Auth Service is reached."""
        return f"http://127.0.0.1:{self.porta_auth}"

    @property
    def base_webhooks(self) -> str:
        """Where the Webhook Service is reached."""
        return f"http://127.0.0.1:{self.porta_webhooks}"

    def settings(self) -> dict[str, str]:
        """`FISCALXML_…` for every role; what the environment already sets stays."""
        local = {
            "FISCALXML_OBJECTS_URL": self.pasta.objetos.as_uri(),
            "FISCALXML_KEYS_URL": self.pasta.chaves.as_uri(),
            "FISCALXML_MASTER_KEY_FILE": str(self.pasta.mestra),
            "FISCALXML_AUDIT_URL": self.pasta.auditoria.as_uri(),
            "FISCALXML_API_KEYS_FILE": str(self.pasta.chaves_api),
            "FISCALXML_AUTH_URL": self.base_auth,
            "FISCALXML_PUBLIC_URL": self.base_auth,
            # More than one machine serves: whoever has it to himself may use all of it.
            "FISCALXML_LIMIT_VALIDAR": "3000000",
            "FISCALXML_LIMIT_LER": "3000000",
            "FISCALXML_LIMIT_ENVIAR": "3000000",
        }
        return {
            **{name: os.environ.get(name) or value for name, value in local.items()},
            "FISCALXML_DATABASE_URL": self.database_url,
            "FISCALXML_BROKER_URL": self.broker_url,
        }


@dataclass(frozen=True)
class Tabela:
    """What is run once before all, and what then runs until the end, in order of start."""

    migracao: Papel
    papeis: tuple[Papel, ...]
    """all is up when those that have a `porta` are ready"""


Montagem = Callable[[Contexto], Tabela]


def service_roles(contexto: Contexto) -> Tabela:
    """The roles of the service."""
    shared = contexto.settings()
    return Tabela(
        Papel(
            nome="migracao",
            argv=commands.migrate(),
            env=shared,
        ),
        (
            Papel(
                nome="auth",
                porta=contexto.porta_auth,
                argv=commands.web("auth", contexto.porta_auth, 1),
                env=shared
                | _of_role(contexto, "auth")
                | {
                    "FISCALXML_AUTH_SECRET_FILE": str(contexto.pasta.segredo_auth),
                    "FISCALXML_SERVICES_FILE": str(contexto.pasta.servicos),
                },
            ),
            Papel(
                nome="api",
                porta=contexto.porta,
                argv=commands.web("api", contexto.porta, contexto.workers),
                env=shared
                | _of_role(contexto, "api")
                | {"FISCALXML_SERVICE_KEY_FILE": str(contexto.pasta.chave_api)},
            ),
            Papel(
                nome="webhooks",
                porta=contexto.porta_webhooks,
                argv=commands.web("webhooks", contexto.porta_webhooks, 1),
                env=shared
                | _webhooks(contexto)
                | _of_role(contexto, "webhooks")
                | {"FISCALXML_SERVICE_KEY_FILE": str(contexto.pasta.chave_webhooks)},
            ),
            Papel(
                nome="entregador",
                argv=commands.entregador(),
                env=shared
                | _webhooks(contexto)
                | _of_role(contexto, "entregador")
                | {"FISCALXML_SERVICE_KEY_FILE": str(contexto.pasta.chave_webhooks)},
            ),
            Papel(
                nome="worker",
                argv=commands.worker(contexto.workers),
                env=shared | _of_role(contexto, "worker"),
                patience=20,
            ),
            Papel(
                nome="relay",
                argv=commands.relay(),
                env=shared | _of_role(contexto, "relay"),
            ),
        ),
    )


def _webhooks(contexto: Contexto) -> dict[str, str]:
    """Receivers may be on the machine itself: whoever has it, tries them there."""
    local = {
        "FISCALXML_WEBHOOKS_HTTP": "true",
        "FISCALXML_WEBHOOKS_PORTS": "[]",
        "FISCALXML_WEBHOOKS_NETWORKS": '["127.0.0.0/8", "::1/128"]',
    }
    return {name: os.environ.get(name) or value for name, value in local.items()} | {
        "FISCALXML_WEBHOOKS_SECRET_FILE": str(contexto.pasta.segredo_webhooks)
    }


def _of_role(contexto: Contexto, nome: str) -> dict[str, str]:
    """Its database role, and the folder of the counters that its processes share.

    Where the environment has a port for metrics, each role has its own, from that one up.
    """
    own = {
        "FISCALXML_DATABASE_ROLE": f"fiscalxml_{nome}",
        "FISCALXML_METRICS_DIR": str(contexto.pasta.metricas),
    }
    first = os.environ.get("FISCALXML_METRICS_PORT", "")
    if first.isdecimal():
        own["FISCALXML_METRICS_PORT"] = str(int(first) + _ROLES.index(nome))
    return own
