"""The three services as processes of their own, behind the gateway."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fiscalxml_ops.gateway import keys
from ports import free_port
from services.auth.everywhere import granian, ready
from services.auth.portal import Portal
from services.servers.running import running

from .entrance import Entrada, entrance, installation

PROXIES = 2
"""the gateway, and what is in front of it: the tests, whose X-Forwarded-For it believes"""


@dataclass(frozen=True)
class Sistema:
    """`portal` is another process of Auth's, by which a test makes organisations and keys; `api`
    is the API itself, with nothing in front."""

    portal: Portal
    entrada: Entrada
    api: Entrada


@contextmanager
def system(banco: str, valkey: str, folder: Path) -> Iterator[Sistema]:
    """One process of each."""
    portal = Portal(banco, valkey, folder)
    alvos = {nome: free_port() for nome in ("auth", "api", "webhooks")}
    (folder / "mestra.key").write_text(secrets.token_hex(32))
    (folder / "webhooks.key").write_text(secrets.token_hex(32))
    shared = {
        "database_url": banco,
        "limits_url": valkey,
        "broker_url": valkey,
        "auth_url": f"http://127.0.0.1:{alvos['auth']}",
        "trusted_proxies": PROXIES,
    }
    values = {
        "auth": portal.values | {"trusted_proxies": PROXIES},
        "api": shared
        | {
            "database_role": "fiscalxml_api",
            "objects_url": (folder / "objetos").as_uri(),
            "keys_url": (folder / "chaves").as_uri(),
            "master_key_file": folder / "mestra.key",
            "service_key_file": folder / "api.jwk",
        },
        "webhooks": shared
        | {
            "database_role": "fiscalxml_webhooks",
            "webhooks_secret_file": folder / "webhooks.key",
            "service_key_file": folder / "webhooks.jwk",
        },
    }
    try:
        with ExitStack() as stack:
            for nome, porta in alvos.items():
                papel = granian(nome, porta, 1, values[nome])
                stack.enter_context(running(papel, folder / f"{nome}.log", ready(porta)))
            # As `fiscalxml-ops gateway --chaves` reads them.
            known = keys.read(f"http://127.0.0.1:{alvos['auth']}/.well-known/jwks.json")
            entrada = stack.enter_context(entrance(folder, installation(alvos), known))
            yield Sistema(portal, entrada, Entrada(alvos["api"]))
    finally:
        portal.close()
