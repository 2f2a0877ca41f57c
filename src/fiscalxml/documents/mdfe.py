"""MDF-e (58): MOC MDF-e 3.00b."""

from fiscalxml.documents import codes
from fiscalxml.documents.kind import CamposChave, Familia, Kind, evento_kind

FAMILIA = Familia(
    nome="MDF-e",
    namespace="http://www.portalfiscal.inf.br/mdfe",
    kinds=(
        Kind(
            tipo="mdfe",
            raiz="MDFe",
            assinado="infMDFe",
            envelopes=("mdfeProc",),
            protocolo=("protMDFe", "infProt"),
            chave=CamposChave(numero="nMDF", codigo="cMDF"),
            prefixo_id="MDFe",
            detalhes=(("infModal",),),
        ),
        evento_kind("eventoMDFe", ("procEventoMDFe",), "retEventoMDFe", codes.MDFE_EVENTO),
    ),
    lotes=("enviMDFe",),
    oficiais=codes.MDFE,
)
