"""A document that was found in a text: what it is, what it says, and where its elements are."""

from __future__ import annotations

import msgspec

from fiscalxml.cached import cached_property
from fiscalxml.documents.campos import Campos
from fiscalxml.documents.kind import Familia, Kind
from fiscalxml.documents.plain import DocumentoPlano
from fiscalxml.documents.ramos import Ramo
from fiscalxml.xml import Element, Posicao, Xml, caminho, child, local_name, short


class Encontrado(msgspec.Struct, frozen=True, dict=True):
    """One document inside a text.

    `envelope`, `documento` and `assinado` are elements. They are for who words a finding, or has
    to look closer: whoever asks a plain document for one has its text parsed. What most documents
    are asked for (`campos`, `versao` …) is there without.
    """

    xml: Xml
    elemento: Element | None = None
    """its envelope, where a tree was there from the first; ask for `envelope`"""
    familia: Familia | None = None
    kind: Kind | None = None
    """None for a service message, a fragment or anything unknown"""
    plano: DocumentoPlano | None = None
    """what was read of a plain text, whose one document it is"""
    lote: Element | None = None
    """the lote that carries it, on the first document of the lote only"""
    primeiro: Element | None = None
    """what is signed of the first document of the lote, on the others"""
    estranho: str | None = None
    """the name of an envelope around it that no layout has"""
    mensagem: bool = False
    parece: str | None = None

    @cached_property
    def envelope(self) -> Element:
        """What stands alone as a file: nfeProc where there is one, else the document itself."""
        return self.xml.root if self.elemento is None else self.elemento

    @cached_property
    def documento(self) -> Element | None:
        """The kind's own root."""
        if self.kind is None:
            return None
        if self.raiz == self.kind.raiz:
            return self.envelope
        return child(self.envelope, self.kind.raiz)

    @cached_property
    def assinado(self) -> Element | None:
        """The signed child of the document: all that it states is inside."""
        if self.kind is None or self.documento is None:
            return None
        return child(self.documento, self.kind.assinado)

    @property
    def raiz(self) -> str:
        """The name of the envelope."""
        return local_name(self.envelope) if self.plano is None else self.plano.raiz

    @cached_property
    def campos(self) -> Campos | None:
        """What the signed element says."""
        if self.plano is not None:
            return self.plano.assinado
        return None if self.assinado is None else Ramo(self.assinado)

    @cached_property
    def em_volta(self) -> Campos | None:
        """What the document says beside it: the signature, a suplemento."""
        if self.plano is not None:
            return self.plano.documento
        return None if self.documento is None else Ramo(self.documento)

    @property
    def versao(self) -> str | None:
        """The layout version, the document's own before its envelope's."""
        if self.plano is not None:
            return self.plano.versao
        for element in (self.assinado, self.documento, self.envelope):
            if element is not None and (versao := element.get("versao")):
                return short(versao)
        return None

    @property
    def id(self) -> str | None:
        """The Id attribute of the signed element."""
        if self.plano is not None:
            return self.plano.id
        return None if self.assinado is None else self.assinado.get("Id")

    @property
    def inteiro(self) -> bool:
        """Whether the whole text is this document."""
        return self.plano is not None or self.envelope is self.xml.root

    def caminho(self, element: Element) -> str:
        """The path from the document's root, or from the envelope for what stands outside."""
        return caminho(element, self.envelope, self.documento)

    def posicao(self, onde: Element | Posicao) -> Posicao:
        """Where an element stands."""
        if isinstance(onde, Posicao):
            return onde
        return Posicao(self.caminho(onde), self.xml.line(onde))

    @property
    def posicao_do_documento(self) -> Posicao:
        """Where the document begins."""
        if self.plano is not None:
            return self.plano.posicao(self.plano.kind.raiz, self.plano.documento)
        return self.posicao(self.envelope if self.documento is None else self.documento)
