"""The 27 units of the federation by IBGE code (cUF), and the other órgãos of an event."""

from __future__ import annotations

from typing import Final

UF_POR_CODIGO: Final[dict[str, str]] = {
    "11": "RO",
    "12": "AC",
    "13": "AM",
    "14": "RR",
    "15": "PA",
    "16": "AP",
    "17": "TO",
    "21": "MA",
    "22": "PI",
    "23": "CE",
    "24": "RN",
    "25": "PB",
    "26": "PE",
    "27": "AL",
    "28": "SE",
    "29": "BA",
    "31": "MG",
    "32": "ES",
    "33": "RJ",
    "35": "SP",
    "41": "PR",
    "42": "SC",
    "43": "RS",
    "50": "MS",
    "51": "MT",
    "52": "GO",
    "53": "DF",
}
"""cUF -> sigla: `TCodUfIBGE` of the official XSDs."""

CODIGO_POR_UF: Final[dict[str, str]] = {uf: codigo for codigo, uf in UF_POR_CODIGO.items()}
"""sigla -> cUF."""

UFS: Final[frozenset[str]] = frozenset(CODIGO_POR_UF)

ORGAO_AMBIENTE_NACIONAL: Final = "91"
"""cOrgao of the Ambiente Nacional in NF-e events (leiauteEventoCancNFe_v1.00.xsd)."""

# `TCOrgaoIBGE` by project, beyond the UFs. The same code names different órgãos from one project
# to the next (90 is the RFB in NF-e, SUFRAMA in CT-e), so only membership is stated here.
ORGAOS_ESPECIAIS: Final[dict[str, frozenset[str]]] = {
    "nfe": frozenset({"90", "91", "92", "94"}),
    "cte": frozenset({"90", "91", "93", "94", "95", "96"}),
    "mdfe": frozenset({"90", "91", "92", "93", "94"}),
    "nf3e": frozenset({"90", "91", "92", "93"}),
    "nfcom": frozenset({"90", "91", "92", "93"}),
    "bpe": frozenset({"80", "81", "90", "91", "92", "93"}),
}
