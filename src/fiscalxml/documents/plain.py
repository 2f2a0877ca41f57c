"""A document read from its bytes alone, without a tree, where they are plain.

For who needs its groups and nothing that only a tree tells (lines, paths, schemas, signatures): the
tree is half of what the resumo of a note would cost. Bytes are plain where `_leitura.c` has seen
that they are well-formed, within the caps, and without anything unusual, and where what they hold
is one document of a known kind. All else is read, or refused, by way of the tree (`detect`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from fiscalxml.documents.detect import FAMILIAS, RAIZES, kind_named
from fiscalxml.documents.facts import AMBIENTES, Marcas, describe
from fiscalxml.documents.groups import Grupo, read_whole
from fiscalxml.documents.kind import Familia, Kind
from fiscalxml.report import Documento
from fiscalxml.xml import DSIG, PROLOG, Limits, short

_ROOTS: Final = frozenset(map(str.encode, RAIZES))
_NAMESPACES: Final = (*(familia.namespace.encode() for familia in FAMILIAS), DSIG.encode())
_ROOT: Final = re.compile(rb"\s*<([A-Za-z0-9]+)[ >]")
_HEAD: Final = 400
"""bytes in which the tree's reading looks for a web page"""
_MAX_ATTRIBUTES: Final = 16
"""of an element, that `_leitura.c` reads"""


class Lido(NamedTuple):
    """A document that was read so."""

    kind: Kind
    documento: Documento
    grupos: Grupo
    """of the signed element"""
    protocolo: Grupo | None
    """the infProt (or infEvento, infInut) of the answer beside it"""


def read_plain(data: bytes, limits: Limits) -> Lido | None:
    """The one document in `data`; None where that is not plain."""
    if len(data) > limits.max_bytes or limits.max_attributes < _MAX_ATTRIBUTES:
        return None
    prolog = PROLOG.match(data)
    begin = prolog.end() if prolog else 0
    root, start = _ROOT.match(data, begin), data.find(b"<")
    if root is None or root[1] not in _ROOTS or b"html" in data[start : start + _HEAD].lower():
        return None
    whole = read_whole(
        data,
        begin,
        _NAMESPACES,
        max_nodes=limits.max_nodes,
        max_text=limits.max_text,
    )
    if whole is None:
        return None
    raiz, envelope = whole
    found = kind_named(envelope.atributo("xmlns"), raiz)
    return None if found is None else _document(raiz, envelope, *found)


def _document(raiz: str, envelope: Grupo, familia: Familia, kind: Kind) -> Lido | None:
    documento = envelope if raiz == kind.raiz else _first(envelope, kind.raiz)
    assinado = None if documento is None else _first(documento, kind.assinado)
    if documento is None or assinado is None:
        return None
    protocolo = None
    if kind.protocolo is not None and documento is not envelope:
        resposta, inside = kind.protocolo
        answer = _first(envelope, resposta)
        protocolo = None if answer is None else _first(answer, inside)
        if protocolo is None and (resposta in envelope or answer is not None):
            return None  # an answer without anything in it
    versoes = (each.atributo("versao") for each in (assinado, documento, envelope))
    versao = next(filter(None, versoes), None)
    marcas = Marcas(
        kind=kind,
        raiz=short(raiz),
        parece=familia.nome if kind.tipo == "desconhecido" else None,
        versao=None if versao is None else short(versao),
        id=assinado.atributo("Id") or None,
    )
    if marcas.id is None:
        return None  # it may be empty
    documento_ = describe(marcas, assinado)
    if documento_.ambiente is None:
        ambientes = {texto.strip() for texto in _texts(assinado, "tpAmb")}
        if len(ambientes) != 1:
            return None  # of several the first counts
        ambiente = AMBIENTES.get(ambientes.pop())
        documento_ = msgspec.structs.replace(documento_, ambiente=ambiente)
    return Lido(kind, documento_, assinado, protocolo)


def _first(grupo: Grupo, nome: str) -> Grupo | None:
    """The first element of a name, where that is a group; None where a field has it too."""
    return None if nome in grupo else grupo.grupo(nome)


def _texts(grupo: Grupo, campo: str) -> Iterator[str]:
    """Those of a field anywhere in a group; none of a group that has its name."""
    yield from grupo.todos(campo)
    for nome, lista in grupo.grupos.items():
        if nome == campo:
            yield ""
        for inner in lista:
            yield from _texts(inner, campo)
