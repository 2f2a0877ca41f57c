"""The notes that an event speaks of, where they are in the same file as the event itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from fiscalxml.documents.groups import Grupo, read_groups
from fiscalxml.xml import Element, child, descend, local_name

_MAX_LOOKED_AT = 50
"""documents beside the event: a file of thousands of both must not cost their product"""


class NotaJunta(NamedTuple):
    """A note beside the event, with its protocol if it has one."""

    grupo: Grupo
    """infNFe"""
    protocolo: Grupo | None
    """infProt"""


def find_notes(envelope: Element, chaves: frozenset[str]) -> dict[str, NotaJunta]:
    """Those of some chaves that stand beside an event (or its procEvento)."""
    found: dict[str, NotaJunta] = {}
    for note, around in _beside(envelope):
        inf = child(note, "infNFe")
        chave = "" if inf is None else (inf.get("Id") or "").removeprefix("NFe")
        if inf is None or chave not in chaves:
            continue
        protocolo = descend(around, "protNFe", "infProt")
        found[chave] = NotaJunta(
            read_groups(inf, None), None if protocolo is None else read_groups(protocolo, None)
        )
    return found


def _beside(envelope: Element) -> Iterator[tuple[Element, Element]]:
    """Each NFe beside it, and the nfeProc around that (or itself)."""
    around = envelope.getparent()
    if around is None:
        return
    for element in islice(around.iterchildren("{*}*"), _MAX_LOOKED_AT):
        note = element if local_name(element) == "NFe" else child(element, "NFe")
        if note is not None:
            yield note, element
