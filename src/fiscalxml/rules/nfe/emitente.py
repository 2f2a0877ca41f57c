"""Groups C and D: emitente, and the Fisco of an avulsa."""

from __future__ import annotations

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import (
    ISENTO,
    cnpj_invalido,
    cpf_invalido,
    ie_invalida,
    municipio_de_outra_uf,
)
from fiscalxml.rules.nfe.scopes import FISCO, Nota, da_nota


@da_nota("nfe:C02-10", "207", com="emit:CNPJ", correcao="Corrija o CNPJ do emitente.")
def cnpj_do_emitente(nota: Nota) -> Falha | None:
    return cnpj_invalido(nota.emit, "emit/CNPJ")


@da_nota(
    "nfe:C02-30",
    "503",
    com="emit:CNPJ",
    correcao="As séries 910 a 969 são de emitente com CPF: use uma série de 0 a 909.",
)
def serie_de_cnpj(nota: Nota) -> Falha | None:
    serie = nota.ide["serie"]
    if "CNPJ" in nota.emit and serie.isdecimal() and int(serie) not in range(910):
        return Falha("ide/serie", serie, "0 a 909")
    return None


@da_nota("nfe:C02a-20", "401", com="emit:CPF", correcao="Corrija o CPF do emitente.")
def cpf_do_emitente(nota: Nota) -> Falha | None:
    return cpf_invalido(nota.emit, "emit/CPF")


@da_nota(
    "nfe:C10-20",
    "273",
    correcao="Informe em enderEmit/cMun o código IBGE de um município da UF do emitente.",
)
def municipio_do_emitente(nota: Nota) -> Falha | None:
    ender = nota.emit.em("enderEmit")
    return municipio_de_outra_uf(ender["cMun"], ender["UF"], "emit/enderEmit/cMun")


@da_nota("nfe:C17-20", "209", com="emit:IE", correcao="Corrija a inscrição estadual do emitente.")
def ie_do_emitente(nota: Nota) -> Falha | None:
    return ie_invalida(nota.emit["IE"], nota.emit.em("enderEmit")["UF"], "emit/IE")


@da_nota(
    "nfe:C17-30",
    "554",
    com="emit:IE",
    correcao="Informe a inscrição estadual do emitente: ISENTO só cabe na nota avulsa.",
)
def emitente_isento(nota: Nota) -> Falha | None:
    """ISENTO is for the series of the avulsa (890-919), and never for an NFC-e."""
    if nota.emit["IE"] != ISENTO:
        return None
    serie = nota.ide["serie"]
    if nota.ide["mod"] != "65" and serie.isdecimal() and int(serie) in range(890, 920):
        return None
    return Falha("emit/IE", ISENTO, "inscrição estadual")


@da_nota("nfce:C18-10", "718", com="emit:IEST", correcao="Retire emit/IEST da NFC-e.")
def nfce_sem_iest(nota: Nota) -> Falha | None:
    if "IEST" in nota.emit:
        return Falha("emit/IEST", nota.emit["IEST"], "não informar")
    return None


@da_nota(
    "nfe:C18-40",
    "363",
    com="emit:IEST",
    correcao="Em IEST vai a inscrição de substituto na UF de destino, que é outra.",
)
def iest_repetida(nota: Nota) -> Falha | None:
    iest = nota.emit["IEST"]
    if iest and iest in (nota.emit["IE"], nota.dest["IE"]):
        return Falha("emit/IEST", iest, "inscrição de substituto tributário na UF de destino")
    return None


@da_nota(
    "nfe:D01-10",
    "403",
    quando=lambda nota: nota.procEmi not in FISCO,
    com="avulsa",
    correcao="Retire o grupo avulsa: só o Fisco emite nota avulsa (procEmi 1 ou 2).",
)
def avulsa_do_contribuinte(_nota: Nota) -> Falha | None:
    return Falha("avulsa", "informado", "não informar")


@da_nota(
    "nfe:D01-20",
    "369",
    quando=lambda nota: nota.procEmi in FISCO,
    correcao="Informe o grupo avulsa, com os dados do Fisco emitente.",
)
def avulsa_sem_o_fisco(nota: Nota) -> Falha | None:
    if not nota.grupo.tem("avulsa"):
        return Falha("avulsa", "ausente", "informado")
    return None
