"""A new password. Whoever had a session, but for the one that asks, has to enter again.

The code of an e-mail is sealed and names the address that it is sent to and the password that it
takes the place of: it is good once, and no more when either was changed in another way.
"""

from __future__ import annotations

import logging
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import correio, senhas
from fiscalxml_server.auth.avisos import tell
from fiscalxml_server.auth.campos import normal_email
from fiscalxml_server.auth.codigos import unknown_code
from fiscalxml_server.auth.desafios import service as desafios
from fiscalxml_server.auth.desafios.service import DesafioInvalido
from fiscalxml_server.auth.entrada.repository import lock_person, set_password
from fiscalxml_server.auth.entrada.service import ConfirmacaoRecusada
from fiscalxml_server.auth.origem import Origem
from fiscalxml_server.auth.people import Pessoa, refuse_unconfirmed
from fiscalxml_server.auth.pessoas.repository import find_by_email, find_person
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes.service import end_all
from fiscalxml_server.auth.throttle import REDEFINICAO, SEGUNDO_FATOR
from fiscalxml_server.auth.troca_de_senha import letters
from fiscalxml_server.auth.troca_de_senha.schemas import Redefinicao, SenhaNova, TrocaDeSenha
from fiscalxml_server.kit.audit import ANONIMO, INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.auth import unknown_credential

_LOG = logging.getLogger(__name__)
CODE_SECONDS: Final = 3600
_USE: Final = b"codigo de senha nova"
_FINGERPRINT: Final = b"senha esquecida"


async def change(recursos: Recursos, pessoa: Pessoa, pedido: TrocaDeSenha, origem: Origem) -> None:
    """Raises `ConfirmacaoRecusada`, `ConfirmacaoNecessaria`, `SenhaRecusada`, `EntradaOcupada`,
    `MuitasTentativas`.
    """
    async with recursos.banco.transacao() as conn:
        row = await find_person(conn, pessoa.id)
    if row is None:
        raise unknown_credential()
    if row.senha is None:
        refuse_unconfirmed(pessoa)
    else:
        await _check_old(recursos, row, pedido.atual or "")
    new = await senhas.hashed(pedido.nova, de=(row.email, row.nome))
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        person = await lock_person(conn, pessoa.id)
        if person is None or person.senha != row.senha:
            raise ConfirmacaoRecusada("A senha mudou enquanto isso. Tente de novo.")
        await _put(conn, recursos, pessoa.id, new, except_=pessoa.sessao)
        await _log(conn, f"pessoa:{pessoa.id}", Acao.SENHA_ALTERADA, pessoa.id, origem)


async def _check_old(recursos: Recursos, row: Row[Any], atual: str) -> None:
    async with recursos.freio.attempt(
        SEGUNDO_FATOR, ConfirmacaoRecusada, conta=f"senha atual {row.id}"
    ):
        if not await senhas.verify(row.senha, atual):
            raise ConfirmacaoRecusada("A senha atual não confere.")


async def count_forgotten(recursos: Recursos, email: str, origem: Origem) -> None:
    """Raises `MuitasTentativas`, for an e-mail that nobody has, too."""
    conta = normal_email(email) or email
    await recursos.freio.count(REDEFINICAO, conta=conta, endereco=origem.endereco)


async def send_code(recursos: Recursos, email: str, origem: Origem) -> None:
    """After the answer, which therefore is the same, as soon, whether or not the e-mail is known.

    A failure is logged: who gets no e-mail asks again.
    """
    try:
        await _send_code(recursos, email, origem)
    except Problema as error:
        _LOG.error("the code for a new password was not sent", exc_info=error)


async def _send_code(recursos: Recursos, email: str, origem: Origem) -> None:
    async with recursos.banco.transacao() as conn:
        row = await find_by_email(conn, normal_email(email) or "")
        if row is not None and row.situacao == "ativa":
            told = Redefinicao(row.id, recursos.segredos.digest(_FINGERPRINT, _of_now(row)))
            codigo = desafios.issue(recursos.segredos, _USE, told, CODE_SECONDS)
            assunto, texto = letters.forgotten(recursos.settings, codigo)
            await correio.enqueue(
                conn, recursos.segredos, para=row.email, assunto=assunto, texto=texto
            )
        await _log(conn, ANONIMO, Acao.SENHA_ESQUECIDA, row.id if row else None, origem)


async def reset(recursos: Recursos, pedido: SenhaNova, origem: Origem) -> None:
    """Raises `CodigoInvalido`, `SenhaRecusada`, `EntradaOcupada`."""
    try:
        told = desafios.read(recursos.segredos, _USE, pedido.codigo, Redefinicao).dados
    except DesafioInvalido:
        raise unknown_code() from None
    async with recursos.banco.transacao() as conn:
        row = await find_person(conn, told.pessoa)
    if row is None or not recursos.segredos.matches(_FINGERPRINT, _of_now(row), told.senha):
        raise unknown_code()
    new = await senhas.hashed(pedido.senha, de=(row.email, row.nome))
    async with recursos.banco.transacao(pessoa=told.pessoa) as conn:
        person = await lock_person(conn, told.pessoa)
        if person is None or person.senha != row.senha:
            raise unknown_code()
        await _put(conn, recursos, told.pessoa, new)
        await _log(conn, ANONIMO, Acao.SENHA_REDEFINIDA, told.pessoa, origem)


async def _put(
    conn: AsyncConnection, recursos: Recursos, pessoa: UUID, new: str, except_: UUID | None = None
) -> None:
    await set_password(conn, pessoa, new)
    await end_all(conn, pessoa, except_=except_)
    await tell(conn, recursos.segredos, pessoa, *letters.CHANGED)


def _of_now(row: Row[Any]) -> bytes:
    """What a code is for: neither another e-mail nor another password since."""
    return f"{row.email} {row.senha}".encode()


async def _log(
    conn: AsyncConnection, ator: str, acao: Acao, pessoa: UUID | None, origem: Origem
) -> None:
    alvo = f"pessoa:{pessoa}" if pessoa else ""
    await record(conn, INSTALACAO, Registro(ator, acao, alvo, origem.to_dict()))
