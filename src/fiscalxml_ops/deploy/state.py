"""What is known of both colours on one machine between two commands."""

from __future__ import annotations

import sys
from typing import Final

import msgspec

from fiscalxml_ops.deploy.colours import Cor

_APART: Final = 10
"""between the ports of the entrance, of each colour, and of the balancer's records"""


class Versao(msgspec.Struct, frozen=True):
    """What a colour is made of. `ajustes`: settings of its own, beside those of the environment."""

    nome: str
    programa: str = sys.executable
    ajustes: dict[str, str] = {}


class Estado(msgspec.Struct):
    """What is kept between commands."""

    entrada: int
    """port of the API; the next two are the Auth and the Webhook Service's"""
    bases: dict[Cor, int]
    """the same of each colour, past the balancer"""
    registro: int
    """where the balancer tells of requests"""
    ativa: Cor = Cor.AZUL
    anterior: Cor | None = None
    """that served before the last switch, and is still there"""
    versoes: dict[Cor, Versao] = {}
    parada: bool = False
    """nothing should run: on purpose, or the database of the first version is not ready yet"""


def ports_from(porta: int) -> Estado:
    """A new one whose ports are all near the API's."""
    bases = {Cor.AZUL: porta + _APART, Cor.VERDE: porta + 2 * _APART}
    return Estado(porta, bases, porta + 3 * _APART)


def ports_of(base: int) -> dict[str, int]:
    """Of a set that begins there, as `stack.roles.Contexto` has them."""
    return {"api": base, "auth": base + 1, "webhooks": base + 2}
