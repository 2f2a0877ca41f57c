"""Group C: emitente."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.identifiers.uf import CODIGO_POR_UF, UF_POR_CODIGO
from fiscalxml.rules.nfe.pessoas import (
    cnpj_invalido,
    cpf_invalido,
    municipio_de_outra_uf,
)
from fiscalxml.rules.nfe.scopes import MOC_7, NFF, Nota, da_nota

_SERIES_AVULSA: Final = range(890, 900)
_SERIES_FISCO: Final = range(910, 920)
_SERIES_CPF: Final = range(910, 970)
_SERIES_PAA_CPF: Final = range(970, 980)
_SERIES_PAA_CNPJ: Final = range(980, 990)
_PAA: Final = date(2026, 8, 3)
_PAA_HOMOLOGACAO: Final = date(2026, 6, 8)
"""first day of notes through a provider of signatures, in series of their own (NT 2026.001)"""
_NFCE_COM_CPF: Final = date(2023, 9, 4)
"""from here on producers emit NFC-e, too (NT 2023.002)"""


@da_nota(
    "nfe:C02-10",
    "207",
    com="emit:CNPJ",
    correcao="Corrija o CNPJ do emitente.",
    causa="CNPJ digitado errado no cadastro da empresa.",
)
def cnpj_do_emitente(nota: Nota) -> Falha | None:
    return cnpj_invalido(nota.emit, "emit/CNPJ")


@da_nota(
    "nfe:C02-30",
    "503",
    com="emit:CNPJ",
    correcao="As séries 910 a 979 são de emitente com CPF: use uma série de 0 a 909 (ou, por "
    "provedor de assinatura e autorização, de 980 a 989).",
    causa="Série de produtor rural usada por empresa.",
)
def serie_de_cnpj(nota: Nota) -> Falha | None:
    serie = nota.ide["serie"]
    if len(serie) < 3 or serie < "910" or "CNPJ" not in nota.emit:
        return None
    paa = _com_paa(nota)
    if paa and _em(serie, _SERIES_PAA_CNPJ):
        return None
    return Falha("ide/serie", serie, "0 a 909 ou 980 a 989" if paa else "0 a 909")


@da_nota(
    "nfce:C02a-04",
    "337",
    desde=MOC_7,
    ate=_NFCE_COM_CPF - timedelta(days=1),
    quando=lambda nota: nota.tpEmis != NFF,
    com="emit:CPF",
    correcao="Até setembro de 2023 pessoa física não emitia NFC-e: informe o CNPJ do emitente, ou "
    "emita NF-e.",
    causa="Produtor rural com CPF que vende a consumidor com o modelo 65.",
)
def nfce_de_pessoa_fisica(nota: Nota) -> Falha | None:
    return Falha("emit/CPF", nota.emit["CPF"], "CNPJ")


@da_nota(
    "nfe:C02a-08",
    "652",
    com="emit:CPF",
    obrigatoriedade="facultativa",
    correcao="Confirme com a SEFAZ da UF se pessoa física pode emitir NF-e.",
    causa="A UF do emitente só aceita NF-e de pessoa jurídica.",
    duvida="Cada UF escolhe se a aplica, e não há lista pública das que não aceitam NF-e de "
    "produtor rural com CPF.",
)
def nfe_de_pessoa_fisica(nota: Nota) -> Falha | None:
    return Falha("emit/CPF", nota.emit["CPF"], "CNPJ")


@da_nota(
    "nfe:C02a-10",
    "495",
    desde=MOC_7,
    quando=lambda nota: nota.tpEmis != NFF,
    com="emit:CPF",
    correcao="Com CPF, use uma série de 920 a 969 (910 a 919 e 890 a 899 são da nota avulsa, 970 a "
    "979 de quem emite por provedor de assinatura e autorização).",
    causa="Série de empresa, como 1, usada por produtor rural com CPF.",
)
def serie_de_cpf(nota: Nota) -> Falha | None:
    """Of the NFC-e only since people may emit it; until then that was the fault (337)."""
    serie = nota.ide["serie"]
    if _em(serie, _SERIES_AVULSA) or _em(serie, _SERIES_CPF):
        return None
    if nota.ide["mod"] == "65" and nota.emissao and nota.emissao.date() < _NFCE_COM_CPF:
        return None
    paa = _com_paa(nota)
    if paa and _em(serie, _SERIES_PAA_CPF):
        return None
    return Falha("ide/serie", serie, f"890 a 899 ou 910 a {979 if paa else 969}")


@da_nota(
    "nfe:C02a-14",
    "407",
    quando=lambda nota: nota.tpEmis != NFF,
    com="emit:CPF",
    obrigatoriedade="facultativa",
    correcao="Emita a nota no serviço de nota avulsa da SEFAZ (séries 890 a 899 ou 910 a 919).",
    causa="A UF do emitente só aceita NF-e de pessoa física na nota avulsa.",
    duvida="Cada UF escolhe se a aplica, e não há lista pública das que só aceitam a nota avulsa.",
)
def cpf_fora_da_avulsa(nota: Nota) -> Falha | None:
    serie = nota.ide["serie"]
    if _em(serie, _SERIES_AVULSA) or _em(serie, _SERIES_FISCO):
        return None
    return Falha("ide/serie", serie, "890 a 899 ou 910 a 919")


@da_nota(
    "nfe:C02a-20",
    "401",
    desde=MOC_7,
    com="emit:CPF",
    correcao="Corrija o CPF do emitente.",
    causa="CPF digitado errado no cadastro do emitente.",
)
def cpf_do_emitente(nota: Nota) -> Falha | None:
    return cpf_invalido(nota.emit, "emit/CPF")


@da_nota(
    "nfe:C10-20",
    "273",
    correcao="Informe em enderEmit/cMun o código IBGE de um município da UF do emitente.",
    causa="UF e código do município vêm de cadastros diferentes, ou um deles está desatualizado.",
)
def municipio_do_emitente(nota: Nota) -> Falha | None:
    ender = nota.ender_emit
    return municipio_de_outra_uf(ender["cMun"], ender["UF"], "emit/enderEmit/cMun")


@da_nota(
    "nfe:C12-10",
    "247",
    correcao="A UF do endereço do emitente é a da SEFAZ que autoriza (cUF): corrija a que estiver "
    "errada.",
    causa="Filial em outra UF emitindo com a configuração da matriz.",
)
def uf_do_emitente(nota: Nota) -> Falha | None:
    """enderEmit/UF is the state that is asked to authorise, or else cUF."""
    uf, autorizadora = nota.ender_emit["UF"], UF_POR_CODIGO.get(nota.ide["cUF"])
    if nota.destino.autorizador in CODIGO_POR_UF:
        autorizadora = nota.destino.autorizador
    if uf == autorizadora or autorizadora is None:
        return None
    return Falha("emit/enderEmit/UF", uf, autorizadora)


def _com_paa(nota: Nota) -> bool:
    """Issued when there were notes through a provider of signatures already, or nobody knows."""
    desde = _PAA_HOMOLOGACAO if nota.ide["tpAmb"] == "2" else _PAA
    return nota.emissao is None or nota.emissao.date() >= desde


def _em(serie: str, faixa: range) -> bool:
    return serie.isdecimal() and int(serie) in faixa
