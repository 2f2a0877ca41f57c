"""Group E: destinatário, who it is (E01 to E04)."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import (
    cnpj_invalido,
    cpf_invalido,
)
from fiscalxml.rules.nfe.scopes import MOC_7, SIMPLIFICADO, Nota, a_consumidor, da_nota

_HOMOLOGACAO: Final = "NF-E EMITIDA EM AMBIENTE DE HOMOLOGACAO - SEM VALOR FISCAL"
_ESTRANGEIRO: Final = re.compile(r"[0-9A-Za-z:.+\- /()]*")


@da_nota(
    "nfe:E01-10",
    "719",
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    correcao="Informe o grupo dest: a NF-e tem sempre destinatário.",
    causa="Modelo 55 usado para venda a consumidor não identificado.",
)
def nfe_sem_destinatario(nota: Nota) -> Falha | None:
    return None if nota.grupo.tem("dest") else Falha("dest", "ausente", "informado")


@da_nota(
    "nfce:E01-20",
    "787",
    quando=lambda nota: a_consumidor(nota) and nota.indPres == "4",
    correcao="Identifique o comprador (dest): a venda é com entrega em domicílio.",
    causa="Venda por entrega registrada sem o cadastro do comprador.",
)
def entrega_sem_destinatario(nota: Nota) -> Falha | None:
    return None if nota.grupo.tem("dest") else Falha("dest", "ausente", "informado")


@da_nota(
    "nfe:E02-10",
    "208",
    com="dest:CNPJ",
    correcao="Corrija o CNPJ do destinatário.",
    causa="CNPJ digitado errado no cadastro do cliente.",
)
def cnpj_do_destinatario(nota: Nota) -> Falha | None:
    return cnpj_invalido(nota.dest, "dest/CNPJ")


@da_nota(
    "nfce:E02-20",
    "220",
    com="dest:CNPJ",
    correcao="O comprador da NFC-e não pode ser o próprio emitente.",
    causa="Cadastro da própria empresa usado como comprador padrão.",
)
def destinatario_e_o_emitente(nota: Nota) -> Falha | None:
    cnpj = nota.dest["CNPJ"]
    if cnpj and cnpj == nota.emit["CNPJ"]:
        return Falha("dest/CNPJ", cnpj, "CNPJ de outra empresa")
    return None


@da_nota(
    "nfe:E03-10",
    "237",
    com="dest:CPF",
    correcao="Corrija o CPF do destinatário.",
    causa="CPF digitado errado no cadastro do cliente.",
)
def cpf_do_destinatario(nota: Nota) -> Falha | None:
    return cpf_invalido(nota.dest, "dest/CPF")


@da_nota(
    "nfe:E03a-20",
    "721",
    quando=lambda nota: nota.idDest != "3" and nota.indFinal != "1",
    com="dest:idEstrangeiro",
    correcao="Identifique o destinatário por CNPJ ou CPF; idEstrangeiro só cabe com consumidor "
    "final ou em operação com o exterior.",
    causa="Cliente estrangeiro em venda interna marcada como revenda (indFinal 0).",
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
    causa="Cadastro de cliente nacional reaproveitado para o estrangeiro.",
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
    causa="Passaporte ou documento digitado com acento, sublinhado ou outro sinal.",
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
    causa="Cliente sem razão social no cadastro.",
)
def nfe_sem_nome(nota: Nota) -> Falha | None:
    return None if nota.dest["xNome"] else Falha("dest/xNome", "ausente", "informado")


@da_nota(
    "nfe:E04-20",
    "598",
    desde=MOC_7,
    quando=lambda nota: nota.tpAmb == "2" and nota.tpEmis != "3",
    com="dest:xNome",
    correcao="Em homologação, dest/xNome é sempre este texto.",
    causa="Nota de teste com o nome real do cliente.",
)
def nome_em_homologacao(nota: Nota) -> Falha | None:
    """In homologação the destinatário's name is a fixed text. (NFF, tpEmis 3, is excepted.)"""
    nome = nota.dest["xNome"]
    if nome == _HOMOLOGACAO:
        return None
    return Falha("dest/xNome", nome, _HOMOLOGACAO)
