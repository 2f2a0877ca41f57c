"""Why a text cannot be read: one finding each."""

from __future__ import annotations

from fiscalxml.report import Achado


class XmlRecusado(Exception):
    """The text cannot be read; `achado` says why, `parece` what it seems to be, if that shows."""

    def __init__(self, achado: Achado, parece: str | None = None) -> None:
        super().__init__(achado.mensagem)
        self.achado = achado
        self.parece = parece


def refuse(
    code: str, message: str, fix: str | None, parece: str | None = None, line: int | None = None
) -> XmlRecusado:
    """An `XmlRecusado` with an `erro` of the xml layer."""
    achado = Achado(
        codigo=code,
        camada="xml",
        severidade="erro",
        mensagem=message,
        correcao=fix,
        caminho="",
        linha=line,
    )
    return XmlRecusado(achado, parece)


def milhar(number: int) -> str:
    """12345 as 12.345."""
    return f"{number:,}".replace(",", ".")


def doctype() -> XmlRecusado:
    return refuse(
        "XML-005",
        "Declaração DOCTYPE recusada: documentos fiscais não usam DTD nem entidades.",
        "Remova a declaração DOCTYPE e as entidades que ela define.",
    )


def xinclude() -> XmlRecusado:
    return refuse(
        "XML-006",
        "XInclude recusado: um documento fiscal não inclui outros arquivos.",
        "Remova o elemento XInclude.",
    )


def html_page() -> XmlRecusado:
    """A web page that was saved in the place of a document."""
    return refuse(
        "XML-022",
        "É uma página HTML salva como XML, e não um documento fiscal.",
        "Baixe o documento de novo: o portal devolveu uma página (de erro ou de login).",
        "página HTML",
    )
