"""NFGas (76), gás canalizado. Recognised; no permissive schema exists and no tipo of its own."""

from fiscalxml.documents.kind import Familia, Kind, evento_kind

FAMILIA = Familia(
    nome="NFGas",
    namespace="http://www.portalfiscal.inf.br/nfgas",
    kinds=(
        Kind(
            tipo="desconhecido",
            raiz="NFGas",
            assinado="infNFGas",
            envelopes=("nfgasProc",),
            protocolo=("protNFGas", "infProt"),
            prefixo_id="NFGas",
        ),
        evento_kind("eventoNFGas", ("procEventoNFGas",), "retEventoNFGas"),
    ),
)
