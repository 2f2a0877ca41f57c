"""NF3e (66), energia elétrica."""

from fiscalxml.documents.kind import CamposChave, Familia, Kind, evento_kind

FAMILIA = Familia(
    nome="NF3e",
    namespace="http://www.portalfiscal.inf.br/nf3e",
    kinds=(
        Kind(
            tipo="nf3e",
            raiz="NF3e",
            assinado="infNF3e",
            envelopes=("nf3eProc",),
            protocolo=("protNF3e", "infProt"),
            chave=CamposChave(numero="nNF", codigo="cNF", site="nSiteAutoriz"),
            prefixo_id="NF3e",
        ),
        evento_kind("eventoNF3e", ("procEventoNF3e",), "retEventoNF3e"),
    ),
)
