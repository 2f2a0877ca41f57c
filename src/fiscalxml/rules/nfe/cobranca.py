"""Group Y: invoice and instalments (cobr)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import difere, reais
from fiscalxml.rules.nfe.proibicoes import proibe_na_nota
from fiscalxml.rules.nfe.scopes import Nota, da_nota

proibe_na_nota(
    "nfce:Y01-10",
    "760",
    "cobr",
    correcao="A NFC-e não tem fatura nem duplicatas: retire o grupo cobr.",
)


@da_nota(
    "nfe:Y05-10",
    "901",
    com="cobr/fat",
    correcao="O desconto da fatura não pode passar do valor original.",
)
def desconto_maior_que_a_fatura(nota: Nota) -> Falha | None:
    fat = nota.grupo.em("cobr", "fat")
    if fat.valor("vDesc") <= fat.valor("vOrig"):
        return None
    return Falha("cobr/fat/vDesc", fat["vDesc"], f"até {fat['vOrig'] or '0.00'}")


@da_nota(
    "nfe:Y06-10",
    "902",
    com="cobr/fat",
    correcao="vLiq é vOrig menos vDesc: corrija um dos três.",
)
def liquido_da_fatura(nota: Nota) -> Falha | None:
    fat = nota.grupo.em("cobr", "fat")
    if "vLiq" not in fat or "vOrig" not in fat:
        return None
    esperado = fat.valor("vOrig") - fat.valor("vDesc")
    if not difere(fat.valor("vLiq"), esperado):
        return None
    return Falha("cobr/fat/vLiq", fat["vLiq"], reais(esperado))


@da_nota(
    "nfe:Y08-10",
    "852",
    com="cobr/dup",
    desde=date(2018, 9, 3),  # as Y01-20 says of the group; notes of August 2018 have other numbers
    correcao="Numere as parcelas com 3 algarismos, em sequência a partir de 001.",
)
def numero_da_parcela(nota: Nota) -> Falha | None:
    for position, dup in enumerate(nota.grupo.lista("cobr", "dup"), 1):
        if dup["nDup"] != f"{position:03d}":
            return Falha(f"cobr/dup[{position}]/nDup", dup["nDup"] or "ausente", f"{position:03d}")
    return None


@da_nota(
    "nfe:Y10-10",
    "851",
    com="cobr/dup",
    correcao="As parcelas somam o valor líquido da fatura: corrija uma delas, ou vLiq.",
)
def soma_das_parcelas(nota: Nota) -> Falha | None:
    fat = nota.grupo.em("cobr", "fat")
    soma = sum((dup.valor("vDup") for dup in nota.grupo.lista("cobr", "dup")), Decimal())
    if "vLiq" not in fat or not difere(soma, fat.valor("vLiq")):
        return None
    return Falha("cobr/fat/vLiq", fat["vLiq"], reais(soma))
