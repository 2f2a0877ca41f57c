"""CT-e (57), CT-e Simplificado (57), CT-e OS (67) and GTV-e (64): MOC CT-e 4.00."""

from collections.abc import Mapping

from fiscalxml.documents import codes
from fiscalxml.documents.kind import (
    CamposChave,
    FaltaDeForma,
    Familia,
    Kind,
    Oficial,
    evento_kind,
    inutilizacao_kind,
)
from fiscalxml.report import Tipo

_CHAVE = CamposChave(numero="nCT", codigo="cCT")
_PROTOCOLO = ("protCTe", "infProt")


def _cte(
    tipo: Tipo,
    raiz: str,
    envelopes: tuple[str, ...],
    oficiais: Mapping[FaltaDeForma, Oficial] | None = None,
) -> Kind:
    return Kind(
        tipo=tipo,
        raiz=raiz,
        assinado="infCte",
        envelopes=envelopes,
        protocolo=_PROTOCOLO,
        chave=_CHAVE,
        prefixo_id="CTe",
        detalhes=(("infCTeNorm", "infModal"), ("infModal",)),
        oficiais=oficiais or {},
    )


INUTILIZACAO = inutilizacao_kind("inutCTe", ("procInutCTe", "ProcInutCTe"), "retInutCTe")

FAMILIA = Familia(
    nome="CT-e",
    namespace="http://www.portalfiscal.inf.br/cte",
    kinds=(
        _cte("cte", "CTe", ("cteProc", "procCTe")),
        _cte("cteos", "CTeOS", ("cteOSProc",), codes.cte_id("H011", "H012")),
        _cte("ctesimp", "CTeSimp", ("cteSimpProc",)),
        _cte("gtve", "GTVe", ("GTVeProc", "gtveProc"), codes.cte_id("I11", "I12")),
        evento_kind("eventoCTe", ("procEventoCTe",), "retEventoCTe", codes.CTE_EVENTO),
        INUTILIZACAO,
    ),
    lotes=("enviCTe",),
    oficiais=codes.CTE,
)
