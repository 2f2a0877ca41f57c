"""Invitations: sent, listed, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import correio
from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.codigos import new_code
from fiscalxml_server.auth.convites import letters, repository
from fiscalxml_server.auth.convites.schemas import (
    Convite,
    PedidoDeConvite,
)
from fiscalxml_server.auth.membros import repository as membros
from fiscalxml_server.auth.membros.alcance import Alcance, acting, person_of
from fiscalxml_server.auth.membros.service import check_companies, listed
from fiscalxml_server.auth.organizacoes import service as organizacoes
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.throttle import Limites
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.cursors import page_of_rows, read_cursor
from fiscalxml_server.kit.rbac import Escopo, Papel

_LASTS: Final = timedelta(days=7)
_MOST: Final = 500
CODE: Final = b"codigo de convite"
# Whom a convite is for gets few e-mails, whatever the organisation; and one sends many, but not
# all that there are.
_TO_ONE: Final = Limites("convite_para", conta="5/day")
_OF_ONE: Final = Limites("convites_de", conta="200/day")


class JaParticipa(Problema):
    status, codigo, titulo = 409, "ja_participa", "A pessoa já participa da organização"
    explicacao = "O papel e as empresas de quem já participa mudam em PATCH /v1/membros/{pessoa}."


class ConvitesDemais(Problema):
    status, codigo, titulo = 409, "convites_demais", "Convites demais à espera"
    explicacao = f"Até {_MOST} convites podem esperar aceitação. Cancele os que não valem mais."


async def invite(recursos: Recursos, sujeito: Sujeito, pedido: PedidoDeConvite) -> Convite:
    """Send one; another to the same address is no more.

    Raises `ParametrosInvalidos`, `AlcanceInsuficiente`, `JaParticipa`, `ConvitesDemais`,
    `MuitasTentativas`.
    """
    campos = Campos()
    email = campos.email("email", pedido.email)
    campos.check()
    organizacao = sujeito.organizacao
    await recursos.freio.count(_OF_ONE, conta=str(organizacao))
    await recursos.freio.count(_TO_ONE, conta=email)
    async with recursos.banco.transacao(organizacao) as conn:
        row = await organizacoes.lock(conn, organizacao)
        actor = await acting(conn, sujeito, Escopo.MEMBROS_ESCREVER)
        limite = await check_companies(conn, organizacao, pedido.papel, pedido.empresas)
        actor.must_cover(limite)
        if await membros.find_by_email(conn, organizacao, email) is not None:
            raise JaParticipa("Esta pessoa já participa da organização.")
        if await repository.count(conn, organizacao) >= _MOST:
            raise ConvitesDemais(f"Já há {_MOST} convites à espera.")
        convite = await send(
            conn,
            recursos,
            row,
            sujeito.ator,
            email=email,
            papel=pedido.papel,
            empresas=listed(limite.empresas),
            por=person_of(sujeito),
        )
    return _view(convite)


async def send(
    conn: AsyncConnection,
    recursos: Recursos,
    organizacao: Row[Any],
    ator: str,
    *,
    email: str,
    papel: Papel,
    empresas: list[str] | None,
    por: UUID | None,
) -> Row[Any]:
    """Write one, its e-mail and its entry. The code is in the e-mail alone."""
    codigo = new_code(organizacao.id)
    convite = await repository.replace(
        conn,
        organizacao=organizacao.id,
        id=new_id(),
        email=email,
        papel=papel,
        empresas=empresas,
        codigo=recursos.segredos.digest(CODE, codigo.encode()),
        por=por,
        lasts=_LASTS,
    )
    assunto, texto = letters.invitation(recursos.settings, organizacao.nome, papel, codigo)
    await correio.enqueue(conn, recursos.segredos, para=email, assunto=assunto, texto=texto)
    await record(conn, organizacao.id, _entry(ator, Acao.CONVITE_ENVIADO, convite))
    return convite


async def list_page(
    recursos: Recursos, organizacao: UUID, cursor: str | None, limit: int
) -> dict[str, object]:
    """Those that may still be accepted, from the newest on. Raises `ParametrosInvalidos`."""
    before = None if cursor is None else read_cursor(cursor, UUID)
    async with recursos.banco.transacao(organizacao) as conn:
        rows = await repository.page(conn, organizacao, before, limit + 1)
    return page_of_rows(rows, limit, _view, lambda row: row.id)


async def withdraw(recursos: Recursos, sujeito: Sujeito, convite: UUID) -> None:
    """It is no more. Raises `NaoEncontrado`, `AlcanceInsuficiente`."""
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        await organizacoes.lock(conn, organizacao)
        actor = await acting(conn, sujeito, Escopo.MEMBROS_ESCREVER)
        row = await repository.find(conn, organizacao, convite)
        if row is None:
            raise NaoEncontrado("Este convite não existe, ou já foi aceito.")
        actor.must_cover(Alcance.of(row.papel, row.empresas))
        await repository.withdraw(conn, organizacao, convite)
        await record(conn, organizacao, _entry(sujeito.ator, Acao.CONVITE_CANCELADO, row))


def _entry(ator: str, acao: Acao, convite: Row[Any]) -> Registro:
    detalhes = {"email": convite.email, "papel": convite.papel, "empresas": convite.empresas}
    return Registro(ator, acao, f"convite:{convite.id}", detalhes)


def _view(row: Row[Any]) -> Convite:
    return Convite(
        row.id, row.email, Papel(row.papel), row.empresas, row.por, row.criado_em, row.expira_em
    )
