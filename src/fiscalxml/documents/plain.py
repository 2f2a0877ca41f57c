"""A document read from its bytes alone, without a tree, where they are plain.

A tree is the largest part of what a note would cost, and few need it: who tells of a fault where it
stands, and who looks at what is unusual. Bytes are plain where `_leitura.c` has seen that they are
well-formed, within the caps, and without anything unusual, and where what they hold is one document
of a known kind. All else is read, or refused, by way of the tree (`detect`).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from fiscalxml.documents.familias import BY_ROOT, FAMILIAS, kind_named
from fiscalxml.documents.groups import Grupo, read_canonical, read_whole
from fiscalxml.documents.kind import Familia, Kind
from fiscalxml.xml import DSIG, PROLOG, Limits, Posicao, line_at, short

_ROOTS: Final = frozenset(map(str.encode, BY_ROOT))
_NAMESPACES: Final = (*(familia.namespace.encode() for familia in FAMILIAS), DSIG.encode())
_ROOT: Final = re.compile(rb"\s*<([A-Za-z0-9]+)[ >]")
_HEAD: Final = 400
"""bytes in which the tree's reading looks for a web page"""
_MAX_ATTRIBUTES: Final = 16
"""of an element, that `_leitura.c` reads"""


class DocumentoPlano(NamedTuple):
    """A document that was read so."""

    data: bytes
    """the whole text, which groups have their `inicio` in"""
    familia: Familia
    kind: Kind
    raiz: str
    """the name of the envelope"""
    envelope: Grupo
    documento: Grupo
    """the kind's own root"""
    assinado: Grupo
    """its one signed child"""
    protocolo: Grupo | None
    """the infProt (or infEvento, infInut) of the answer beside it"""
    versao: str | None
    """of the layout: the document's own before its envelope's"""
    id: str
    """the Id attribute of the signed child"""

    @property
    def acima(self) -> tuple[Grupo, ...]:
        """The groups from below the envelope to the document: it itself, or none."""
        return () if self.documento is self.envelope else (self.documento,)

    def posicao(self, caminho: str, grupo: Grupo) -> Posicao:
        """Where a group stands that has an `inicio`, and that path."""
        return Posicao(caminho, line_at(self.data, grupo.inicio))

    def descend(self, *nomes: str) -> tuple[Grupo, ...] | None:
        """The groups from below the envelope to that at the end of a path from the signed child.

        None where one of them is not there, or stands there more than once.
        """
        grupos = [*self.acima, self.assinado]
        for nome in nomes:
            inner = grupos[-1].unico(nome)
            if inner is None:
                return None
            grupos.append(inner)
        return tuple(grupos)

    def canonical(self, *grupos: Grupo) -> bytes | None:
        """The exclusive C14N of a group that has an `inicio`; None where that is not plain.

        `grupos`: those from below the envelope to it.
        """
        below = (self.envelope, *grupos)
        spaces = (grupo.atributo("xmlns") for grupo in reversed(below))
        space = next(filter(None, spaces)).encode()
        return read_canonical(self.data, below[-1].inicio, space)


def read_plain(data: bytes, limits: Limits) -> DocumentoPlano | None:
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
    return None if found is None else _document(data, raiz, envelope, *found)


def _document(
    data: bytes, raiz: str, envelope: Grupo, familia: Familia, kind: Kind
) -> DocumentoPlano | None:
    documento = envelope if raiz == kind.raiz else _first(envelope, kind.raiz)
    assinado = None if documento is None else _first(documento, kind.assinado)
    if documento is None or assinado is None:
        return None
    id_ = assinado.atributo("Id")
    if not id_:
        return None  # it matters whether it is empty or absent
    protocolo = None
    if kind.protocolo is not None and documento is not envelope:
        resposta, inside = kind.protocolo
        answer = _first(envelope, resposta)
        protocolo = None if answer is None else _first(answer, inside)
        if protocolo is None and (resposta in envelope or answer is not None):
            return None  # an answer without anything in it
    versoes = (each.atributo("versao") for each in (assinado, documento, envelope))
    versao = short(next(filter(None, versoes), "")) or None
    return DocumentoPlano(
        data=data,
        familia=familia,
        kind=kind,
        raiz=raiz,
        envelope=envelope,
        documento=documento,
        assinado=assinado,
        protocolo=protocolo,
        versao=versao,
        id=id_,
    )


def _first(grupo: Grupo, nome: str) -> Grupo | None:
    """The first element of a name, where that is a group; None where a field has it too."""
    return None if nome in grupo else grupo.grupo(nome)
