"""NF-e (55) and NFC-e (65): MOC 7.0."""

from fiscalxml.documents import codes
from fiscalxml.documents.kind import (
    CamposChave,
    Familia,
    Kind,
    evento_kind,
    inutilizacao_kind,
)

NFE = Kind(
    tipo="nfe",
    raiz="NFe",
    assinado="infNFe",
    envelopes=("nfeProc",),
    protocolo=("protNFe", "infProt"),
    modelos={"65": "nfce"},
    chave=CamposChave(numero="nNF", codigo="cNF"),
    prefixo_id="NFe",
)
EVENTO = evento_kind(
    "evento",
    ("procEventoNFe", "procEvento"),
    "retEvento",
    codes.NFE_EVENTO,
    modelos_alvo=frozenset({"55", "65"}),
)
INUTILIZACAO = inutilizacao_kind(
    "inutNFe", ("procInutNFe", "ProcInutNFe"), "retInutNFe", codes.NFE_INUTILIZACAO
)

FAMILIA = Familia(
    nome="NF-e",
    namespace="http://www.portalfiscal.inf.br/nfe",
    kinds=(NFE, EVENTO, INUTILIZACAO),
    lotes=("enviNFe", "envEvento"),
    oficiais=codes.NFE,
)
