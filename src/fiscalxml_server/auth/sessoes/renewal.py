"""Renewal tokens: sealed, they say their session and their number, and are kept nowhere.

The session knows the number that is good: an older one was used before, by its person or by
somebody else. Only the one just before is good for a few seconds more, since two windows may renew
at once.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.secrets import Segredos

LEEWAY: Final = timedelta(seconds=10)
"""that the token just before the good one is good, too"""
_USE: Final = b"renovacao"
_ID: Final = 16

Uso = Literal["novo", "de novo", "copia"]


class RenovacaoInvalida(Problema):
    status, codigo, titulo = 401, "renovacao_invalida", "A sessão não pode ser renovada"
    explicacao = (
        "O token de renovação não é conhecido, já foi usado, ou a sessão terminou: por tempo, pela "
        "pessoa, por uma senha nova, ou porque um token já usado voltou, o que é sinal de cópia. "
        "Entre de novo."
    )


def write_token(segredos: Segredos, pessoa: UUID, sessao: UUID, numero: int) -> str:
    """The token of this number."""
    told = pessoa.bytes + sessao.bytes + numero.to_bytes(4, "big")
    return base64.urlsafe_b64encode(segredos.seal(_USE, b"", told)).decode().rstrip("=")


def read_token(segredos: Segredos, token: str) -> tuple[UUID, UUID, int]:
    """Person, session, number. Raises `RenovacaoInvalida`."""
    try:
        sealed = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        told = segredos.open(_USE, b"", sealed)
    except (ValueError, binascii.Error):
        raise no_renewal() from None
    pessoa, sessao = UUID(bytes=told[:_ID]), UUID(bytes=told[_ID : 2 * _ID])
    return pessoa, sessao, int.from_bytes(told[2 * _ID :], "big")


# Medida: sessoes
def judge(numero: int, good: int, since: datetime, now: datetime) -> Uso:
    """What a token of this number is to a session whose good one is another, since then."""
    if numero == good:
        return "novo"
    return "de novo" if numero == good - 1 and now - since <= LEEWAY else "copia"


def no_renewal() -> RenovacaoInvalida:
    """The same for all that may be wrong."""
    return RenovacaoInvalida(
        "A sessão terminou, ou o token já foi usado. Entre de novo.",
        headers={"WWW-Authenticate": 'Bearer realm="fiscalxml", error="invalid_token"'},
    )
