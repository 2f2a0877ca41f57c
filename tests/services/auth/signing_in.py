"""People who sign in, and what they get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import text

from fiscalxml_server.kit.audit import INSTALACAO

from .accounts import SENHA, Gente, new_address
from .portal import Portal

NAVEGADOR = {"User-Agent": "Mozilla/5.0 (teste)"}


def enter(portal: Portal, email: str, senha: str = SENHA, *, de: str = "") -> httpx2.Response:
    """Ask to sign in, from an address of its own unless given one."""
    asked = {"email": email, "senha": senha}
    return portal.request(
        "POST", "/v1/sessoes", json=asked, de=de or new_address(), headers=NAVEGADOR
    )


@dataclass
class Sessao:
    """A session, as a program keeps it."""

    portal: Portal
    dados: dict[str, Any]

    @property
    def id(self) -> UUID:
        return UUID(self.dados["sessao"])

    def asks(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """With its access token."""
        return self.portal.request(method, path, token=self.dados["acesso"], **options)

    def renew(self) -> httpx2.Response:
        """What a renewal answers; kept when it gives tokens."""
        answer = renew(self.portal, self.dados["renovacao"])
        if answer.status_code == 200:
            self.dados = answer.json()
        return answer

    def claims(self) -> Any:
        """What the access token says."""
        claims = self.portal.run(self.portal.recursos.verificador.claims(self.dados["acesso"]))
        assert claims is not None
        return claims


def session_of(gente: Gente) -> Sessao:
    """Somebody enters by password alone."""
    answer = enter(gente.portal, gente.email)
    assert answer.status_code == 201, answer.text
    return Sessao(gente.portal, answer.json())


def renew(portal: Portal, token: str) -> httpx2.Response:
    """Ask for a renewal."""
    return portal.request("POST", "/v1/sessoes/renovacao", json={"renovacao": token})


def entries(portal: Portal, alvo: str, cadeia: UUID = INSTALACAO) -> list[str]:
    """What the audit log has about this, oldest first."""

    async def read() -> list[str]:
        query = text("SELECT acao FROM auditoria.registros WHERE alvo = :alvo ORDER BY numero")
        async with portal.recursos.banco.transacao(cadeia) as conn:
            return list((await conn.execute(query, {"alvo": alvo})).scalars())

    return portal.run(read())
