"""Rows that the service, its lotes and the command answer; the documents in them run already."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from factory import build

from .inputs import tampered
from .model import Case, Espera, in_each_profile

_SERVICO = "servico"
ZIP_NAMES = "ZIP entry ../../x.xml, absolute path, duplicate names"
ZIP_BOMB = "ZIP bomb, overlapping entries, encrypted entry, nested archive past the limit"
PDF = "Content-Type application/pdf"
NO_PATH = "PATH that does not exist, unreadable folder"


def _stored(
    entrada: str, data: Callable[[], bytes], tipo: str = "nfe", **espera: object
) -> tuple[Case, ...]:
    return tuple(
        in_each_profile(
            Case(
                entrada=entrada,
                data=data,
                espera=(Espera(tipo=tipo, perfil="transmissao", **espera),),  # type: ignore[arg-type]
                pending=_SERVICO,
            )
        )
    )


CASES: tuple[Case, ...] = (
    Case(entrada=PDF, pending=_SERVICO),
    Case(entrada="no key / bad key / key without the scope", pending=_SERVICO),
    *_stored("the same note again: same bytes", partial(build, "nfe")),
    Case(
        entrada="the same note again: now with its protocol",
        data=partial(build, "nfe", protocol=True),
        espera=(Espera(tipo="nfe", perfil="autorizado"),),
        pending=_SERVICO,
    ),
    *_stored(
        "same chave, other content, signature broken",
        lambda: tampered(build("nfe")),
        veredito="invalido",
        achados=("297:erro",),
    ),
    *_stored("broken version first, intact version later", partial(build, "nfe")),
    *_stored("cancelamento before its note", partial(build, "cancelamento"), "evento"),
    Case(entrada=ZIP_NAMES, pending=_SERVICO),
    Case(entrada=ZIP_BOMB, pending=_SERVICO),
    Case(entrada="a document that crashes or hangs the process", pending=_SERVICO),
    Case(entrada=NO_PATH),
)
