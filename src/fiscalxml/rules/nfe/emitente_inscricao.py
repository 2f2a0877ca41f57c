"""Group C: emitente, its registrations."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import (
    ISENTO,
    faturamento_direto,
    ie_invalida,
    suframa_invalida,
)
from fiscalxml.rules.nfe.scopes import Item, Nota, da_nota, do_item

_SEM_IE: Final = date(2026, 11, 3)
"""from here on an emitente of IBS and CBS only has no IE (NT 2026.007, production)"""
_ULTIMO_ICMS: Final = date(2032, 12, 31)
"""NT 2026.007: not from 2033 on"""


@da_nota(
    "nfe:C17-10",
    "229",
    correcao="Informe a inscrição estadual do emitente.",
    causa="Cadastro da empresa sem inscrição estadual, ou com zeros no lugar dela.",
)
def emitente_sem_ie(nota: Nota) -> Falha | None:
    """The emitente has an IE, not only zeros.

    Without one is who contributes to IBS and CBS only, from NT 2026.007 on (in homologação from a
    day before that).
    """
    ie = nota.emit["IE"]
    if ie.strip("0"):
        return None
    if not ie and (
        nota.ide["tpAmb"] == "2" or nota.emissao is None or nota.emissao.date() >= _SEM_IE
    ):
        return None
    return Falha("emit/IE", ie or "ausente", "inscrição estadual")


@da_nota(
    "nfe:C17-20",
    "209",
    com="emit:IE",
    correcao="Corrija a inscrição estadual do emitente.",
    causa="Inscrição digitada errada, ou de outra UF.",
)
def ie_do_emitente(nota: Nota) -> Falha | None:
    if not nota.emit["IE"].strip("0"):
        return None  # 229
    return ie_invalida(nota.emit["IE"], nota.emit.em("enderEmit")["UF"], "emit/IE")


@da_nota(
    "nfe:C17-30",
    "554",
    com="emit:IE",
    correcao="Informe a inscrição estadual do emitente: ISENTO só cabe na nota avulsa.",
    causa="ISENTO gravado no cadastro da empresa emitente.",
)
def emitente_isento(nota: Nota) -> Falha | None:
    """ISENTO is for the series of the avulsa (890-919), and never for an NFC-e."""
    if nota.emit["IE"] != ISENTO:
        return None
    serie = nota.ide["serie"]
    if nota.ide["mod"] != "65" and serie.isdecimal() and int(serie) in range(890, 920):
        return None
    return Falha("emit/IE", ISENTO, "inscrição estadual")


@da_nota(
    "nfce:C17-42",
    "156",
    desde=_SEM_IE,
    ate=_ULTIMO_ICMS,
    correcao="Quem contribui só com IBS e CBS não emite NFC-e: emita NF-e, ou informe emit/IE.",
    causa="Inscrição estadual que faltou no cadastro do emitente.",
)
def nfce_sem_ie(nota: Nota) -> Falha | None:
    return None if "IE" in nota.emit else Falha("emit/IE", "ausente", "inscrição estadual")


@da_nota(
    "nfe:C17-43",
    "157",
    desde=_SEM_IE,
    com="emit:CPF",
    correcao="Sem inscrição estadual, o emitente é identificado por CNPJ: informe emit/CNPJ.",
    causa="Produtor rural com CPF cuja inscrição estadual não foi informada.",
)
def sem_ie_e_sem_cnpj(nota: Nota) -> Falha | None:
    return None if "IE" in nota.emit else Falha("emit/CNPJ", "ausente", "informado")


@da_nota(
    "nfe:C18-50",
    "158",
    desde=_SEM_IE,
    com="emit:IEST",
    correcao="Sem inscrição estadual não há substituição tributária: retire emit/IEST, ou informe "
    "emit/IE.",
    causa="IEST preenchida e inscrição estadual esquecida.",
)
def iest_sem_ie(nota: Nota) -> Falha | None:
    if "IE" in nota.emit or not nota.emit["IEST"]:
        return None
    return Falha("emit/IEST", nota.emit["IEST"], "não informar")


@da_nota(
    "nfce:C18-10",
    "718",
    com="emit:IEST",
    correcao="Retire emit/IEST da NFC-e.",
    causa="Cadastro de substituto tributário usado para os dois modelos.",
)
def nfce_sem_iest(nota: Nota) -> Falha | None:
    if "IEST" in nota.emit:
        return Falha("emit/IEST", nota.emit["IEST"], "não informar")
    return None


@da_nota(
    "nfe:C18-14",
    "347",
    quando=lambda nota: nota.idDest in ("1", "3"),
    com="emit:IEST",
    correcao="IEST é da operação interestadual: retire-a, ou corrija idDest.",
    causa="IEST fixa no cadastro do emitente, enviada em todas as notas.",
)
def iest_na_operacao_interna(nota: Nota) -> Falha | None:
    """Some states take it in their own operations, so that there it is only advice."""
    iest = nota.emit["IEST"]
    if not iest:
        return None
    interna = nota.ide["idDest"] == "1"
    return Falha(
        "emit/IEST",
        iest,
        "não informar",
        "Na operação interna, algumas UFs aceitam a IEST." if interna else None,
        aviso=interna,
    )


@do_item(
    "nfe:C18-20",
    "478",
    com="prod/veicProd",
    correcao="Informe o local de entrega (entrega), com a UF da concessionária.",
    causa="Faturamento direto de veículo novo (Convênio ICMS 51/00) sem o grupo entrega.",
)
def veiculo_sem_entrega(item: Item) -> Falha | None:
    """A new vehicle sold by its maker to the consumer (tpOp 2) is delivered by a dealer."""
    operacao = item.prod.em("veicProd")["tpOp"]
    if operacao != "2" or item.nota.grupo.em("entrega")["UF"]:
        return None
    return Falha("prod/veicProd/tpOp", operacao, "entrega/UF informada")


@da_nota(
    "nfe:C18-30",
    "211",
    com="emit:IEST",
    correcao="Corrija a IEST: ela é a inscrição de substituto na UF do destinatário (na venda "
    "direta de veículo novo, na UF da entrega).",
    causa="IEST de uma UF enviada em nota para outra, ou a IE do próprio emitente.",
)
def iest_invalida(nota: Nota) -> Falha | None:
    uf = nota.dest.em("enderDest")["UF"]
    if faturamento_direto(nota):
        uf = nota.grupo.em("entrega")["UF"]
    return ie_invalida(nota.emit["IEST"], uf, "emit/IEST")


@da_nota(
    "nfe:C18-40",
    "363",
    com="emit:IEST",
    correcao="Em IEST vai a inscrição de substituto na UF de destino, que é outra.",
    causa="A inscrição do próprio emitente, ou a do destinatário, copiada para IEST.",
)
def iest_repetida(nota: Nota) -> Falha | None:
    iest = nota.emit["IEST"]
    if iest and iest in (nota.emit["IE"], nota.dest["IE"]):
        return Falha("emit/IEST", iest, "inscrição de substituto tributário na UF de destino")
    return None


@da_nota(
    "nfe:C22-20",
    "1186",
    com="emit:ISUFEmit",
    correcao="Corrija a inscrição do emitente na Suframa.",
    causa="Inscrição digitada errada, ou sem o dígito verificador.",
)
def suframa_do_emitente(nota: Nota) -> Falha | None:
    return suframa_invalida(nota.emit["ISUFEmit"], "emit/ISUFEmit")
