"""Signing in, and proving again who one is.

Who is unknown gets the answer of a wrong password, after as much work: the same statements, and one
hash. A password is checked outside of any transaction; before a session begins, its person's row is
locked and must still have that password.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import senhas
from fiscalxml_server.auth.campos import normal_email
from fiscalxml_server.auth.desafios import service as desafios
from fiscalxml_server.auth.entrada import repository
from fiscalxml_server.auth.entrada.schemas import (
    Confirmacao,
    EntradaPorSenha,
    MeiaEntrada,
    RespostaDoSegundoFator,
    SegundoFator,
)
from fiscalxml_server.auth.fatores import ceremonies, proving
from fiscalxml_server.auth.fatores.proving import CodigoErrado, PasskeyRecusada
from fiscalxml_server.auth.fatores.schemas import RespostaDePasskey
from fiscalxml_server.auth.origem import Origem
from fiscalxml_server.auth.people import Pessoa
from fiscalxml_server.auth.pessoas.repository import find_by_email, find_person
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes.opened import Aberta, begin, credentials, log
from fiscalxml_server.auth.sessoes.schemas import Credenciais
from fiscalxml_server.auth.sessoes.service import prove_again
from fiscalxml_server.auth.throttle import PASSKEY, SEGUNDO_FATOR, SENHA
from fiscalxml_server.kit.audit import ANONIMO, INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.secrets import Segredos

_USE: Final = b"segundo fator"
_FINGERPRINT: Final = b"senha conferida"


class CredenciaisErradas(Problema):
    status, codigo, titulo = 401, "credenciais_erradas", "E-mail ou senha errados"
    explicacao = (
        "Não há uma conta com este e-mail, ou a senha é outra: de propósito, não se diz qual dos "
        "dois. Quem esqueceu a senha a troca por POST /v1/senha/esquecida."
    )


class ConfirmacaoRecusada(Problema):
    status, codigo, titulo = 422, "confirmacao_recusada", "Não foi possível confirmar que é você"
    explicacao = (
        "A senha, o código ou a passkey não confere. Quem tem um segundo fator manda também o "
        "código do aplicativo, ou usa uma passkey no lugar de ambos."
    )


async def sign_in(
    recursos: Recursos, pedido: EntradaPorSenha, origem: Origem
) -> Credenciais | SegundoFator:
    """Raises `CredenciaisErradas`, `MuitasTentativas`, `EntradaOcupada`."""
    senhas.refuse_when_busy()
    email = normal_email(pedido.email) or ""
    async with recursos.freio.attempt(
        SENHA, CredenciaisErradas, conta=email or pedido.email, endereco=origem.endereco
    ):
        async with recursos.banco.transacao() as conn:
            row = await find_by_email(conn, email)
        right = await senhas.verify(row.senha if row else None, pedido.senha)
        if row is None or not right or row.situacao != "ativa":
            raise await _refused(recursos, row, pedido.email, origem)
    again = await senhas.hashed_again(pedido.senha) if senhas.outdated(row.senha) else row.senha
    async with recursos.banco.transacao(pessoa=row.id) as conn:
        if not await _same_password(conn, row):
            raise _wrong()
        if again != row.senha:
            await repository.set_password(conn, row.id, again)
        factors = await proving.factors_of(conn, row.id)
        if not factors:
            aberta = await begin(conn, recursos.settings, row.id, ("senha",), origem)
    if factors:
        half = MeiaEntrada(row.id, _fingerprint(recursos.segredos, again))
        desafio = desafios.issue(recursos.segredos, _USE, half, proving.SECONDS)
        until = datetime.now(UTC) + timedelta(seconds=proving.SECONDS)
        return SegundoFator(desafio, until, factors)
    return await credentials(recursos, aberta)


async def second_factor(
    recursos: Recursos, resposta: RespostaDoSegundoFator, origem: Origem
) -> Credenciais:
    """Raises `DesafioInvalido`, `CodigoErrado`, `MuitasTentativas`."""
    segredos = recursos.segredos
    desafio = desafios.read(segredos, _USE, resposta.desafio, MeiaEntrada)
    pessoa, known = desafio.dados.pessoa, desafio.dados.senha
    prove = proving.prove_totp if resposta.fator == "totp" else proving.prove_recovery
    aberta: Aberta | None = None
    # By the password, too: who has it stolen is not kept out by its thief once it is changed.
    async with recursos.freio.attempt(SEGUNDO_FATOR, CodigoErrado, conta=f"{pessoa}{known.hex()}"):
        async with recursos.banco.transacao(pessoa=pessoa) as conn:
            person = await repository.lock_person(conn, pessoa)
            if person is None or not _same(segredos, person.senha, known):
                raise desafios.unknown_challenge()
            if await prove(conn, segredos, pessoa, resposta.codigo):
                await desafios.spend(conn, desafio)
                formas = ("senha", resposta.fator)
                aberta = await begin(conn, recursos.settings, pessoa, formas, origem)
                if resposta.fator == "recuperacao":
                    used = Acao.CODIGO_DE_RECUPERACAO_USADO
                    await log(conn, INSTALACAO, pessoa, used, aberta.id, origem.to_dict())
            else:
                details = {"fator": resposta.fator, **origem.to_dict()}
                await _log(conn, Acao.ENTRADA_RECUSADA, pessoa, details)
        if aberta is None:
            raise CodigoErrado("O código não confere, ou já foi usado.")
    return await credentials(recursos, aberta)


async def sign_in_by_passkey(
    recursos: Recursos, resposta: RespostaDePasskey, origem: Origem
) -> Credenciais:
    """Raises `DesafioInvalido`, `PasskeyRecusada`, `MuitasTentativas`."""
    desafio = proving.opened_challenge(recursos, resposta)
    aberta: Aberta | None = None
    async with recursos.freio.attempt(PASSKEY, PasskeyRecusada, endereco=origem.endereco):
        try:
            pessoa = ceremonies.presented(resposta.credencial).pessoa
        except ceremonies.Falha:
            raise _no_passkey() from None
        async with recursos.banco.transacao(pessoa=pessoa) as conn:
            person = await repository.lock_person(conn, pessoa)
            proven = await proving.prove_passkey(
                conn, recursos, pessoa, desafio, resposta.credencial
            )
            if person is not None and proven:
                aberta = await begin(conn, recursos.settings, pessoa, ("passkey",), origem)
            else:
                known = pessoa if person is not None else None
                await _log(conn, Acao.PASSKEY_RECUSADA, known, origem.to_dict())
        if aberta is None:
            raise _no_passkey()
    return await credentials(recursos, aberta)


async def confirm(
    recursos: Recursos, pessoa: Pessoa, pedido: Confirmacao, origem: Origem
) -> Credenciais:
    """Raises `ConfirmacaoRecusada`, `DesafioInvalido`, `MuitasTentativas`, `RenovacaoInvalida`."""
    async with recursos.freio.attempt(
        SEGUNDO_FATOR, ConfirmacaoRecusada, conta=f"confirmacao {pessoa.id}"
    ):
        async with recursos.banco.transacao() as conn:
            person = await find_person(conn, pessoa.id)
        password = pedido.passkey is None and await senhas.verify(
            person.senha if person else None, pedido.senha or ""
        )
        async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
            same = person is not None and await _same_password(conn, person)
            formas = await _proven(conn, recursos, pessoa.id, pedido, password=password and same)
            aberta = formas and await prove_again(conn, recursos.settings, pessoa, formas, origem)
        if not aberta:
            raise ConfirmacaoRecusada("A senha, o código ou a passkey não confere.")
    return await credentials(recursos, aberta)


async def _proven(
    conn: AsyncConnection, recursos: Recursos, pessoa: UUID, pedido: Confirmacao, *, password: bool
) -> tuple[str, ...]:
    """By what the person proved to be there; by nothing, when it is not enough."""
    if pedido.passkey is not None:
        desafio = proving.opened_challenge(recursos, pedido.passkey)
        answer = pedido.passkey.credencial
        proven = await proving.prove_passkey(conn, recursos, pessoa, desafio, answer)
        return ("passkey",) if proven else ()
    if not password:
        return ()
    factors = await proving.factors_of(conn, pessoa)
    if not factors:
        return ("senha",)
    code = pedido.codigo or ""
    proven = await proving.prove_totp(conn, recursos.segredos, pessoa, code)
    return ("senha", "totp") if proven else ()


async def _same_password(conn: AsyncConnection, row: Row[Any]) -> bool:
    """Whether the person, locked from here on, has the password that the row was read with."""
    person = await repository.lock_person(conn, row.id)
    return person is not None and person.senha == row.senha


async def _refused(
    recursos: Recursos, row: Row[Any] | None, email: str, origem: Origem
) -> CredenciaisErradas:
    async with recursos.banco.transacao() as conn:
        details = {"fator": "senha", "email": email, **origem.to_dict()}
        await _log(conn, Acao.ENTRADA_RECUSADA, row.id if row else None, details)
    return _wrong()


async def _log(
    conn: AsyncConnection, acao: Acao, pessoa: UUID | None, detalhes: dict[str, str]
) -> None:
    alvo = f"pessoa:{pessoa}" if pessoa else ""
    await record(conn, INSTALACAO, Registro(ANONIMO, acao, alvo, detalhes))


def _fingerprint(segredos: Segredos, hash_: str) -> bytes:
    return segredos.digest(_FINGERPRINT, hash_.encode())


def _same(segredos: Segredos, hash_: str, known: bytes) -> bool:
    return segredos.matches(_FINGERPRINT, hash_.encode(), known)


def _wrong() -> CredenciaisErradas:
    return CredenciaisErradas(
        "O e-mail ou a senha está errado.", headers={"WWW-Authenticate": 'Bearer realm="fiscalxml"'}
    )


def _no_passkey() -> PasskeyRecusada:
    return PasskeyRecusada("A passkey não foi aceita. Comece de novo.")
