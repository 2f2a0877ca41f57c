"""Shapes of e-mails."""

from __future__ import annotations

import msgspec


class Carta(msgspec.Struct, frozen=True):
    """What is sealed in the database until it is sent."""

    para: str
    assunto: str
    texto: str
