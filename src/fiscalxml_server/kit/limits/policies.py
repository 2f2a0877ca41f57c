"""The one table of request limits: which class an operation is of, and how much of it there is.

The class comes from the scope that the operation asks for, so that no route is without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.settings import Settings

WINDOW: Final = 60
"""seconds in which requests are counted; it slides"""


class Classe(StrEnum):
    """A class of operations; the names of the policies in `RateLimit` begin with it."""

    VALIDAR = "validar"
    LER = "ler"
    ENVIAR = "enviar"
    GERIR = "gerir"


_BY_SCOPE: Final[Mapping[Escopo, Classe]] = MappingProxyType(
    {
        Escopo.VALIDAR: Classe.VALIDAR,
        Escopo.RESUMIR: Classe.VALIDAR,
        Escopo.LER: Classe.LER,
        Escopo.WEBHOOKS_LER: Classe.LER,
        Escopo.ESCREVER: Classe.ENVIAR,
    }
)
"""all others manage the organisation"""


def class_of(escopo: Escopo) -> Classe:
    """The class of the operations that ask for this scope."""
    return _BY_SCOPE.get(escopo, Classe.GERIR)


def defaults(settings: Settings) -> Mapping[Classe, int]:
    """Requests of an organisation in a window, where nothing else was agreed; 0: no limit."""
    return {
        Classe.VALIDAR: settings.limit_validar,
        Classe.LER: settings.limit_ler,
        Classe.ENVIAR: settings.limit_enviar,
        Classe.GERIR: settings.limit_gerir,
    }
