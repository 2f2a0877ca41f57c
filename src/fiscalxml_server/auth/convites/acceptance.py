"""Invitations accepted by whoever reads the e-mail.

Who has an account accepts signed in; who has none gets one, whose e-mail is confirmed by the code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import senhas
from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.codigos import CodigoInvalido, place_of, unknown_code
from fiscalxml_server.auth.convites import repository
from fiscalxml_server.auth.convites.schemas import (
    AceitacaoComContaNova,
    AceitacaoDeConvite,
    Aceito,
)
from fiscalxml_server.auth.convites.service import CODE, JaParticipa
from fiscalxml_server.auth.membros import repository as membros
from fiscalxml_server.auth.organizacoes import repository as organizacoes
from fiscalxml_server.auth.pessoas import repository as pessoas
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.throttle import Limites
from fiscalxml_server.kit.audit import INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.rbac import Papel

_ATTEMPTS: Final = Limites("aceitacao", "", "30/hour", "3000/hour")
Quem = Callable[[AsyncConnection, Row[Any]], Awaitable[UUID]]
"""who accepts an invitation, in the transaction in which it is accepted"""


class EntreParaAceitar(Problema):
    status, codigo, titulo = 409, "entre_para_aceitar", "Este e-mail já tem uma conta"
    explicacao = (
        "Entre com a conta do e-mail convidado e aceite em POST /v1/conta/organizacoes, com o "
        "mesmo código."
    )


async def accept(
    recursos: Recursos, aceitacao: AceitacaoDeConvite, pessoa: UUID, endereco: str
) -> Aceito:
    """A person who is signed in belongs to the organisation; `endereco`: whence the request comes.

    Raises `CodigoInvalido`, `JaParticipa`, `MuitasTentativas`.
    """

    async def known(conn: AsyncConnection, convite: Row[Any]) -> UUID:
        row = await pessoas.find_person(conn, pessoa)
        if row is None or row.email != convite.email:
            raise CodigoInvalido("O convite é para outro e-mail; entre com a conta dele.")
        return pessoa

    await recursos.freio.count(_ATTEMPTS, endereco=endereco)
    return await _accept(recursos, aceitacao.codigo, known)


async def accept_as_new(
    recursos: Recursos, aceitacao: AceitacaoComContaNova, endereco: str
) -> Aceito:
    """A person who had no account has one, and belongs to the organisation.

    Raises `CodigoInvalido`, `ParametrosInvalidos`, `SenhaRecusada`, `EntradaOcupada`,
    `EntreParaAceitar`, `MuitasTentativas`.
    """
    await recursos.freio.count(_ATTEMPTS, endereco=endereco)
    organizacao = place_of(aceitacao.codigo)
    # Looked at before, too: a password takes too long to be hashed while others wait.
    async with recursos.banco.transacao(organizacao) as conn:
        email = (await _find(conn, recursos, organizacao, aceitacao.codigo)).email
    campos = Campos()
    nome = campos.nome("nome", aceitacao.nome)
    campos.check()
    senha = await senhas.hashed(aceitacao.senha, de=(nome, email))

    async def new(conn: AsyncConnection, convite: Row[Any]) -> UUID:
        pessoa = await pessoas.insert_person(conn, convite.email, nome, senha)
        if pessoa is None:
            raise EntreParaAceitar("Já há uma conta com o e-mail convidado; entre com ela.")
        return pessoa

    return await _accept(recursos, aceitacao.codigo, new, signed_up=True)


async def _accept(
    recursos: Recursos, codigo: str, quem: Quem, *, signed_up: bool = False
) -> Aceito:
    organizacao = place_of(codigo)
    async with recursos.banco.transacao(organizacao) as conn:
        if await organizacoes.lock(conn, organizacao) is None:
            raise unknown_code()
        convite = await _find(conn, recursos, organizacao, codigo)
        pessoa = await quem(conn, convite)
        await repository.accept(conn, organizacao, convite.id)
        limite = convite.empresas
        if not await membros.insert_member(conn, organizacao, pessoa, convite.papel, limite):
            raise JaParticipa("Você já participa da organização.")
        ator = f"pessoa:{pessoa}"
        detalhes = {"convite": str(convite.id), "email": convite.email, "papel": convite.papel}
        await record(conn, organizacao, Registro(ator, Acao.MEMBRO_INCLUIDO, ator, detalhes))
        if signed_up:
            entry = Registro(ator, Acao.PESSOA_CADASTRADA, ator, {"email": convite.email})
            await record(conn, INSTALACAO, entry)
    return Aceito(pessoa, organizacao, Papel(convite.papel))


async def _find(
    conn: AsyncConnection, recursos: Recursos, organizacao: UUID, codigo: str
) -> Row[Any]:
    digests = recursos.segredos.digests(CODE, codigo.encode())
    convite = await repository.find_code(conn, organizacao, digests)
    if convite is None:
        raise unknown_code()
    return convite
