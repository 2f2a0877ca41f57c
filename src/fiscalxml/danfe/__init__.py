"""Auxiliary documents (DANFE, DACTE, DAMDFE, DACCe, DANFSe) as PDF.

    pdf = render(data)                        # bytes of one document -> bytes of a PDF

or, for many, one process that is kept:

    with Renderizador() as renderizador:
        for pedido in pedidos(lote):          # a request, or why there is none
            pdf = renderizador.draw(pedido)
"""

from __future__ import annotations

from itertools import islice

import msgspec

from fiscalxml.danfe.attachments import MAX_LOGO, check_logo, with_logo, with_nota
from fiscalxml.danfe.cancellations import chaves_canceladas
from fiscalxml.danfe.process import TIMEOUT, Renderizador, check_extra
from fiscalxml.danfe.refusals import (
    AnexoInvalido,
    DanfeImpossivel,
    DocumentoIlegivel,
    DocumentoRecusado,
    ExtraAusente,
    FalhaDoRenderizador,
    ForaDoLeiaute,
    NaoCabe,
    SemDocumentoAuxiliar,
    TempoEsgotado,
)
from fiscalxml.danfe.request import pedidos
from fiscalxml.danfe.wire import Pedido
from fiscalxml.documents.detect import VariosDocumentos
from fiscalxml.xml import Limits

__all__ = [
    "MAX_LOGO",
    "TIMEOUT",
    "AnexoInvalido",
    "DanfeImpossivel",
    "DocumentoIlegivel",
    "DocumentoRecusado",
    "ExtraAusente",
    "FalhaDoRenderizador",
    "ForaDoLeiaute",
    "NaoCabe",
    "Pedido",
    "Renderizador",
    "SemDocumentoAuxiliar",
    "TempoEsgotado",
    "VariosDocumentos",
    "chaves_canceladas",
    "check_extra",
    "check_logo",
    "pedido",
    "pedidos",
    "render",
    "with_logo",
    "with_nota",
]


def render(
    data: bytes,
    *,
    timeout: float = TIMEOUT,
    cancelado: bool = False,
    logo: bytes | None = None,
    nota: bytes | None = None,
    limits: Limits | None = None,
) -> bytes:
    """The PDF of the auxiliary document of the one document in `data`, within `timeout` seconds.

    `cancelado`: an event is known that cancelled it. `logo`: a PNG or JPEG. `nota`: the NF-e that
    a letter of correction is about, which has the issuer's name and address.

    Raises `VariosDocumentos` for more than one document, else a `DanfeImpossivel`.
    """
    wanted = pedido(data, cancelado=cancelado, logo=logo, nota=nota, limits=limits)
    with Renderizador() as renderizador:
        return renderizador.draw(wanted, timeout=timeout)


def pedido(
    data: bytes,
    *,
    cancelado: bool = False,
    logo: bytes | None = None,
    nota: bytes | None = None,
    limits: Limits | None = None,
) -> Pedido:
    """The request for the one document in `data`; its `avisos` say what the page leaves out.

    Takes and raises what `render` does.
    """
    found = list(islice(pedidos(data, limits=limits), 2))
    if len(found) > 1:
        raise VariosDocumentos("O conteúdo tem mais de um documento; use pedidos.")
    wanted = found[0]
    if isinstance(wanted, DanfeImpossivel):
        raise wanted
    if cancelado:
        wanted = msgspec.structs.replace(wanted, cancelado=True)
    return with_nota(with_logo(wanted, logo), nota)
