"""All applications on one database, and every kind of caller of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import msgspec
from fastapi import FastAPI
from joserfc import jwt

from fiscalxml_server.api.app import create_app
from fiscalxml_server.kit.auth import ChaveLocal, ChavesLocais, Sujeito, impressao, new_key
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.http.permissions import Decisao, decisions
from fiscalxml_server.kit.rbac import Escopo, Papel
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.service_identity import Identidade
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tokens import ALGORITHM, Claims
from fiscalxml_server.webhooks.app import create_app as create_webhooks
from services.auth.chaves.casa import Casa
from services.auth.portal import Portal
from services.servico import Servico
from services.webhooks.portal import role_values

PARAMETER = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")

UNLIMITED: Final = dict.fromkeys(("limit_validar", "limit_ler", "limit_enviar", "limit_gerir"), 0)
"""requests: every route is called by very few"""


class Porta(msgspec.Struct, frozen=True):
    """An operation of one of the applications."""

    servico: str
    decisao: Decisao

    def path(self, **given: str) -> str:
        """With these parameters; what is not given is a name that nothing has."""
        return PARAMETER.sub(lambda match: given.get(match[1], str(uuid4())), self.decisao.caminho)

    def __str__(self) -> str:
        return f"{self.servico} {self.decisao.metodo} {self.decisao.caminho}"


class Predio:
    """`portal` is the Auth Service; those beside it know its tokens, and keys."""

    def __init__(self, banco: str, valkey: str, folder: Path) -> None:
        self.portal = Portal(banco, valkey, folder, **UNLIMITED)
        self.servico = Servico(banco, folder, **UNLIMITED)
        self._keys: list[ChaveLocal] = []
        self._api = create_app(Settings(**self.servico.values, database_role="fiscalxml_api"))
        self._recursos = Recursos.open(
            Settings(**self.servico.values, database_role="fiscalxml_api")
        )
        self._api.state.recursos = self._recursos
        self._api.state.verificador = self
        self._webhooks = create_webhooks(Settings(**role_values(banco, folder) | UNLIMITED))
        self._webhooks.state.verificador = self
        self.applications: dict[str, FastAPI] = {
            "api": self._api,
            "auth": self.portal.app,
            "webhooks": self._webhooks,
        }
        self.portas = [
            Porta(name, decisao)
            for name, app in self.applications.items()
            for decisao in decisions(app.routes)
        ]

    def close(self) -> None:
        self.servico.close()
        self.portal.run(self._api.state.impressoras.close())
        self.portal.run(self._api.state.limites.close())
        self.portal.run(self._recursos.close())
        self.portal.run(self._webhooks.state.limites.close())
        self.portal.run(self._webhooks.state.recursos.close())
        self.portal.close()

    async def verify(self, credencial: str) -> Sujeito | None:
        """A `kit.auth.Verificador`: tokens of the Auth Service, or keys."""
        local = await ChavesLocais(self._keys).verify(credencial)
        return local or await self.portal.recursos.verificador.verify(credencial)

    def ask(
        self, porta: Porta, credencial: str | None = None, *, path: str = "", **options: Any
    ) -> httpx2.Response:
        """A request at a door, with names that nothing has unless a path is given."""
        return self.request(
            porta.servico,
            porta.decisao.metodo,
            path or porta.path(),
            credencial=credencial,
            **options,
        )

    def request(
        self,
        servico: str,
        method: str,
        path: str,
        *,
        credencial: str | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> httpx2.Response:
        own = {} if credencial is None else {"Authorization": f"Bearer {credencial}"}

        async def ask() -> httpx2.Response:
            transport = httpx2.ASGITransport(self.applications[servico], raise_app_exceptions=False)
            async with httpx2.AsyncClient(transport=transport, base_url="http://teste") as client:
                return await client.request(method, path, headers=own | (headers or {}), **options)

        return self.portal.run(ask())

    # --- callers --------------------------------------------------------------------------------

    def casa(self) -> Casa:
        """A new organisation with its owner."""
        return Casa(self.portal)

    def token(self, casa: Casa, papel: Papel) -> str:
        """Of a person with this role, who just signed in."""
        pessoa = casa.dono if papel is Papel.DONO else casa.member(papel)[0]
        return self.portal.token(pessoa, casa.id, papel=papel, auth_time=int(time.time()))

    def person(self) -> str:
        """Of a person in no organisation."""
        return self.portal.token(self.casa().dono)

    def key(self, organizacao: UUID, *escopos: Escopo) -> str:
        """A key of the API."""
        chave = new_key()
        self._keys.append(ChaveLocal(impressao(chave), organizacao, "teste", frozenset(escopos)))
        return chave

    def machine(self, organizacao: UUID, *escopos: Escopo) -> str:
        """A token of a machine."""
        emissor = self.portal.recursos.emissor
        issue = emissor.issue(f"maquina:{new_id()}", org=organizacao, escopos=tuple(escopos))
        return self.portal.run(issue)

    def service(self, nome: str, path: str) -> str:
        """What another service says who it is by."""
        folder = self.portal.values["services_file"].parent
        issuer = self.portal.recursos.settings.auth_issuer
        return Identidade.read(folder / f"{nome}.jwk", issuer).assertion(path)

    def altered(self, casa: Casa, **claims: Any) -> str:
        """A token signed by the right key that says something else."""
        chaveiro = self.portal.recursos.chaveiro
        self.portal.run(chaveiro.load())
        key = chaveiro.signing()
        now = int(time.time())
        told = Claims(
            iss=self.portal.recursos.settings.auth_issuer,
            aud="fiscalxml",
            sub=f"pessoa:{casa.dono}",
            iat=now,
            exp=now + 300,
            jti=str(uuid4()),
            org=casa.id,
            papel=Papel.DONO,
            sid=new_id(),
        )
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": "at+jwt"}
        content = msgspec.to_builtins(msgspec.structs.replace(told, **claims))
        return jwt.encode(header, content, key, algorithms=[ALGORITHM])

    def nobodies(self) -> Iterator[tuple[str, str | None]]:
        """Credentials that say nobody, by what they are."""
        casa = self.casa()
        now = int(time.time())
        yield "none", None
        yield "expired", self.altered(casa, iat=now - 400, exp=now - 100)
        yield "not yet", self.altered(casa, iat=now + 400, exp=now + 700)
        yield "another issuer", self.altered(casa, iss="https://outro.exemplo.com.br")
        yield "another audience", self.altered(casa, aud="outra")
        yield "unknown key", new_key()
        yield "garbage", "a.b.c"
