"""Another e-mail: asked for by who is there, confirmed by who reads it, undone by the old address.

A code of the old address is good for days, and whatever the account has become meanwhile: with it
whatever was asked for afterwards goes, too, so that who took an account cannot take it back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import correio, senhas
from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.codigos import new_code, place_of, unknown_code
from fiscalxml_server.auth.entrada.repository import lock_person
from fiscalxml_server.auth.origem import Origem
from fiscalxml_server.auth.people import Pessoa
from fiscalxml_server.auth.pessoas.repository import find_by_email, find_person
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes.service import end_all
from fiscalxml_server.auth.throttle import Limites
from fiscalxml_server.auth.troca_de_email import letters, repository
from fiscalxml_server.auth.troca_de_email.schemas import ConfirmacaoDeEmail
from fiscalxml_server.kit.audit import ANONIMO, INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.http.auth import unknown_credential

_ASKED: Final = Limites("troca_de_email", "5/day", "20/hour", "1000/hour")
_TO_ONE: Final = Limites("troca_de_email_para", "5/day")
_CODES: Final = Limites("codigo_de_email", "10/hour", "30/hour", "3000/hour")
_CONFIRM: Final = timedelta(hours=24)
_UNDO: Final = timedelta(days=7)
_NEW: Final = b"codigo de e-mail novo"
_OLD: Final = b"codigo do e-mail anterior"


async def ask(recursos: Recursos, pessoa: Pessoa, email: str, origem: Origem) -> None:
    """Write to both addresses; the caller is not told whether the new one has an account.

    Raises `ParametrosInvalidos`, `MuitasTentativas`.
    """
    campos = Campos()
    para = campos.email("email", email)
    campos.check()
    await recursos.freio.count(_ASKED, conta=str(pessoa.id), endereco=origem.endereco)
    await recursos.freio.count(_TO_ONE, conta=para)
    novo, volta = new_code(pessoa.id), new_code(pessoa.id)
    segredos, settings = recursos.segredos, recursos.settings
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        person = await lock_person(conn, pessoa.id)
        if person is None:
            raise unknown_credential()
        # The code of an address that is taken is told to nobody: the rest is done alike for both.
        await repository.replace(
            conn,
            pessoa.id,
            confirm=_CONFIRM,
            undo=_UNDO,
            de=person.email,
            para=para,
            sessao=pessoa.sessao,
            codigo=segredos.digest(_NEW, novo.encode()),
            volta=segredos.digest(_OLD, volta.encode()),
        )
        known = await find_by_email(conn, para)
        assunto, texto = letters.taken(settings) if known else letters.confirm(settings, novo)
        await correio.enqueue(conn, segredos, para=para, assunto=assunto, texto=texto)
        assunto, texto = letters.notice(settings, volta)
        await correio.enqueue(conn, segredos, para=person.email, assunto=assunto, texto=texto)
        ator, told = f"pessoa:{pessoa.id}", {"de": person.email, "para": para}
        await _log(conn, ator, Acao.CONTA_EMAIL_PEDIDO, pessoa.id, told, origem)


async def confirm(recursos: Recursos, pedido: ConfirmacaoDeEmail, origem: Origem) -> None:
    """The account has the new e-mail; the person's sessions end, but for the one that asked.

    By the password, too: a stranger's address that was asked for by mistake takes nothing. Raises
    `CodigoInvalido`, `MuitasTentativas`, `EntradaOcupada`.
    """
    pessoa = place_of(pedido.codigo)
    await recursos.freio.count(_CODES, conta=str(pessoa), endereco=origem.endereco)
    digest = recursos.segredos.digest(_NEW, pedido.codigo.encode())
    async with recursos.banco.transacao(pessoa=pessoa) as conn:
        troca = await repository.find_code(conn, pessoa, digest)
        row = await find_person(conn, pessoa)
    right = await senhas.verify(row.senha if row and troca else None, pedido.senha)
    if row is None or troca is None or not right:
        raise unknown_code()
    async with recursos.banco.transacao(pessoa=pessoa) as conn:
        person = await lock_person(conn, pessoa)
        if (
            person is None
            or (person.email, person.senha) != (troca.de, row.senha)
            or not await repository.take_code(conn, pessoa, digest)
            or not await repository.set_email(conn, pessoa, troca.para)
        ):
            raise unknown_code()
        await end_all(conn, pessoa, except_=troca.sessao)
        told = {"de": troca.de, "para": troca.para}
        await _log(conn, f"pessoa:{pessoa}", Acao.CONTA_EMAIL_TROCADO, pessoa, told, origem)


async def undo(recursos: Recursos, codigo: str, origem: Origem) -> None:
    """The account has the e-mail of before, no session, and no password that anybody knows.

    Raises `CodigoInvalido`, `MuitasTentativas`.
    """
    pessoa = place_of(codigo)
    await recursos.freio.count(_CODES, conta=f"volta {pessoa}", endereco=origem.endereco)
    segredos = recursos.segredos
    async with recursos.banco.transacao(pessoa=pessoa) as conn:
        person = await lock_person(conn, pessoa)
        before = await repository.take_back(conn, pessoa, segredos.digest(_OLD, codigo.encode()))
        if person is None or before is None:
            raise unknown_code()
        if not await repository.set_email(conn, pessoa, before, senha=None):
            raise unknown_code()
        await end_all(conn, pessoa)
        assunto, texto = letters.undone(recursos.settings)
        await correio.enqueue(conn, segredos, para=before, assunto=assunto, texto=texto)
        told = {"de": person.email, "para": before}
        await _log(conn, ANONIMO, Acao.CONTA_EMAIL_DESFEITO, pessoa, told, origem)


async def forget_old(recursos: Recursos) -> None:
    """Periodic: remove what cannot be undone any more."""
    async with recursos.banco.transacao() as conn:
        await repository.forget_old(conn)


async def _log(
    conn: AsyncConnection,
    ator: str,
    acao: Acao,
    pessoa: UUID,
    told: dict[str, str],
    origem: Origem,
) -> None:
    entry = Registro(ator, acao, f"pessoa:{pessoa}", {**told, **origem.to_dict()})
    await record(conn, INSTALACAO, entry)
