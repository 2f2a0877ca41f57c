"""Organisations that the operator makes, where nobody may sign up: their dono is invited."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.convites import service
from fiscalxml_server.auth.membros import repository as membros
from fiscalxml_server.auth.organizacoes import repository as organizacoes
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.audit import INSTALACAO, SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.rbac import Papel

_NOBODY = UUID(int=0)


class JaTemDono(Exception):
    """The organisation has a dono, who invites others himself."""


async def found(recursos: Recursos, nome: str, email: str) -> UUID:
    """A new organisation, and an e-mail to its dono. Raises `ParametrosInvalidos`."""
    campos = Campos()
    nome, email = campos.nome("nome", nome), campos.email("email", email)
    campos.check()
    organizacao = new_id()
    async with recursos.banco.transacao(organizacao) as conn:
        await organizacoes.insert_organisation(conn, organizacao, nome)
        criada = Registro(
            SISTEMA, Acao.ORGANIZACAO_CRIADA, f"organizacao:{organizacao}", {"nome": nome}
        )
        await record(conn, organizacao, criada)
        await _invite(conn, recursos, organizacao, email)
        await record(conn, INSTALACAO, criada, _invited(organizacao, email))
    return organizacao


async def invite_again(recursos: Recursos, organizacao: UUID, email: str) -> None:
    """An e-mail to who is to be the dono of an organisation that has none.

    Raises `ParametrosInvalidos`, `NaoEncontrado`, `JaTemDono`.
    """
    campos = Campos()
    email = campos.email("email", email)
    campos.check()
    async with recursos.banco.transacao(organizacao) as conn:
        await _invite(conn, recursos, organizacao, email)
        await record(conn, INSTALACAO, _invited(organizacao, email))


async def _invite(conn: AsyncConnection, recursos: Recursos, organizacao: UUID, email: str) -> None:
    row = await organizacoes.lock(conn, organizacao)
    if row is None:
        raise NaoEncontrado("Não há organização aberta com este id.")
    if await membros.other_owners(conn, organizacao, _NOBODY):
        raise JaTemDono
    await service.send(
        conn, recursos, row, SISTEMA, email=email, papel=Papel.DONO, empresas=None, por=None
    )


def _invited(organizacao: UUID, email: str) -> Registro:
    details = {"email": email, "papel": Papel.DONO}
    return Registro(SISTEMA, Acao.CONVITE_ENVIADO, f"organizacao:{organizacao}", details)
