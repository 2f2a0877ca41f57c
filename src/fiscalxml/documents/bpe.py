"""BP-e (63), with its Transporte Metropolitano and Transporte Aéreo forms."""

from fiscalxml.documents.kind import CamposChave, Familia, Kind, evento_kind


def _bpe(raiz: str, envelope: str) -> Kind:
    return Kind(
        tipo="bpe",
        raiz=raiz,
        assinado="infBPe",
        envelopes=(envelope,),
        protocolo=("protBPe", "infProt"),
        chave=CamposChave(numero="nBP", codigo="cBP"),
        prefixo_id="BPe",
        aceitos=frozenset({"100", "102", "150"}),
    )


FAMILIA = Familia(
    nome="BP-e",
    namespace="http://www.portalfiscal.inf.br/bpe",
    kinds=(
        _bpe("BPe", "bpeProc"),
        _bpe("BPeTM", "bpeTMProc"),
        _bpe("BPeTA", "bpeTAProc"),
        evento_kind("eventoBPe", ("procEventoBPe",), "retEventoBPe"),
    ),
)
