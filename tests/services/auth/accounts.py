"""People with accounts, made as they are made: by sign-up and by invitations."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import text

import seeds
from fiscalxml_server.kit.rbac import Papel

from .portal import Portal

SENHA = seeds.SENHA


def new_email() -> str:
    """That nobody has."""
    return f"ana.{secrets.token_hex(4)}@{seeds.DOMINIO}"


def new_address() -> str:
    """Of somebody who has not tried anything yet."""
    return ".".join(str(byte) for byte in (10, *secrets.token_bytes(3)))


@dataclass
class Gente:
    """A person in an organisation, who asks."""

    portal: Portal
    email: str
    pessoa: UUID
    organizacao: UUID
    papel: Papel = Papel.DONO
    empresas: tuple[str, ...] | None = None

    @property
    def token(self) -> str:
        """As choosing the organisation would give it now, were the role still this one."""
        return self.portal.token(
            self.pessoa,
            self.organizacao,
            papel=self.papel,
            empresas=self.empresas,
            epoca=self.epoca(),
            auth_time=int(time.time()),
        )

    def epoca(self) -> int:
        """Of the organisation: tokens of an earlier one are refused."""

        async def read() -> int:
            async with self.portal.recursos.banco.transacao() as conn:
                query = text("SELECT epoca FROM auth.organizacoes WHERE id = :id")
                return (await conn.execute(query, {"id": self.organizacao})).scalar() or 0

        return self.portal.run(read())

    def asks(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """With that token."""
        return self.portal.request(method, path, token=self.token, **options)

    def invite(self, papel: Papel, email: str | None = None, **more: Any) -> str:
        """The code that the e-mail carries."""
        email = email or new_email()
        asked = {"email": email, "papel": papel, **more}
        answer = self.asks("POST", "/v1/convites", json=asked)
        assert answer.status_code == 201, answer.text
        return code_of(self.portal, email)

    def bring(self, papel: Papel, empresas: list[str] | None = None) -> Gente:
        """Somebody new, invited and there."""
        email = new_email()
        code = self.invite(papel, email, empresas=empresas)
        answer = accept(self.portal, code, nome=seeds.PESSOAS[1], senha=SENHA)
        assert answer.status_code == 201, answer.text
        limite = None if empresas is None else tuple(empresas)
        pessoa = UUID(answer.json()["pessoa"])
        return Gente(self.portal, email, pessoa, self.organizacao, papel, limite)


def sign_up(portal: Portal, email: str, **changed: Any) -> httpx2.Response:
    """Ask for an account."""
    asked = {
        "nome": seeds.PESSOAS[0],
        "email": email,
        "senha": SENHA,
        "organizacao": "Padaria da Ana",
        **changed,
    }
    return portal.request("POST", "/v1/cadastro", json=asked, de=new_address())


def confirm(portal: Portal, codigo: str, senha: str = SENHA) -> httpx2.Response:
    """Say that the e-mail came."""
    asked = {"codigo": codigo, "senha": senha}
    return portal.request("POST", "/v1/cadastro/confirmacao", json=asked, de=new_address())


def accept(portal: Portal, codigo: str, token: str | None = None, **more: str) -> httpx2.Response:
    """Accept an invitation: signed in, or with a name and a password."""
    path = "/v1/convites/aceitacao" if token is None else "/v1/conta/organizacoes"
    asked = {"codigo": codigo, **more}
    return portal.request("POST", path, token=token, json=asked, de=new_address())


def code_of(portal: Portal, email: str) -> str:
    """What the last e-mail to this address carries."""
    letter = portal.letters(email)[-1].texto
    found = re.search(r"#codigo=(\S+)", letter)
    assert found is not None, letter
    return found[1]


def new_owner(portal: Portal) -> Gente:
    """Somebody new, with an organisation."""
    email = new_email()
    assert sign_up(portal, email).status_code == 202
    answer = confirm(portal, code_of(portal, email))
    assert answer.status_code == 201, answer.text
    return Gente(portal, email, UUID(answer.json()["pessoa"]), UUID(answer.json()["organizacao"]))
