"""Group E: destinatário."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import (
    EXTERIOR,
    cnpj_invalido,
    cpf_invalido,
    ie_invalida,
    municipio_de_outra_uf,
    municipio_no_exterior,
)
from fiscalxml.rules.nfe.scopes import SIMPLIFICADO, Nota, da_nota

_BRASIL: Final = "1058"
_HOMOLOGACAO: Final = "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
_ESTRANGEIRO: Final = re.compile(r"[0-9A-Za-z:.+\- /()]*")


@da_nota(
    "nfe:E01-10",
    "719",
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    correcao="Informe o grupo dest: a NF-e tem sempre destinatário.",
)
def nfe_sem_destinatario(nota: Nota) -> Falha | None:
    return None if nota.grupo.tem("dest") else Falha("dest", "ausente", "informado")


@da_nota(
    "nfce:E01-20",
    "787",
    quando=lambda nota: nota.indPres == "4",
    correcao="Identifique o comprador (dest): a venda é com entrega em domicílio.",
)
def entrega_sem_destinatario(nota: Nota) -> Falha | None:
    if not nota.grupo.tem("dest"):
        return Falha("dest", "ausente", "informado")
    return None


@da_nota("nfe:E02-10", "208", com="dest:CNPJ", correcao="Corrija o CNPJ do destinatário.")
def cnpj_do_destinatario(nota: Nota) -> Falha | None:
    return cnpj_invalido(nota.dest, "dest/CNPJ")


@da_nota(
    "nfce:E02-20",
    "220",
    com="dest:CNPJ",
    correcao="O comprador da NFC-e não pode ser o próprio emitente.",
)
def destinatario_e_o_emitente(nota: Nota) -> Falha | None:
    cnpj = nota.dest["CNPJ"]
    if cnpj and cnpj == nota.emit["CNPJ"]:
        return Falha("dest/CNPJ", cnpj, "CNPJ de outra empresa")
    return None


@da_nota("nfe:E03-10", "237", com="dest:CPF", correcao="Corrija o CPF do destinatário.")
def cpf_do_destinatario(nota: Nota) -> Falha | None:
    return cpf_invalido(nota.dest, "dest/CPF")


@da_nota(
    "nfe:E03a-20",
    "721",
    quando=lambda nota: nota.idDest != "3" and nota.indFinal != "1",
    com="dest:idEstrangeiro",
    correcao="Identifique o destinatário por CNPJ ou CPF; idEstrangeiro só cabe com consumidor "
    "final ou em operação com o exterior.",
)
def estrangeiro_em_operacao_interna(nota: Nota) -> Falha | None:
    if not nota.dest["idEstrangeiro"]:
        return None
    return Falha("dest/idEstrangeiro", nota.dest["idEstrangeiro"], "não informar")


@da_nota(
    "nfe:E03a-30",
    "925",
    com="dest:idEstrangeiro",
    correcao="Retire dest/IE: o destinatário é identificado por idEstrangeiro.",
)
def estrangeiro_com_ie(nota: Nota) -> Falha | None:
    if nota.dest["idEstrangeiro"] and "IE" in nota.dest:
        return Falha("dest/IE", nota.dest["IE"], "não informar")
    return None


@da_nota(
    "nfe:E03a-60",
    "372",
    com="dest:idEstrangeiro",
    correcao="Use em idEstrangeiro só letras, algarismos e os caracteres : . + - / ( ).",
)
def caracteres_do_estrangeiro(nota: Nota) -> Falha | None:
    documento = nota.dest["idEstrangeiro"]
    if _ESTRANGEIRO.fullmatch(documento):
        return None
    return Falha("dest/idEstrangeiro", documento, "letras, algarismos e : . + - / ( )")


@da_nota(
    "nfe:E04-10",
    "724",
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    com="dest",
    correcao="Informe o nome do destinatário (dest/xNome).",
)
def nfe_sem_nome(nota: Nota) -> Falha | None:
    return None if nota.dest["xNome"] else Falha("dest/xNome", "ausente", "informado")


@da_nota(
    "nfe:E04-20",
    "598",
    quando=lambda nota: nota.tpAmb == "2" and nota.tpEmis != "3",
    com="dest:xNome",
    mensagem="NF-e emitida em ambiente de homologação com Razão Social do destinatário diferente "
    "de NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL",
    correcao="Em homologação, dest/xNome é sempre este texto.",
)
def nome_em_homologacao(nota: Nota) -> Falha | None:
    """In homologação the destinatário's name is a fixed text. (NFF, tpEmis 3, is excepted.)"""
    nome = nota.dest["xNome"]
    if nome == _HOMOLOGACAO:
        return None
    return Falha("dest/xNome", nome, _HOMOLOGACAO)


@da_nota(
    "nfe:E05-10",
    "726",
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    com="dest",
    correcao="Informe o endereço do destinatário (dest/enderDest).",
)
def nfe_sem_endereco(nota: Nota) -> Falha | None:
    return None if nota.dest.tem("enderDest") else Falha("dest/enderDest", "ausente", "informado")


@da_nota(
    "nfce:E05-20",
    "788",
    quando=lambda nota: nota.indPres == "4",
    com="dest",
    correcao="Informe o endereço do comprador: a venda é com entrega em domicílio.",
)
def entrega_sem_endereco(nota: Nota) -> Falha | None:
    if not nota.dest.tem("enderDest"):
        return Falha("dest/enderDest", "ausente", "informado")
    return None


@da_nota(
    "nfe:E10-20",
    "275",
    com="dest/enderDest",
    correcao="Informe em enderDest/cMun o código IBGE de um município da UF do destinatário.",
)
def municipio_do_destinatario(nota: Nota) -> Falha | None:
    ender = nota.dest.em("enderDest")
    return municipio_de_outra_uf(ender["cMun"], ender["UF"], "dest/enderDest/cMun")


@da_nota(
    "nfe:E10-30",
    "509",
    com="dest/enderDest",
    correcao="Para destinatário no exterior, informe cMun 9999999.",
)
def municipio_do_destinatario_no_exterior(nota: Nota) -> Falha | None:
    ender = nota.dest.em("enderDest")
    return municipio_no_exterior(ender["cMun"], ender["UF"], "dest/enderDest/cMun")


@da_nota(
    "nfe:E14-30",
    "926",
    com="dest/enderDest",
    correcao="Informe em cPais o código do país do destinatário, que não é o Brasil.",
)
def pais_do_exterior(nota: Nota) -> Falha | None:
    ender = nota.dest.em("enderDest")
    if ender["UF"] == EXTERIOR and ender["cPais"] == _BRASIL:
        return Falha("dest/enderDest/cPais", _BRASIL, "código de outro país")
    return None


@da_nota(
    "nfce:E16a-10",
    "789",
    quando=lambda nota: nota.indIEDest != "9",
    com="dest",
    correcao="Na NFC-e o comprador é sempre não contribuinte: informe indIEDest 9.",
)
def nfce_a_nao_contribuinte(nota: Nota) -> Falha | None:
    return Falha("dest/indIEDest", nota.dest["indIEDest"], "9")


@da_nota(
    "nfe:E16a-40",
    "696",
    quando=lambda nota: (
        nota.indIEDest == "9" and nota.indFinal != "1" and nota.tpNF == "1" and nota.idDest != "3"
    ),
    com="dest",
    correcao="Venda a não contribuinte é a consumidor final: informe indFinal 1, ou corrija "
    "indIEDest.",
)
def nao_contribuinte_consumidor_final(nota: Nota) -> Falha | None:
    return Falha("ide/indFinal", nota.ide["indFinal"], "1")


@da_nota(
    "nfe:E17-20",
    "728",
    quando=lambda nota: nota.indIEDest == "1",
    com="dest",
    correcao="Informe a inscrição estadual do destinatário contribuinte, ou corrija indIEDest.",
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
)
def ie_no_exterior(nota: Nota) -> Falha | None:
    if nota.dest["IE"] and nota.dest.em("enderDest")["UF"] == EXTERIOR:
        return Falha("dest/IE", nota.dest["IE"], "não informar")
    return None


@da_nota(
    "nfe:E17-50",
    "210",
    com="dest:IE",
    correcao="Corrija a inscrição estadual do destinatário.",
)
def ie_do_destinatario(nota: Nota) -> Falha | None:
    return ie_invalida(nota.dest["IE"], nota.dest.em("enderDest")["UF"], "dest/IE")


@da_nota("nfce:E18-10", "730", com="dest:ISUF", correcao="Retire dest/ISUF da NFC-e.")
def nfce_sem_suframa(nota: Nota) -> Falha | None:
    if "ISUF" in nota.dest:
        return Falha("dest/ISUF", nota.dest["ISUF"], "não informar")
    return None
