"""The only module that knows brazilfiscalreport: a request to a PDF.

Where the library prints less than it must, a subclass mends it: see decision 9.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any, Final

import msgspec
from brazilfiscalreport.dacce import DaCCe
from brazilfiscalreport.dacte import Dacte, DacteConfig
from brazilfiscalreport.damdfe import Damdfe, DamdfeConfig
from brazilfiscalreport.damdfe.damdfe_conf import TP_EMISSAO, TP_MODAL
from brazilfiscalreport.damdfe.damdfe_conf import URL as MDFE
from brazilfiscalreport.danfce import Danfce, DanfceConfig
from brazilfiscalreport.danfce.config import DecimalConfig as DanfceDecimals
from brazilfiscalreport.danfe import DanfeConfig, DecimalConfig, ProductDescriptionConfig
from brazilfiscalreport.danfe.config import DanfeLayout
from brazilfiscalreport.danfe.danfe import resolve_layout
from brazilfiscalreport.danfe.danfe_moc_7_0 import DanfeMoc70
from brazilfiscalreport.danfe.danfe_nt_2026_010 import DanfeNt2026010
from brazilfiscalreport.danfse import Danfse, DanfseConfig
from brazilfiscalreport.utils import format_number, get_tag_text
from fpdf import FPDF
from PIL import Image

from fiscalxml.danfe.wire import Culpa, Pedido

_SEM_VALOR: Final = "SEM VALOR FISCAL"
_MODAL: Final = "MODAL {} DE CARGA"
_CANCELADO: Final = "CANCELADO"
TP_EMISSAO.setdefault("3", "REGIME ESPECIAL NFF")
_NFE: Final = ".//{http://www.portalfiscal.inf.br/nfe}"


class NaoDesenha(Exception):
    """What was asked for cannot be drawn, and this is why."""

    def __init__(self, culpa: Culpa) -> None:
        super().__init__(culpa)
        self.culpa = culpa


def draw(pedido: Pedido) -> bytes:
    """The PDF. Raises `NaoDesenha`, or whatever the library raises."""
    pdf = _DRAWERS[pedido.auxiliar](pedido)
    if pedido.anexo:
        _add_annex(pdf, pedido)
    pdf.set_title(pedido.titulo)
    pdf.set_lang("pt-BR")
    if pedido.emissao:
        pdf.set_creation_date(datetime.fromisoformat(pedido.emissao))
    return bytes(pdf.output())


def _danfe(pedido: Pedido) -> FPDF:
    config = DanfeConfig(
        logo=_logo(pedido),
        watermark_cancelled=pedido.cancelado,
        decimal_config=DecimalConfig(
            price_precision=pedido.casas_preco, quantity_precision=pedido.casas_quantidade
        ),
        product_description_config=ProductDescriptionConfig(
            display_branch=True, display_anp=True, display_anvisa=True, display_xped=True
        ),
    )
    old = resolve_layout(pedido.xml, DanfeLayout.AUTO) is DanfeLayout.MOC_7_0
    return (_DanfeMoc70 if old else _DanfeNt2026010)(pedido.xml, config=config)


def _danfce(pedido: Pedido) -> FPDF:
    config = DanfceConfig(
        logo=_logo(pedido),
        watermark_cancelled=pedido.cancelado,
        decimal_config=DanfceDecimals(quantity_precision=pedido.casas_quantidade),
    )
    return _Danfce(pedido.xml, config, casas=pedido.casas_preco)


def _dacte(pedido: Pedido) -> FPDF:
    config = DacteConfig(
        logo=_logo(pedido),
        watermark_cancelled=pedido.cancelado,
        display_ibs_cbs="IBSCBS>" in pedido.xml,
    )
    return _Dacte(pedido.xml, config=config)


def _damdfe(pedido: Pedido) -> FPDF:
    return _Damdfe(pedido, DamdfeConfig(logo=_logo(pedido)))


def _dacce(pedido: Pedido) -> FPDF:
    emitente = msgspec.to_builtins(pedido.emitente) if pedido.emitente else None
    return _Dacce(pedido.xml, emitente=emitente, image=_logo(pedido))


def _danfse(pedido: Pedido) -> FPDF:
    return _Danfse(pedido, DanfseConfig(watermark_cancelled=pedido.cancelado))


_DRAWERS: Final = {
    "danfe": _danfe,
    "danfce": _danfce,
    "dacte": _dacte,
    "damdfe": _damdfe,
    "dacce": _dacce,
    "danfse": _danfse,
}


def _logo(pedido: Pedido) -> BytesIO | None:
    """Looked at before a page is begun: what only looks like an image is refused."""
    if pedido.logo is None:
        return None
    try:
        with Image.open(BytesIO(pedido.logo), formats=("PNG", "JPEG")) as image:
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NaoDesenha("logo") from error
    return BytesIO(pedido.logo)


def _add_annex(pdf: FPDF, pedido: Pedido) -> None:
    """Pages that list what the library's have no room for; its marks are on them, too."""
    pdf.set_auto_page_break(auto=True, margin=pdf.b_margin)
    pdf.add_page(orientation="P")
    pdf.set_font("Times", "B", 10)
    pdf.set_xy(pdf.l_margin, pdf.t_margin)
    pdf.multi_cell(0, 5, f"ANEXO DO {pedido.titulo}", new_x="LMARGIN", new_y="NEXT")
    for bloco in pedido.anexo:
        pdf.set_font("Times", "B", 8)
        pdf.multi_cell(0, 6, bloco.titulo, border="B", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Times", "", 8)
        for linha in bloco.linhas:
            pdf.multi_cell(0, 4, linha, align="L", new_x="LMARGIN", new_y="NEXT")


def _is_writing(pdf: object) -> bool:
    """The library also draws to measure only; fpdf2 then has replaced its own output."""
    return "_out" not in vars(pdf)


class _Bounded:
    """Text below the page is lost to whoever reads it: such a document is not drawn at all."""

    y: float
    h: float

    def _render_styled_text_line(self, text_line: Any, *args: Any, **kwargs: Any) -> Any:
        if (
            _is_writing(self)
            and self.y > self.h
            and any(part.characters for part in text_line.fragments)
        ):
            raise NaoDesenha("tamanho")
        return super()._render_styled_text_line(text_line, *args, **kwargs)  # type: ignore[misc]


class _ItemsByPage:
    """The library lays out all items that are left to learn how many fit on a page, which takes
    minutes for a note of 990; here as many as fitted on the page before, and some more."""

    _rows = 32

    def _calculate_product_splits(
        self, products: list[Any], height_product_table: float
    ) -> tuple[list[Any], list[Any]]:
        while True:
            some = products[: self._rows]
            here, later = super()._calculate_product_splits(  # type: ignore[misc]
                products=some, height_product_table=height_product_table
            )
            if later or len(some) == len(products):
                break
            self._rows *= 2
        self._rows = len(here) + 8
        return here, later + products[len(some) :]

    def _draw_products(
        self, height_product_table: float, products: list[Any], *rest: Any
    ) -> tuple[list[Any], Any, Any]:
        """Refuses what would run into the block below: an item that has a page too small."""
        drawn: tuple[list[Any], Any, Any] = super()._draw_products(  # type: ignore[misc]
            height_product_table, products, *rest
        )
        height = sum(getattr(row, "height", row) for row in drawn[0])
        if _is_writing(self) and height > height_product_table:
            raise NaoDesenha("tamanho")
        return drawn


class _DanfeMoc70(_ItemsByPage, _Bounded, DanfeMoc70):
    """See its bases."""


class _DanfeNt2026010(_ItemsByPage, _Bounded, DanfeNt2026010):
    """See its bases."""


class _Danfce(Danfce):
    """Unit prices with decimals of their own: the totals have two."""

    def __init__(
        self, xml: str, config: DanfceConfig, _probe_height: float | None = None, *, casas: int = 2
    ) -> None:
        self._casas = casas
        super().__init__(xml, config, _probe_height)

    def _parse_xml(self) -> dict[str, Any]:
        data: dict[str, Any] = super()._parse_xml()
        if data["issuer"]["fant"] == "-":  # no xFant
            data["issuer"]["fant"] = ""
        return data

    def _parse_items(self, dets: list[Any]) -> list[dict[str, str]]:
        items: list[dict[str, str]] = super()._parse_items(dets)
        for item, det in zip(items, dets, strict=True):
            item["unit_value"] = format_number(get_tag_text(det, _NFE, "vUnCom"), self._casas)
        return items


class _Dacte(_Bounded, Dacte):
    """The library marks the first page only, and its mark hides what is below."""

    def add_page(self, *args: Any, **kwargs: Any) -> None:
        super().add_page(*args, **kwargs)
        if self.page > 1:
            self._draw_void_watermark()

    def _draw_void_watermark(self) -> None:
        with self.local_context(fill_opacity=0.5):
            super()._draw_void_watermark()


class _Dacce(_Bounded, DaCCe):
    """See its bases."""


class _Damdfe(_Bounded, Damdfe):
    """The library has no mark for a cancelled manifesto, and names every modal rodoviário; what was
    issued in contingência keeps its warning, and hides its protocol, even when SEFAZ has authorised
    it since."""

    def __init__(self, pedido: Pedido, config: DamdfeConfig) -> None:
        self._cancelado = pedido.cancelado
        self._drawn = False
        super().__init__(pedido.xml, config)
        self._drawn = True

    def add_page(self, *args: Any, **kwargs: Any) -> None:
        super().add_page(*args, **kwargs)
        if self._drawn:
            self._draw_void_watermark()

    @property
    def tp_emis(self) -> str:
        """Asked only to choose between the protocol and the warning."""
        return "1" if self.prot_mdfe is not None else self._tp_emis

    @tp_emis.setter
    def tp_emis(self, value: str) -> None:
        self._tp_emis = value

    def multi_cell(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("text") == _MODAL.format("RODOVIÁRIO"):
            kwargs["text"] = _MODAL.format(TP_MODAL[get_tag_text(self.ide, MDFE, "modal")])
        return super().multi_cell(*args, **kwargs)

    def _draw_contingency_watermark(self) -> None:
        if self.tp_emis == "2":
            super()._draw_contingency_watermark()

    def _draw_void_watermark(self) -> None:
        if self._cancelado and get_tag_text(self.ide, MDFE, "tpAmb") == "1":
            _stamp(self, _CANCELADO)
        elif self._cancelado:
            _stamp(self, f"{_CANCELADO} - {_SEM_VALOR}", size=45)
        else:
            super()._draw_void_watermark()


class _Danfse(_Bounded, Danfse):
    """A note whose signature does not verify is marked, as other documents without protocol."""

    def __init__(self, pedido: Pedido, config: DanfseConfig) -> None:
        self._sem_valor = pedido.sem_valor
        super().__init__(pedido.xml, config)

    def _draw_watermark(self) -> None:
        super()._draw_watermark()
        if self._sem_valor and not self.watermark_cancelled:
            _stamp(self, _SEM_VALOR)


def _stamp(pdf: FPDF, words: str, *, size: int = 60) -> None:
    """The mark of the library's own documents, across the current page."""
    pdf.set_font("Helvetica", "B", size)
    x, y = (pdf.w - pdf.get_string_width(words)) / 2, (pdf.h + 15) / 2
    with pdf.local_context(text_color=(220, 150, 150)), pdf.rotation(55, pdf.w / 2, pdf.h / 2):
        pdf.text(x, y, words)
