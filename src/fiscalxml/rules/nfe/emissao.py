"""Group B: when a note was issued and when it arrives; contingency; who operates the issuing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from fiscalxml.documents.facts import parse_datetime
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import (
    FISCO,
    MOC_7,
    NFF,
    Natureza,
    Nota,
    a_consumidor,
    da_nota,
)

_TOLERANCIA_RELOGIO: Final = timedelta(minutes=5)
_TALVEZ_TOLERADO: Final = timedelta(minutes=10)
"""SEFAZ may add its tolerance for clocks to the delay that it admits"""
_PRAZO: Final = timedelta(days=30)
_DEPOIS_DA_SAIDA: Final = frozenset({"2", "4", "5", "9"})
"""tpEmis of a contingency in which the note is sent after the goods"""
_SO_DA_NFE: Final = frozenset({"2", "4", "5"})
_SAIDA_ATRASADA: Final = frozenset({"1", "3", "6", "7"})
"""tpEmis for which dhSaiEnt may not lie far back where notes in contingency may be late"""
_ON_LINE: Final = frozenset({"1", "6", "7"})
_SANTA_CATARINA: Final = "42"
_OFF_LINE: Final = "9"


@da_nota(
    "nfe:B09-20",
    "228",
    desde=MOC_7,
    relogio=True,
    quando=lambda nota: nota.tpEmis not in _DEPOIS_DA_SAIDA,
    obrigatoriedade="facultativa",  # the limit of 30 days, and whether there is one, is the state's
    correcao="Emita a nota com a data de hoje. Depois de 30 dias a SEFAZ pode aceitar só nota "
    "emitida em contingência.",
    causa="A nota ficou na fila do sistema e foi transmitida semanas depois de emitida.",
)
def emissao_muito_atrasada(nota: Nota) -> Falha | None:
    """dhEmi is not more than 30 days before the receipt."""
    if _atraso(nota) <= _PRAZO:
        return None
    return Falha("ide/dhEmi", nota.ide["dhEmi"], f"até 30 dias antes do envio ({_envio(nota)})")


def _antes_do_inicio(regra: str, inicio: str, primeira: str) -> None:
    """dhEmi is not before the first note of all; when each state began is not at hand."""

    def antes(nota: Nota) -> Falha | None:
        dhemi = nota.ide["dhEmi"]
        return Falha("ide/dhEmi", dhemi, f"a partir de {inicio}") if dhemi < inicio else None

    da_nota(
        regra,
        "315",
        correcao="Corrija a data de emissão: nesse dia ainda não havia nota eletrônica.",
        causa=f"Data digitada errada, ou relógio desacertado: {primeira}.",
    )(antes)


_antes_do_inicio("nfe:B09-30", "2006-09-14", "a primeira NF-e do País é de 14/09/2006")
_antes_do_inicio("nfce:B09-50", "2013-03-01", "a primeira NFC-e do País é de 01/03/2013")


@da_nota(
    "nfce:B09-40",
    "704",
    desde=MOC_7,
    relogio=True,
    quando=lambda nota: a_consumidor(nota) and nota.tpEmis in _ON_LINE,
    correcao="Emita e transmita a nota na hora da venda, com o relógio certo; sem conexão, use a "
    "contingência off-line (tpEmis 9).",
    causa="O relógio ou o fuso do caixa está errado, ou a nota foi reenviada depois sem passar a "
    "contingência.",
)
def venda_a_consumidor_atrasada(nota: Nota) -> Falha | None:
    """dhEmi of a sale to a consumer on line is not more than five minutes before the receipt."""
    atraso = _atraso(nota)
    if atraso <= _TOLERANCIA_RELOGIO:
        return None
    return Falha(
        "ide/dhEmi",
        nota.ide["dhEmi"],
        f"até 5 minutos antes do envio ({_envio(nota)})",
        aviso=atraso <= _TALVEZ_TOLERADO,
    )


def _atraso(nota: Nota) -> timedelta:
    """How long after its issue a note was received; nothing where that is not known."""
    if nota.emissao is None or nota.recebimento is None:
        return timedelta()
    return nota.recebimento - nota.emissao


def _envio(nota: Nota) -> str:
    return nota.recebimento.isoformat() if nota.recebimento else ""


@da_nota(
    "nfe:B10-20",
    "504",
    relogio=True,
    com="ide:dhSaiEnt",
    correcao="Corrija dhSaiEnt: não pode passar de 30 dias depois da autorização.",
    causa="Data digitada errada, ou nota emitida muito antes da saída prevista.",
)
def saida_muito_depois(nota: Nota) -> Falha | None:
    """The day of dhSaiEnt is at most 30 days after that of the receipt."""
    saida, recebida = _dias(nota)
    if saida is None or recebida is None or saida - recebida <= _PRAZO:
        return None
    return Falha("ide/dhSaiEnt", nota.ide["dhSaiEnt"], f"até {recebida + _PRAZO:%Y-%m-%d}")


@da_nota(
    "nfe:B10-30",
    "505",
    relogio=True,
    quando=lambda nota: nota.tpEmis in _SAIDA_ATRASADA,
    com="ide:dhSaiEnt",
    correcao="Corrija dhSaiEnt: não pode ser de mais de 30 dias antes da autorização.",
    causa="Data digitada errada, ou nota de entrada emitida muito depois da mercadoria.",
)
def saida_muito_antes(nota: Nota) -> Falha | None:
    """The day of dhSaiEnt is at most 30 days before that of the receipt."""
    saida, recebida = _dias(nota)
    if saida is None or recebida is None or recebida - saida <= _PRAZO:
        return None
    return Falha("ide/dhSaiEnt", nota.ide["dhSaiEnt"], f"a partir de {recebida - _PRAZO:%Y-%m-%d}")


def _dias(nota: Nota) -> tuple[date | None, date | None]:
    saida, recebida = parse_datetime(nota.ide["dhSaiEnt"]), nota.recebimento
    return saida and saida.date(), recebida and recebida.date()


@da_nota(
    "nfce:B22-34",
    "714",
    quando=lambda nota: nota.tpEmis in _SO_DA_NFE,
    correcao="Para NFC-e use a contingência off-line (tpEmis 9); o EPEC (tpEmis 4), só onde a UF o "
    "aceita.",
    causa="O sistema usou para a NFC-e uma contingência da NF-e (FS-IA, EPEC ou FS-DA).",
)
def contingencia_da_nfce(nota: Nota) -> Falha | None:
    return Falha("ide/tpEmis", nota.ide["tpEmis"], "1 ou 9")


@da_nota(
    "nfe:B26-30",
    "370",
    desde=MOC_7,
    quando=lambda nota: nota.procEmi in FISCO and nota.tpEmis not in _ON_LINE,
    correcao="Nota emitida pelo Fisco tem tipo de emissão 1 (normal), 6 ou 7 (SVC).",
    causa="procEmi indica emissão pelo Fisco numa nota emitida pelo contribuinte em contingência.",
)
def contingencia_do_fisco(nota: Nota) -> Falha | None:
    """Notes by the tax authority are issued on line; in Santa Catarina NFC-e also off line."""
    if _fora_de_linha_em_santa_catarina(nota):
        return None
    return Falha("ide/tpEmis", nota.ide["tpEmis"], "1, 6 ou 7")


def _fora_de_linha_em_santa_catarina(nota: Nota) -> bool:
    return nota.ide["cUF"] == _SANTA_CATARINA and nota.ide["tpEmis"] == _OFF_LINE


def _processo_de_outro(natureza: Natureza) -> bool:
    return natureza.procEmi != "0" and natureza.tpEmis != NFF


@da_nota(
    "nfce:B26-50",
    "957",
    quando=_processo_de_outro,
    correcao="NFC-e é emitida com aplicativo do contribuinte: informe procEmi 0.",
    causa="procEmi copiado de uma nota avulsa, ou emissor configurado como aplicativo do Fisco.",
)
def processo_da_nfce(nota: Nota) -> Falha | None:
    """But for the Nota Fiscal Fácil, and for the Fisco's own in Santa Catarina."""
    procemi = nota.ide["procEmi"]
    if nota.ide["cUF"] == _SANTA_CATARINA and procemi in FISCO:
        return None
    return Falha("ide/procEmi", procemi, "0")


@da_nota(
    "nfe:B28-30",
    "558",
    relogio=True,
    com="ide:dhCont",
    correcao="Corrija dhCont: a entrada em contingência é anterior ao envio da nota.",
    causa="Relógio ou fuso errado em quem emite.",
)
def contingencia_no_futuro(nota: Nota) -> Falha | None:
    """dhCont is at most five minutes after the receipt."""
    entrada = parse_datetime(nota.ide["dhCont"])
    if entrada is None or nota.recebimento is None:
        return None
    if entrada <= nota.recebimento + _TOLERANCIA_RELOGIO:
        return None
    return Falha("ide/dhCont", nota.ide["dhCont"], f"até {nota.recebimento.isoformat()}")


@da_nota(
    "nfe:B28-40",
    "569",
    com="ide:dhCont",
    correcao="Corrija dhCont: a contingência não começou mais de 30 dias antes da emissão.",
    causa="O sistema guardou a data de uma contingência antiga.",
)
def contingencia_antiga(nota: Nota) -> Falha | None:
    """dhCont is at most 30 days before dhEmi."""
    entrada = parse_datetime(nota.ide["dhCont"])
    if entrada is None or nota.emissao is None or nota.emissao - entrada <= _PRAZO:
        return None
    return Falha("ide/dhCont", nota.ide["dhCont"], "até 30 dias antes da emissão")
