"""What people call the codes of a document."""

from __future__ import annotations

from typing import Final

TIPOS: Final[dict[str, str]] = {
    "nfe": "NF-e",
    "nfce": "NFC-e",
    "cte": "CT-e",
    "cteos": "CT-e OS",
    "ctesimp": "CT-e Simplificado",
    "gtve": "GTV-e",
    "mdfe": "MDF-e",
    "bpe": "BP-e",
    "nf3e": "NF3e",
    "nfcom": "NFCom",
    "nfse": "NFS-e",
    "dps": "DPS",
    "dce": "DC-e",
    "evento": "Evento",
    "inutilizacao": "Inutilização",
    "mensagem": "Mensagem de serviço",
    "desconhecido": "Documento desconhecido",
}

PERFIS: Final[dict[str, str]] = {
    "rascunho": "rascunho",
    "transmissao": "transmissão",
    "autorizado": "autorizado",
}

MODELOS: Final[dict[str, str]] = {
    "55": "NF-e",
    "57": "CT-e",
    "58": "MDF-e",
    "59": "CF-e SAT",
    "62": "NFCom",
    "63": "BP-e",
    "64": "GTV-e",
    "65": "NFC-e",
    "66": "NF3e",
    "67": "CT-e OS",
    "75": "NFAg",
    "76": "NFGas",
    "99": "DC-e",
}

_NFE: Final = {
    "1": "normal",
    "2": "contingência FS",
    "3": "regime especial NFF",
    "4": "contingência DPEC (EPEC)",
    "5": "contingência FS-DA",
    "6": "contingência SVC-AN",
    "7": "contingência SVC-RS",
    "9": "contingência off-line",
}
_NORMAL_OU_OFFLINE: Final = {"1": "normal", "2": "contingência off-line"}
_CTE_OS: Final = _NORMAL_OU_OFFLINE | {
    "7": "autorização pela SVC-RS",
    "8": "autorização pela SVC-SP",
}

# From the annotations of tpEmis in the official XSDs: leiauteNFe_v4.00, cteTiposBasico_v4.00,
# mdfeTiposBasico_v3.00, nfcomTiposBasico_v1.00, bpeTiposBasico_v1.00, nf3eTiposBasico_v1.00.
TIPOS_DE_EMISSAO: Final[dict[str, dict[str, str]]] = {
    "55": _NFE,
    "57": _CTE_OS | {"3": "regime especial NFF", "4": "EPEC"},
    "58": {"1": "normal", "2": "contingência", "3": "regime especial NFF"},
    "62": {"1": "normal", "2": "contingência"},
    "63": _NORMAL_OU_OFFLINE,
    "64": _NORMAL_OU_OFFLINE,
    "65": _NFE,
    "66": _NORMAL_OU_OFFLINE,
    "67": _CTE_OS,
}
"""modelo -> tpEmis -> meaning."""

ESTADOS: Final[dict[str, str]] = {
    "AC": "Acre",
    "AL": "Alagoas",
    "AM": "Amazonas",
    "AP": "Amapá",
    "BA": "Bahia",
    "CE": "Ceará",
    "DF": "Distrito Federal",
    "ES": "Espírito Santo",
    "GO": "Goiás",
    "MA": "Maranhão",
    "MG": "Minas Gerais",
    "MS": "Mato Grosso do Sul",
    "MT": "Mato Grosso",
    "PA": "Pará",
    "PB": "Paraíba",
    "PE": "Pernambuco",
    "PI": "Piauí",
    "PR": "Paraná",
    "RJ": "Rio de Janeiro",
    "RN": "Rio Grande do Norte",
    "RO": "Rondônia",
    "RR": "Roraima",
    "RS": "Rio Grande do Sul",
    "SC": "Santa Catarina",
    "SE": "Sergipe",
    "SP": "São Paulo",
    "TO": "Tocantins",
}

MESES: Final[tuple[str, ...]] = (
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
)
