"""A person's second factors: added, named, removed. The person is told by e-mail of each change."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.avisos import tell
from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.desafios import service as desafios
from fiscalxml_server.auth.entrada.repository import lock_person
from fiscalxml_server.auth.fatores import ceremonies, recovery, repository, totp
from fiscalxml_server.auth.fatores.proving import SECONDS, CodigoErrado, PasskeyRecusada
from fiscalxml_server.auth.fatores.schemas import (
    CodigosDeRecuperacao,
    Fatores,
    OpcoesDePasskey,
    Passkey,
    PasskeyCriada,
    PedidoDePasskey,
    TotpProposto,
)
from fiscalxml_server.auth.people import Pessoa
from fiscalxml_server.auth.pessoas.repository import find_person
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes.repository import add_form
from fiscalxml_server.auth.throttle import SEGUNDO_FATOR
from fiscalxml_server.kit.audit import INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.auth import unknown_credential

MAX_PASSKEYS: Final = 20
_USE: Final = b"desafio de nova passkey"


class FatorExistente(Problema):
    status, codigo, titulo = 409, "fator_existente", "Já existe"
    explicacao = (
        "Já há um aplicativo de códigos confirmado, ou esta passkey já está registrada, ou há "
        f"{MAX_PASSKEYS} delas. Remova antes o que não usa."
    )


class Convite(msgspec.Struct, frozen=True):
    """What the challenge of a new passkey says: whose it will be, and the bytes to sign."""

    pessoa: UUID
    bytes_: bytes


async def show(recursos: Recursos, pessoa: Pessoa) -> Fatores:
    """What the person has."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        return Fatores(
            totp=await repository.has_totp(conn, pessoa.id),
            passkeys=[_shown(row) for row in await repository.list_passkeys(conn, pessoa.id)],
            codigos_de_recuperacao=await repository.count_codes(conn, pessoa.id),
        )


async def propose_totp(recursos: Recursos, pessoa: Pessoa) -> TotpProposto:
    """A secret that is good once a code of it was given. Raises `FatorExistente`."""
    segredo = totp.new_secret()
    sealed = totp.seal(recursos.segredos, pessoa.id.bytes, segredo)
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        person = await _person(conn, pessoa)
        if not await repository.propose_totp(conn, pessoa.id, sealed):
            raise FatorExistente("Já há um aplicativo de códigos. Remova-o antes de pôr outro.")
    return TotpProposto(segredo, totp.address(segredo, person.email))


async def confirm_totp(recursos: Recursos, pessoa: Pessoa, codigo: str) -> CodigosDeRecuperacao:
    """Raises `CodigoErrado`, `FatorExistente`, `MuitasTentativas`."""
    async with (
        recursos.freio.attempt(SEGUNDO_FATOR, CodigoErrado, conta=str(pessoa.id)),
        recursos.banco.transacao(pessoa=pessoa.id) as conn,
    ):
        await _lock(conn, pessoa)
        row = await repository.lock_totp(conn, pessoa.id)
        if row is not None and row.confirmado_em is not None:
            raise FatorExistente("Este aplicativo de códigos já está confirmado.")
        step = row and totp.matching_step(
            recursos.segredos, pessoa.id.bytes, row.segredo, codigo, row.passo
        )
        if step is None:
            raise CodigoErrado("O código não confere. Espere o próximo e confira o relógio.")
        await repository.use_totp(conn, pessoa.id, step)
        await add_form(conn, pessoa.id, pessoa.sessao, "totp")
        codes = await _first_codes(conn, recursos, pessoa)
        texto = "Um aplicativo de códigos foi ligado à sua conta: ele é pedido depois da senha."
        await _changed(conn, recursos, pessoa, "Um segundo fator foi ligado", texto)
        await _log(conn, pessoa, Acao.TOTP_ATIVADO)
    return CodigosDeRecuperacao(codes)


async def remove_totp(recursos: Recursos, pessoa: Pessoa) -> None:
    """Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        await _lock(conn, pessoa)
        if not await repository.delete_totp(conn, pessoa.id):
            raise NaoEncontrado("Não há um aplicativo de códigos.")
        await _forget_codes(conn, pessoa)
        texto = "O aplicativo de códigos foi removido da sua conta."
        await _changed(conn, recursos, pessoa, "Um segundo fator foi removido", texto)
        await _log(conn, pessoa, Acao.TOTP_REMOVIDO)


async def new_codes(recursos: Recursos, pessoa: Pessoa) -> CodigosDeRecuperacao:
    """In the place of those that there were. Raises `NaoEncontrado` without a second factor."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        await _lock(conn, pessoa)
        if not await repository.has_factor(conn, pessoa.id):
            raise NaoEncontrado("Códigos de recuperação são para quem tem um segundo fator.")
        codes = await _replace_codes(conn, recursos, pessoa)
        texto = "Novos códigos de recuperação foram feitos; os anteriores não valem mais."
        await _changed(conn, recursos, pessoa, "Novos códigos de recuperação", texto)
        await _log(conn, pessoa, Acao.CODIGOS_DE_RECUPERACAO_CRIADOS)
    return CodigosDeRecuperacao(codes)


async def passkey_options(recursos: Recursos, pessoa: Pessoa) -> OpcoesDePasskey:
    """What the browser is asked for a new passkey."""
    challenge = ceremonies.new_challenge()
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        person = await _person(conn, pessoa)
        known = [row.credencial for row in await repository.list_passkeys(conn, pessoa.id)]
    house = ceremonies.house(recursos.settings)
    options = ceremonies.creation_options(
        house, pessoa.id, person.email, person.nome, challenge, known
    )
    text = desafios.issue(recursos.segredos, _USE, Convite(pessoa.id, challenge), SECONDS)
    return OpcoesDePasskey(text, options)


async def add_passkey(recursos: Recursos, pessoa: Pessoa, pedido: PedidoDePasskey) -> PasskeyCriada:
    """Raises `DesafioInvalido`, `PasskeyRecusada`, `FatorExistente`, `ParametrosInvalidos`."""
    nome = _name(pedido.nome)
    desafio = desafios.read(recursos.segredos, _USE, pedido.desafio, Convite)
    if desafio.dados.pessoa != pessoa.id:
        raise desafios.unknown_challenge()
    try:
        credencial, publica, contador = ceremonies.registered(
            ceremonies.house(recursos.settings), desafio.dados.bytes_, pedido.credencial
        )
    except ceremonies.Falha:
        raise PasskeyRecusada("A resposta do navegador não foi aceita.") from None
    passkey = new_id()
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        await _lock(conn, pessoa)
        await desafios.spend(conn, desafio)
        known = await repository.list_passkeys(conn, pessoa.id)
        if len(known) >= MAX_PASSKEYS or not await repository.insert_passkey(
            conn,
            pessoa=pessoa.id,
            id=passkey,
            credencial=credencial,
            publica=publica,
            contador=contador,
            nome=nome,
        ):
            raise FatorExistente(f"A passkey já está registrada, ou você já tem {MAX_PASSKEYS}.")
        await add_form(conn, pessoa.id, pessoa.sessao, "passkey")
        codes = await _first_codes(conn, recursos, pessoa)
        row = await repository.lock_passkey(conn, pessoa.id, credencial)
        texto = "Uma passkey foi criada para a sua conta: com ela se entra sem senha."
        await _changed(conn, recursos, pessoa, "Uma passkey foi criada", texto)
        await _log(conn, pessoa, Acao.PASSKEY_CRIADA, passkey, nome)
    return PasskeyCriada(_shown(row), codes)


async def rename_passkey(recursos: Recursos, pessoa: Pessoa, passkey: UUID, nome: str) -> None:
    """Raises `NaoEncontrado`, `ParametrosInvalidos`."""
    nome = _name(nome)
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        if not await repository.update_passkey(conn, pessoa.id, passkey, nome=nome):
            raise _no_passkey()
        await _log(conn, pessoa, Acao.PASSKEY_RENOMEADA, passkey, nome)


async def remove_passkey(recursos: Recursos, pessoa: Pessoa, passkey: UUID) -> None:
    """Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        await _lock(conn, pessoa)
        if not await repository.delete_passkey(conn, pessoa.id, passkey):
            raise _no_passkey()
        await _forget_codes(conn, pessoa)
        texto = "Uma passkey foi removida da sua conta."
        await _changed(conn, recursos, pessoa, "Uma passkey foi removida", texto)
        await _log(conn, pessoa, Acao.PASSKEY_REMOVIDA, passkey)


async def _lock(conn: AsyncConnection, pessoa: Pessoa) -> None:
    """Nobody else changes the person's factors, and the codes that go with them, meanwhile."""
    if await lock_person(conn, pessoa.id) is None:
        raise unknown_credential()


async def _person(conn: AsyncConnection, pessoa: Pessoa) -> Row[Any]:
    row = await find_person(conn, pessoa.id)
    if row is None:
        raise unknown_credential()
    return row


async def _first_codes(conn: AsyncConnection, recursos: Recursos, pessoa: Pessoa) -> list[str]:
    """For who has none that is good yet."""
    if await repository.count_codes(conn, pessoa.id):
        return []
    return await _replace_codes(conn, recursos, pessoa)


async def _replace_codes(conn: AsyncConnection, recursos: Recursos, pessoa: Pessoa) -> list[str]:
    codes = recovery.new_codes()
    kept = [recovery.digest(recursos.segredos, pessoa.id.bytes, each) for each in codes]
    await repository.replace_codes(conn, pessoa.id, kept)
    return codes


async def _forget_codes(conn: AsyncConnection, pessoa: Pessoa) -> None:
    """They stand for a second factor: without one, they are for nothing."""
    if not await repository.has_factor(conn, pessoa.id):
        await repository.replace_codes(conn, pessoa.id, [])


async def _changed(
    conn: AsyncConnection, recursos: Recursos, pessoa: Pessoa, assunto: str, texto: str
) -> None:
    await tell(conn, recursos.segredos, pessoa.id, assunto, texto)


async def _log(
    conn: AsyncConnection, pessoa: Pessoa, acao: Acao, passkey: UUID | None = None, nome: str = ""
) -> None:
    alvo = f"passkey:{passkey}" if passkey else f"pessoa:{pessoa.id}"
    detalhes = {"nome": nome} if nome else None
    await record(conn, INSTALACAO, Registro(f"pessoa:{pessoa.id}", acao, alvo, detalhes))


def _name(nome: str) -> str:
    campos = Campos()
    nome = campos.nome("nome", nome)
    campos.check()
    return nome


def _shown(row: Any) -> Passkey:
    return Passkey(row.id, row.nome, row.criado_em, row.usado_em)


def _no_passkey() -> NaoEncontrado:
    return NaoEncontrado("Esta passkey não existe.")
