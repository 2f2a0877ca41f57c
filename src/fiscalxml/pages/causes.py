"""The page of many documents: counts, causes, and the worst of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from fiscalxml.causes import Causas
from fiscalxml.pages.assets import CHARACTERS, STYLE, asset, policy, program, template
from fiscalxml.pages.rows import MAX_DO_DOCUMENTO, Listados

MAX_CAUSAS: Final = 300
"""causes on a page, the first by impact"""
SCRIPT: Final = "causes.js"

_PRINTED_OPEN: Final = 200  # with more documents than this, paper has their lines only
_EMITENTES: Final = 10


class Comandos(msgspec.Struct, frozen=True, kw_only=True):
    """Where the reader finds what a page has no room for."""

    causas: str
    documentos: str
    achados: str
    """all findings of one document; follows 'Todos os achados estão em'"""


LINHA_DE_COMANDO: Final = Comandos(
    causas="fiscalxml validate --causas",
    documentos="fiscalxml validate --json",
    achados="fiscalxml validate",
)


class Pagina(msgspec.Struct, frozen=True, kw_only=True):
    """All that a page tells."""

    julgado: list[str]
    """what the documents were found in"""
    momento: datetime
    causas: Causas
    listados: Listados
    ignorados: int
    nao_lidos: int
    comandos: Comandos = LINHA_DE_COMANDO
    ressalva: str | None = None
    """a sentence that is to be read before any number"""


def render(pagina: Pagina) -> Iterator[str]:
    """The page in pieces."""
    causas = pagina.causas.most(MAX_CAUSAS)
    documentos = pagina.listados.documents()
    stream = template("causes.html.j2").stream(
        pagina=pagina,
        curto=partial(_without_base, pagina.julgado[0] if len(pagina.julgado) == 1 else ""),
        momento=pagina.momento,
        programa=program(),
        panorama=pagina.causas.panorama(),
        causas=causas,
        causas_total=len(pagina.causas),
        numero={causa.id: number for number, causa in enumerate(causas, 1)},
        mais_documentos=max((causa.documentos for causa in causas), default=1),
        documentos=documentos,
        documentos_total=pagina.listados.total,
        por_documento=MAX_DO_DOCUMENTO,
        curta=len(documentos) <= _PRINTED_OPEN,
        emitentes=_EMITENTES,
        style=asset(STYLE),
        script=asset(SCRIPT),
        csp=policy(SCRIPT),
    )
    stream.enable_buffering(CHARACTERS)
    return stream


def _without_base(base: str, arquivo: str) -> str:
    """A name as it is known inside the one folder or archive that was judged."""
    rest = arquivo.removeprefix(base)
    return rest.lstrip("/!") if base and rest and rest != arquivo else arquivo
