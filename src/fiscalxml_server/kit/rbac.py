"""Who may do what: scopes, the roles of people, and which scopes each role has.

The one table: `docs/permissoes.md` is made from it, and tests walk every route by it. Scopes are
enforced in one place, `kit.http.auth.requires`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Escopo(StrEnum):
    """What a credential may do."""

    VALIDAR = "validar"
    RESUMIR = "resumir"
    LER = "documentos:ler"
    ESCREVER = "documentos:escrever"
    ORGANIZACAO_LER = "organizacao:ler"
    ORGANIZACAO_ESCREVER = "organizacao:escrever"
    ORGANIZACAO_ENCERRAR = "organizacao:encerrar"
    MEMBROS_LER = "membros:ler"
    MEMBROS_ESCREVER = "membros:escrever"
    CHAVES_LER = "chaves:ler"
    CHAVES_ESCREVER = "chaves:escrever"
    AUDITORIA_LER = "auditoria:ler"
    PRIVACIDADE_LER = "privacidade:ler"
    PRIVACIDADE_ESCREVER = "privacidade:escrever"
    WEBHOOKS_LER = "webhooks:ler"
    WEBHOOKS_ESCREVER = "webhooks:escrever"


class Papel(StrEnum):
    """What a person is in an organisation."""

    DONO = "dono"
    ADMIN = "admin"
    OPERADOR = "operador"
    LEITOR = "leitor"
    AUDITOR = "auditor"


DELEGAVEIS: Final[frozenset[Escopo]] = frozenset(
    {
        Escopo.VALIDAR,
        Escopo.RESUMIR,
        Escopo.LER,
        Escopo.ESCREVER,
        Escopo.WEBHOOKS_LER,
        Escopo.WEBHOOKS_ESCREVER,
    }
)
"""scopes that a key or a machine may have; the others are for people, who sign in"""

INTEIROS: Final[frozenset[Escopo]] = frozenset(
    {
        Escopo.ORGANIZACAO_ESCREVER,
        Escopo.ORGANIZACAO_ENCERRAR,
        Escopo.AUDITORIA_LER,
        Escopo.PRIVACIDADE_LER,
        Escopo.PRIVACIDADE_ESCREVER,
        Escopo.WEBHOOKS_LER,
        Escopo.WEBHOOKS_ESCREVER,
    }
)
"""scopes over the whole of an organisation: whoever is limited to some of its companies has none of
them, whatever the role"""

_LEITOR: Final = frozenset({Escopo.VALIDAR, Escopo.RESUMIR, Escopo.LER, Escopo.ORGANIZACAO_LER})

# Medida: papeis-e-escopos
PERMISSOES: Final[Mapping[Papel, frozenset[Escopo]]] = {
    Papel.DONO: frozenset(Escopo),
    Papel.ADMIN: frozenset(Escopo) - {Escopo.ORGANIZACAO_ENCERRAR},
    Papel.OPERADOR: _LEITOR | {Escopo.ESCREVER, Escopo.WEBHOOKS_LER, Escopo.WEBHOOKS_ESCREVER},
    Papel.LEITOR: _LEITOR,
    Papel.AUDITOR: frozenset(
        {
            Escopo.LER,
            Escopo.ORGANIZACAO_LER,
            Escopo.MEMBROS_LER,
            Escopo.CHAVES_LER,
            Escopo.AUDITORIA_LER,
            Escopo.PRIVACIDADE_LER,
            Escopo.WEBHOOKS_LER,
        }
    ),
}
"""role -> its scopes"""
