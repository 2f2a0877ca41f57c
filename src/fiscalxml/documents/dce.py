"""DC-e (99), declaração de conteúdo. Recognised and read; no permissive schema exists."""

from fiscalxml.documents.kind import Familia, Kind, evento_kind

FAMILIA = Familia(
    nome="DC-e",
    namespace="http://www.portalfiscal.inf.br/dce",
    kinds=(
        Kind(
            tipo="dce",
            raiz="DCe",
            assinado="infDCe",
            envelopes=("dceProc",),
            protocolo=("protDCe", "infProt"),
            prefixo_id="DCe",
            autor="emit",
        ),
        evento_kind("eventoDCe", ("procEventoDCe",), "retEventoDCe"),
    ),
)
