"""NFS-e padrão nacional: the note (signed by the Sefin), the DPS it came from, and events."""

from fiscalxml.documents import codes
from fiscalxml.documents.kind import Familia, Kind

_TITULAR = "A assinatura deve ser feita com o certificado digital do emitente"

EMITENTES = {"1": "prest", "2": "toma", "3": "interm"}
"""tpEmit of a DPS -> where its issuer stands"""

NFSE = Kind(
    tipo="nfse",
    raiz="NFSe",
    assinado="infNFSe",
    prefixo_id="NFS",
    autor=None,  # signed by the system of the municipality or of the Sefin
    oficiais=codes.nfse(
        "E1630",
        "E1632",
        "E1634",
        id_difere=(
            "E1263",
            "Conteúdo informado no identificador da NFS-e difere da concatenação dos campos "
            "correspondentes que formam o identificador.",
        ),
        nome="NFSe/Signature",
    ),
)
DPS = Kind(
    tipo="dps",
    raiz="DPS",
    assinado="infDPS",
    prefixo_id="DPS",
    autor="prest",
    oficiais=codes.nfse(
        "E0714",
        "E0715",
        "E0716",
        id_difere=(
            "E0004",
            "Conteúdo do identificador informado na DPS difere da concatenação dos campos "
            "correspondentes.",
        ),
        titular=("E0718", f"{_TITULAR} da DPS."),
        nome="NFSe/infNFSe/DPS/Signature",
    ),
)
PEDIDO = Kind(
    tipo="evento",
    raiz="pedRegEvento",
    assinado="infPedReg",
    prefixo_id="PRE",
    autor="",
    oficiais=codes.nfse(
        "E1980",
        "E1983",
        "E1986",
        titular=("E1991", f"{_TITULAR} do Pedido de Registro de Evento."),
        nome="evento/pedRegEvento/Signature",
    ),
)
EVENTO = Kind(
    tipo="evento",
    raiz="evento",
    assinado="infEvento",
    prefixo_id="EVT",
    autor=None,
    oficiais=codes.nfse("E2020", "E2023", "E2026", nome="evento/Signature"),
)

FAMILIA = Familia(
    nome="NFS-e",
    namespace="http://www.sped.fazenda.gov.br/nfse",
    kinds=(NFSE, DPS, PEDIDO, EVENTO),
)
