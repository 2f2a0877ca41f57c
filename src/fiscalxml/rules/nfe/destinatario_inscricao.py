"""Group E: destinatário, its registrations in states and in the SUFRAMA (E16a to E18)."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.areas_incentivadas import AMAZONIA_OCIDENTAL, MACAPA_E_SANTANA
from fiscalxml.rules.nfe.pessoas import (
    EXTERIOR,
    ie_invalida,
    suframa_invalida,
)
from fiscalxml.rules.nfe.scopes import Nota, da_nota

_SEM_ISENTO: Final = frozenset(
    {
        *("AL", "AM", "BA", "CE", "DF", "ES", "GO", "MG", "MS", "MT"),
        *("PB", "PE", "RJ", "RN", "RS", "SE", "SP"),
    }
)
"""states without contribuintes isentos de inscrição"""
_SEM_ISENTO_ANTES: Final = frozenset(
    {*("AM", "BA", "CE", "GO", "MG", "MS", "MT", "PA", "PE", "RN", "SE", "SP")}
)
"""and those of the MOC 7.0, for operations between states only"""
_NT_2025_001: Final = date(2025, 9, 1)
_NT_2025_001_V103: Final = date(2025, 11, 3)
"""production of the list of today; that of the months before was changed twice"""
_ISENTA_OU_NAO_TRIBUTADA: Final = frozenset({"40", "41", "103", "300", "400"})
"""CST and CSOSN"""


@da_nota(
    "nfce:E16a-10",
    "789",
    quando=lambda nota: nota.indIEDest != "9",
    com="dest",
    correcao="Na NFC-e o comprador é sempre não contribuinte: informe indIEDest 9.",
    causa="Venda a contribuinte do ICMS com o modelo 65: para ele cabe a NF-e.",
)
def nfce_a_nao_contribuinte(nota: Nota) -> Falha | None:
    return Falha("dest/indIEDest", nota.dest["indIEDest"], "9")


@da_nota(
    "nfe:E16a-30",
    "805",
    desde=date(2016, 7, 1),
    quando=lambda nota: nota.indIEDest == "2" and nota.idDest in ("1", "2"),
    com="dest/enderDest",
    correcao="A UF do destinatário não tem contribuinte isento de inscrição: informe a IE dele com "
    "indIEDest 1, ou indIEDest 9 se não for contribuinte.",
    causa="Indicador de isento usado para cliente sem inscrição estadual.",
)
def isento_em_uf_que_nao_o_tem(nota: Nota) -> Falha | None:
    """ST in any item, or an item that is exempt or not taxed, is an exception."""
    uf = nota.ender_dest["UF"]
    if uf not in _sem_isento(nota) or any(
        (icms["CST"] or icms["CSOSN"]) in _ISENTA_OU_NAO_TRIBUTADA
        or icms.valor("vICMSST")
        or "vICMSSTRet" in icms
        for icms in nota.icms
    ):
        return None
    return Falha("dest/indIEDest", "2", f"1 ou 9 em {uf}")


@da_nota(
    "nfe:E16a-40",
    "696",
    quando=lambda nota: (
        nota.indIEDest == "9" and nota.indFinal != "1" and nota.tpNF == "1" and nota.idDest != "3"
    ),
    com="dest",
    correcao="Venda a não contribuinte é a consumidor final: informe indFinal 1, ou corrija "
    "indIEDest.",
    causa="Consumidor final não marcado em venda a pessoa física ou a empresa sem inscrição.",
)
def nao_contribuinte_consumidor_final(nota: Nota) -> Falha | None:
    return Falha("ide/indFinal", nota.ide["indFinal"], "1")


@da_nota(
    "nfce:E17-10",
    "729",
    com="dest:IE",
    correcao="Retire dest/IE da NFC-e.",
    causa="Inscrição do cadastro do cliente enviada também na NFC-e.",
)
def nfce_com_ie_do_comprador(nota: Nota) -> Falha | None:
    """The manual speaks of operations with other countries; users report it of all."""
    ie = nota.dest["IE"]
    if not ie:
        return None
    return Falha("dest/IE", ie, "não informar", aviso=nota.ide["idDest"] != "3")


@da_nota(
    "nfe:E17-20",
    "728",
    quando=lambda nota: nota.indIEDest == "1",
    com="dest",
    correcao="Informe a inscrição estadual do destinatário contribuinte, ou corrija indIEDest.",
    causa="Cliente marcado como contribuinte, sem a inscrição no cadastro.",
)
def contribuinte_sem_ie(nota: Nota) -> Falha | None:
    if not nota.dest["IE"]:
        return Falha("dest/IE", "ausente", "inscrição estadual")
    return None


@da_nota(
    "nfe:E17-30",
    "791",
    quando=lambda nota: nota.indIEDest == "2",
    com="dest:IE",
    correcao="Destinatário isento não tem IE: retire-a, ou informe indIEDest 1.",
    causa="Indicador de isento com a inscrição preenchida no cadastro.",
)
def isento_com_ie(nota: Nota) -> Falha | None:
    if nota.dest["IE"]:
        return Falha("dest/IE", nota.dest["IE"], "não informar")
    return None


@da_nota(
    "nfe:E17-40",
    "792",
    com="dest:IE",
    correcao="Retire a IE: o destinatário está no exterior.",
    causa="Cadastro de cliente nacional reaproveitado para o do exterior.",
)
def ie_no_exterior(nota: Nota) -> Falha | None:
    if nota.dest["IE"] and nota.ender_dest["UF"] == EXTERIOR:
        return Falha("dest/IE", nota.dest["IE"], "não informar")
    return None


@da_nota(
    "nfe:E17-50",
    "210",
    com="dest:IE",
    correcao="Corrija a inscrição estadual do destinatário.",
    causa="Inscrição digitada errada, ou de outra UF.",
)
def ie_do_destinatario(nota: Nota) -> Falha | None:
    return ie_invalida(nota.dest["IE"], nota.ender_dest["UF"], "dest/IE")


@da_nota(
    "nfce:E18-10",
    "730",
    com="dest:ISUF",
    correcao="Retire dest/ISUF da NFC-e.",
    causa="Inscrição na Suframa do cadastro do cliente enviada também na NFC-e.",
)
def nfce_sem_suframa(nota: Nota) -> Falha | None:
    if "ISUF" in nota.dest:
        return Falha("dest/ISUF", nota.dest["ISUF"], "não informar")
    return None


@da_nota(
    "nfe:E18-20",
    "235",
    com="dest:ISUF",
    correcao="Corrija a inscrição do destinatário na Suframa.",
    causa="Inscrição digitada errada, ou sem o dígito verificador.",
)
def suframa_do_destinatario(nota: Nota) -> Falha | None:
    return suframa_invalida(nota.dest["ISUF"], "dest/ISUF")


@da_nota(
    "nfe:E18-30",
    "251",
    com="dest:ISUF",
    correcao="A Suframa atende AC, AM, RO, RR e, no Amapá, Macapá e Santana: retire dest/ISUF, ou "
    "corrija o endereço.",
    causa="Inscrição na Suframa mantida no cadastro de um cliente que se mudou, ou da matriz dele.",
)
def fora_da_suframa(nota: Nota) -> Falha | None:
    ender = nota.ender_dest
    if ender["UF"] in AMAZONIA_OCIDENTAL or ender["cMun"] in MACAPA_E_SANTANA:
        return None
    if not nota.dest["ISUF"] or not ender["UF"]:
        return None
    return Falha("dest/enderDest/UF", ender["UF"], "AC, AM, RO, RR ou AP (Macapá, Santana)")


def _sem_isento(nota: Nota) -> frozenset[str]:
    """The states without contribuintes isentos on the day of the note."""
    dia = nota.emissao.date() if nota.emissao else date.min
    if dia >= _NT_2025_001_V103:
        return _SEM_ISENTO
    if nota.ide["idDest"] != "2":
        return frozenset()
    return _SEM_ISENTO_ANTES if dia < _NT_2025_001 else _SEM_ISENTO & _SEM_ISENTO_ANTES
