"""NFCom (62), comunicação e telecomunicação."""

from fiscalxml.documents.kind import CamposChave, Familia, Kind, evento_kind

FAMILIA = Familia(
    nome="NFCom",
    namespace="http://www.portalfiscal.inf.br/nfcom",
    kinds=(
        Kind(
            tipo="nfcom",
            raiz="NFCom",
            assinado="infNFCom",
            envelopes=("nfcomProc",),
            protocolo=("protNFCom", "infProt"),
            chave=CamposChave(numero="nNF", codigo="cNF", site="nSiteAutoriz"),
            prefixo_id="NFCom",
        ),
        evento_kind("eventoNFCom", ("procEventoNFCom",), "retEventoNFCom"),
    ),
)
