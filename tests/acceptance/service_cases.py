"""Rows that the service, its lotes and the command answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from factory import build

from .inputs import tampered
from .model import Case, Espera, in_each_profile

ZIP_NAMES = "ZIP entry ../../x.xml, absolute path, duplicate names"
ZIP_BOMB = "ZIP bomb, overlapping entries, encrypted entry, nested archive past the limit"
PDF = "Content-Type application/pdf"
KEYS = "no key / bad key / key without the scope"
AGAIN = "the same note again: same bytes"
WITH_PROTOCOL = "the same note again: now with its protocol"
CONFLICT = "same chave, other content, signature broken"
BROKEN_FIRST = "broken version first, intact version later"
EVENT_FIRST = "cancelamento before its note"
CRASH = "a document that crashes or hangs the process"
NO_PATH = "PATH that does not exist, unreadable folder"
WITHOUT_INPUT = frozenset({PDF, KEYS, ZIP_NAMES, ZIP_BOMB, CRASH, NO_PATH})
"""rows whose input is no document: tests of their own run them"""
STORED = frozenset({AGAIN, WITH_PROTOCOL, CONFLICT, BROKEN_FIRST, EVENT_FIRST})
"""rows that depend on what was stored before"""


def _stored(
    entrada: str, data: Callable[[], bytes], tipo: str = "nfe", **espera: object
) -> tuple[Case, ...]:
    return tuple(
        in_each_profile(
            Case(
                entrada=entrada,
                data=data,
                espera=(Espera(tipo=tipo, perfil="transmissao", **espera),),  # type: ignore[arg-type]
            )
        )
    )


CASES: tuple[Case, ...] = (
    Case(entrada=PDF),
    Case(entrada=KEYS),
    *_stored(AGAIN, partial(build, "nfe")),
    Case(
        entrada=WITH_PROTOCOL,
        data=partial(build, "nfe", protocol=True),
        espera=(Espera(tipo="nfe", perfil="autorizado"),),
    ),
    *_stored(
        CONFLICT,
        lambda: tampered(build("nfe")),
        veredito="invalido",
        achados=("297:erro",),
    ),
    *_stored(BROKEN_FIRST, partial(build, "nfe")),
    *_stored(EVENT_FIRST, partial(build, "cancelamento"), "evento"),
    Case(entrada=ZIP_NAMES),
    Case(entrada=ZIP_BOMB),
    Case(entrada=CRASH),
    Case(entrada=NO_PATH),
)
