"""Which view reads which kind. A NEW KIND: one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.report import Tipo
from fiscalxml.summaries import bpe, cte, dce, evento, mdfe, nf3e, nfcom, nfe, nfse
from fiscalxml.summaries.resumo import Vista

VIEWS: Final[Mapping[Tipo, Callable[[Campos], Vista]]] = {
    "nfe": nfe.view,
    "nfce": nfe.view,
    "cte": cte.view,
    "cteos": cte.view,
    "ctesimp": cte.view,
    "gtve": cte.view,
    "mdfe": mdfe.view,
    "bpe": bpe.view,
    "nf3e": nf3e.view,
    "nfcom": nfcom.view,
    "nfse": nfse.view,
    "dps": nfse.view,
    "dce": dce.view,
    "evento": evento.view,
    "inutilizacao": evento.view_inutilizacao,
}
