"""Edits of an unsigned note, and the key that its fields then call for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from lxml import etree

from fiscalxml.generator.drafts import Rascunho
from fiscalxml.identifiers.chave import chave_check_digit
from fiscalxml.xml import Element


def edit(
    nota: Rascunho, muda: Mapping[str, str], depois: Mapping[str, str], remove: Iterable[str]
) -> Rascunho:
    """The note with these edits, and the key, digits and QR Code that follow from its fields.

    Paths lead from infNFe, without namespaces: `muda` sets texts (or attributes, `det[1]/@nItem`),
    `depois` inserts XML after an element, `remove` takes elements away, in this order. In texts and
    XML `{chave}`, `{emitente}`, `{ie}` and `{destinatario}` stand for the note's own.
    """
    whole = f'<NFe xmlns="{nota.namespace}">{nota.assinado}{nota.suplemento}</NFe>'
    root = etree.fromstring(whole)
    inf = root[0]
    path = _Paths(nota.namespace)
    own = {
        "{chave}": nota.chave,
        "{emitente}": nota.titular,
        "{ie}": path.text(inf, "emit/IE"),
        "{destinatario}": path.text(inf, "dest/CNPJ"),
    }
    for where, text in muda.items():
        path.set_text(inf, where, _filled(text, own))
    for where, fragment in depois.items():
        path.insert_after(inf, where, _filled(fragment, own))
    for where in remove:
        path.remove(inf, where)
    chave = _chave(path, inf)
    inf.set("Id", f"NFe{chave}")
    path.set_text(inf, "ide/cDV", chave[-1])
    rest = "".join(_bare(each, nota.namespace) for each in root[1:])
    return replace(
        nota,
        assinado=_bare(inf, nota.namespace),
        identificador=f"NFe{chave}",
        titular=_titular(path, inf),
        emissao=datetime.fromisoformat(path.text(inf, "ide/dhEmi")),
        chave=chave,
        suplemento=rest.replace(nota.chave, chave),
        resposta=nota.resposta.replace(nota.chave, chave),
    )


def _filled(text: str, own: Mapping[str, str]) -> str:
    for name, value in own.items():
        text = text.replace(name, value)
    return text


def _bare(element: Element, namespace: str) -> str:
    """C14N without the namespace, which stands on the root of the document."""
    content: bytes = etree.tostring(element, method="c14n", exclusive=True)
    return content.decode().replace(f' xmlns="{namespace}"', "", 1)


def _titular(path: _Paths, inf: Element) -> str:
    return path.text(inf, "emit/CNPJ") or path.text(inf, "emit/CPF")


def _chave(path: _Paths, inf: Element) -> str:
    """Of the fields as they stand, right or wrong."""
    ide = {name: path.text(inf, f"ide/{name}") for name in _DA_CHAVE}
    base = (
        f"{ide['cUF']}{ide['dhEmi'][2:4]}{ide['dhEmi'][5:7]}{_titular(path, inf).zfill(14)}"
        f"{ide['mod']}{ide['serie'].zfill(3)}{ide['nNF'].zfill(9)}{ide['tpEmis']}{ide['cNF']}"
    )
    return base + chave_check_digit(base)


_DA_CHAVE: Final = ("cUF", "dhEmi", "mod", "serie", "nNF", "tpEmis", "cNF")


class _Paths:
    """Paths without namespaces, in a document of one namespace."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def text(self, element: Element, path: str) -> str:
        """Empty where the path leads nowhere."""
        found = self._find(element, path)
        return "" if found is None else found.text or ""

    def set_text(self, element: Element, path: str, text: str) -> None:
        owner, _, last = path.rpartition("/")
        if last.startswith("@"):
            self._child(element, owner).set(last[1:], text)
        else:
            self._child(element, path).text = text

    def insert_after(self, element: Element, path: str, fragment: str) -> None:
        wrapped = etree.fromstring(f'<x xmlns="{self._namespace}">{fragment}</x>')
        sibling = self._child(element, path)
        for new in reversed(wrapped):
            sibling.addnext(new)

    def remove(self, element: Element, path: str) -> None:
        gone = self._child(element, path)
        parent = gone.getparent()
        if parent is not None:
            parent.remove(gone)

    def _child(self, element: Element, path: str) -> Element:
        found = self._find(element, path)
        if found is None:
            raise LookupError(path)
        return found

    def _find(self, element: Element, path: str) -> Element | None:
        if not path:
            return element
        steps = (
            step if step == ".." else f"{{{self._namespace}}}{step}" for step in path.split("/")
        )
        return element.find("/".join(steps))
