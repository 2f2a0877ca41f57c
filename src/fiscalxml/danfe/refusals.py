"""Why no PDF was made: one exception each, whose message a user can read."""

from __future__ import annotations

from fiscalxml.report import Achado


class DanfeImpossivel(Exception):
    """No auxiliary document was drawn; the message says why, in Portuguese."""


class DocumentoRecusado(DanfeImpossivel):
    """The cause is in the document or in what came with it: trying again changes nothing."""


class DocumentoIlegivel(DocumentoRecusado):
    """The bytes hold no document that can be read; `achado` says why."""

    def __init__(self, achado: Achado) -> None:
        line = f" (linha {achado.linha})" if achado.linha else ""
        super().__init__(f"{achado.codigo} {achado.mensagem}{line}")
        self.achado = achado


class SemDocumentoAuxiliar(DocumentoRecusado):
    """The layouts, or this version, know no auxiliary document for it."""


class ForaDoLeiaute(DocumentoRecusado):
    """Neither does a schema accept it nor did SEFAZ: what it says cannot be printed faithfully."""


class NaoCabe(DocumentoRecusado):
    """The document has more to say than its page can hold: part of it would be lost."""

    def __init__(self) -> None:
        super().__init__(
            "O documento tem mais texto do que cabe na folha do documento auxiliar; ele não foi "
            "impresso para que nada se perdesse."
        )


class AnexoInvalido(DocumentoRecusado):
    """The logo, or the note given with a letter of correction, is not what it should be."""


class ExtraAusente(DanfeImpossivel):
    """The optional library that draws is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "A impressão em PDF é um extra que não está instalado; instale com: "
            "pip install 'fiscalxml[danfe]'"
        )


class TempoEsgotado(DanfeImpossivel):
    """The document took longer than it was given; the process that drew it was ended."""

    def __init__(self, segundos: float) -> None:
        words = f"{segundos:g}".replace(".", ",")
        super().__init__(
            f"O PDF não ficou pronto em {words} s e foi interrompido; documentos com muitos itens "
            "pedem um tempo maior."
        )
        self.segundos = segundos


class FalhaDoRenderizador(DanfeImpossivel):
    """The library failed on the document, or its process ended; `detalhe` is for engineers."""

    def __init__(self, detalhe: str) -> None:
        super().__init__(
            "O renderizador de PDF não conseguiu desenhar este documento (falha interna dele)."
        )
        self.detalhe = detalhe
