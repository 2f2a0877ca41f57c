"""Whether a person proves to be there: asked when somebody signs in, and before what is sensitive.

In transactions of the person.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.avisos import tell
from fiscalxml_server.auth.desafios import service as desafios
from fiscalxml_server.auth.desafios.service import Desafio
from fiscalxml_server.auth.fatores import ceremonies, recovery, repository, totp
from fiscalxml_server.auth.fatores.schemas import Fator, OpcoesDePasskey, RespostaDePasskey
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.secrets import Segredos

SECONDS: Final = 300
"""that a challenge is good for"""
_USE: Final = b"desafio de passkey"


class CodigoErrado(Problema):
    status, codigo, titulo = 422, "codigo_errado", "O código não confere"
    explicacao = (
        "O código não é o de agora, ou já foi usado: cada um vale uma vez. Espere o próximo, e "
        "confira o relógio do aparelho."
    )


class PasskeyRecusada(Problema):
    status, codigo, titulo = 422, "passkey_recusada", "A passkey não foi aceita"
    explicacao = (
        "A resposta do navegador não é deste desafio ou deste endereço, a pessoa não foi "
        "verificada pelo aparelho, ou a passkey não é conhecida."
    )


class Chamada(msgspec.Struct, frozen=True):
    """What the challenge of a passkey says: the bytes that it must sign."""

    bytes_: bytes


async def factors_of(conn: AsyncConnection, pessoa: UUID) -> list[Fator]:
    """What is asked after the password, if anything; `recuperacao` only beside another."""
    found: list[Fator] = ["totp"] if await repository.has_totp(conn, pessoa) else []
    if await repository.list_passkeys(conn, pessoa):
        found.append("passkey")
    if found and await repository.count_codes(conn, pessoa):
        found.append("recuperacao")
    return found


async def prove_totp(conn: AsyncConnection, segredos: Segredos, pessoa: UUID, codigo: str) -> bool:
    """Whether it is a code of now; it is used up by that."""
    row = await repository.lock_totp(conn, pessoa)
    if row is None or row.confirmado_em is None:
        return False
    step = totp.matching_step(segredos, pessoa.bytes, row.segredo, codigo, row.passo)
    if step is not None:
        await repository.use_totp(conn, pessoa, step)
    return step is not None


async def prove_recovery(
    conn: AsyncConnection, segredos: Segredos, pessoa: UUID, codigo: str
) -> bool:
    """Whether it is a code that was not used; it is used up by that, and the person is told."""
    kept = recovery.digests(segredos, pessoa.bytes, codigo)
    if not await repository.use_code(conn, pessoa, kept):
        return False
    left = await repository.count_codes(conn, pessoa)
    await tell(
        conn,
        segredos,
        pessoa,
        "Um código de recuperação foi usado",
        f"Entraram na sua conta com um código de recuperação. Restam {left}.",
    )
    return True


def passkey_options(recursos: Recursos) -> OpcoesDePasskey:
    """What a browser is asked, whoever it may be."""
    challenge = ceremonies.new_challenge()
    options = ceremonies.request_options(ceremonies.house(recursos.settings), challenge)
    text = desafios.issue(recursos.segredos, _USE, Chamada(challenge), SECONDS)
    return OpcoesDePasskey(text, options)


def opened_challenge(recursos: Recursos, resposta: RespostaDePasskey) -> Desafio[Chamada]:
    """Raises `DesafioInvalido`."""
    return desafios.read(recursos.segredos, _USE, resposta.desafio, Chamada)


async def prove_passkey(
    conn: AsyncConnection,
    recursos: Recursos,
    pessoa: UUID,
    desafio: Desafio[Chamada],
    credencial: dict[str, Any],
) -> bool:
    """Whether it was signed by a passkey of the person. Raises `DesafioInvalido` when it was used.

    The challenge is used up either way.
    """
    await desafios.spend(conn, desafio)
    try:
        shown = ceremonies.presented(credencial)
        row = await repository.lock_passkey(conn, pessoa, shown.credencial)
        if row is None or shown.pessoa != pessoa:
            return False
        count = ceremonies.verified(
            ceremonies.house(recursos.settings),
            desafio.dados.bytes_,
            credencial,
            row.publica,
            row.contador,
        )
    except ceremonies.Falha:
        return False
    await repository.update_passkey(
        conn, pessoa, row.id, contador=count, usado_em=datetime.now(UTC)
    )
    return True
