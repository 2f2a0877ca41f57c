"""What goes to the process that draws, and what comes back: a line of JSON each.

After the line of an answer follow as many bytes of PDF as it says.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

Auxiliar = Literal["danfe", "danfce", "dacte", "damdfe", "dacce", "danfse"]
Culpa = Literal["logo", "tamanho"]

MAX_PDF: Final = 1 << 28
"""bytes; the child has less memory than a larger one would take"""
MAX_HEAD: Final = 1 << 20
"""bytes of the line before the PDF"""


class Emitente(msgspec.Struct, frozen=True):
    """Who issued the note that a letter of correction is about: the letter itself only has the
    CNPJ. Texts as they are printed; empty where unknown."""

    nome: str = ""
    end: str = ""
    bairro: str = ""
    cep: str = ""
    cidade: str = ""
    uf: str = ""
    fone: str = ""
    ie: str = ""


class Bloco(msgspec.Struct, frozen=True):
    """A part of the annex, on pages after those that the library draws."""

    titulo: str
    linhas: tuple[str, ...]


class Pedido(msgspec.Struct, frozen=True, kw_only=True):
    """One auxiliary document to be drawn."""

    auxiliar: Auxiliar
    xml: str
    """the document, with its protocol only where that one authorises it"""
    titulo: str
    nome: str
    """for a file, without its ending"""
    cancelado: bool = False
    sem_valor: bool = False
    """nothing shows that the document is authentic; for those without a protocol of their own"""
    casas_preco: int = 2
    casas_quantidade: int = 2
    """decimals of unit prices and quantities: as many as the document uses"""
    emissao: str | None = None
    """ISO 8601: the date of the PDF, so that a document always gives the same one"""
    emitente: Emitente | None = None
    logo: bytes | None = None
    anexo: tuple[Bloco, ...] = ()
    avisos: tuple[str, ...] = ()
    """what whoever prints it should know"""


class Ordem(msgspec.Struct, frozen=True):
    """A request on the wire."""

    pedido: Pedido
    timeout: float
    """seconds"""


class Resposta(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line before the PDF."""

    tamanho: Annotated[int, msgspec.Meta(ge=0, le=MAX_PDF)] = 0
    """bytes of PDF that follow"""
    erro: str | None = None
    """a traceback, for engineers"""
    culpa: Culpa | None = None
    """what is to blame, where that is known"""
