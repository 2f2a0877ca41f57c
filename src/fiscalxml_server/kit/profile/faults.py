"""What is wrong with a setting, and what several checks ask of an address."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

import msgspec

SHORTEST_PASSWORD: Final = 16
_KNOWN: Final = ("localhost", "fiscalxml", "postgres", "valkey", "redis", "senha", "password")


class Falha(msgspec.Struct, frozen=True):
    """`variavel` without its prefix; `motivo` says what is wrong and what to do."""

    variavel: str
    motivo: str


def is_local(host: str | None) -> bool:
    """Whether nothing of what is sent there leaves this machine."""
    if not host or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def weak_password(password: str | None) -> str | None:
    """Why a password is no good; None where it is."""
    if not password:
        return "não tem senha."
    if len(password) < SHORTEST_PASSWORD:
        return f"tem senha com menos de {SHORTEST_PASSWORD} caracteres."
    if len(set(password)) < SHORTEST_PASSWORD // 2 or password.lower().startswith(_KNOWN):
        return "tem senha fácil de adivinhar; use uma sorteada."
    return None
