"""Group Y: invoice and instalments (cobr)."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import difere, reais
from fiscalxml.rules.nfe.proibicoes import proibe_na_nota
from fiscalxml.rules.nfe.scopes import Nota, a_consumidor, da_nota

_FATURA: Final = date(2018, 9, 3)
"""from here on in production (905)"""
_NT_2025_001: Final = date(2025, 9, 1)
_NT_2025_001_TESTE: Final = date(2025, 6, 2)
"""the last day for it to begin in homologação"""
_PRAZO_MAXIMO: Final = 10
"""years"""

proibe_na_nota(
    "nfce:Y01-10",
    "760",
    "cobr",
    quando=a_consumidor,
    correcao="A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem fatura nem duplicatas: "
    "retire o grupo cobr.",
    causa="Venda a prazo com os dados de cobrança da NF-e.",
)


@da_nota(
    "nfe:Y01-20",
    "905",
    com="cobr",
    desde=_FATURA,
    correcao="Informe em cobr/fat o número (nFat), o valor original (vOrig) e o líquido (vLiq).",
    causa="Só as duplicatas são enviadas, sem a fatura.",
)
def fatura_incompleta(nota: Nota) -> Falha | None:
    fat = nota.grupo.em("cobr", "fat")
    for campo in ("nFat", "vOrig", "vLiq"):
        if not fat[campo]:
            return Falha(f"cobr/fat/{campo}", "ausente", "informado")
    return None


@da_nota(
    "nfe:Y05-10",
    "901",
    com="cobr/fat",
    correcao="O desconto da fatura não pode passar do valor original.",
    causa="Desconto e valor original trocados.",
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
    causa="vLiq calculado sem o desconto, ou vOrig já com ele.",
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
    desde=_FATURA,  # as Y01-20 says of the group; notes of August 2018 have other numbers
    correcao="Numere as parcelas com 3 algarismos, em sequência a partir de 001.",
    causa="nDup com o número do título do sistema financeiro.",
)
def numero_da_parcela(nota: Nota) -> Falha | None:
    for position, dup in enumerate(nota.grupo.lista("cobr", "dup"), 1):
        if dup["nDup"] != f"{position:03d}":
            return Falha(f"cobr/dup[{position}]/nDup", dup["nDup"] or "ausente", f"{position:03d}")
    return None


@da_nota(
    "nfe:Y09-20",
    "900",
    com="cobr/dup",
    obrigatoriedade="facultativa",  # states differ: notes are authorised against it
    correcao="Informe em cada parcela um vencimento igual ou posterior à emissão.",
    causa="Parcela já vencida ou paga, de um pedido anterior à nota.",
)
def vencimento_antes_da_emissao(nota: Nota) -> Falha | None:
    emissao = nota.ide["dhEmi"][:10]
    for position, dup in enumerate(nota.grupo.lista("cobr", "dup"), 1):
        if dup["dVenc"] < emissao:
            return _vencimento(position, dup["dVenc"], emissao)
    return None


@da_nota(
    "nfe:Y09-30",
    "850",
    com="cobr/dup",
    obrigatoriedade="facultativa",  # states differ: notes are authorised against it
    correcao="Ordene as parcelas por vencimento, e numere-as nesta ordem.",
    causa="Parcelas na ordem em que foram lançadas, e não na do vencimento.",
)
def vencimentos_fora_de_ordem(nota: Nota) -> Falha | None:
    """No instalment is due before the one above it. (One that is not due at all is a 900.)"""
    anterior = ""
    for position, dup in enumerate(nota.grupo.lista("cobr", "dup"), 1):
        vencimento = dup["dVenc"]
        if vencimento and vencimento < anterior:
            return _vencimento(position, vencimento, anterior)
        anterior = vencimento or anterior
    return None


@da_nota(
    "nfe:Y09-40",
    "853",
    desde=_NT_2025_001,
    homologacao=_NT_2025_001_TESTE,
    com="cobr/dup",
    correcao="No pagamento à vista, retire a duplicata (cobr/dup).",
    causa="Condição à vista gerando uma parcela com o vencimento no dia da emissão.",
)
def duplicata_a_vista(nota: Nota) -> Falha | None:
    """The only instalment is due on the day of emission, wherever that day is counted."""
    dups = nota.grupo.lista("cobr", "dup")
    if len(dups) != 1 or nota.emissao is None or dups[0]["dVenc"] != nota.ide["dhEmi"][:10]:
        return None
    if nota.emissao.astimezone(UTC).date() != nota.emissao.date():
        return None
    return Falha("cobr/dup/dVenc", dups[0]["dVenc"], "sem duplicata, ou vencimento posterior")


@da_nota(
    "nfe:Y09-50",
    "797",
    desde=_NT_2025_001,
    homologacao=_NT_2025_001_TESTE,
    com="cobr/dup",
    relogio=True,
    correcao="Corrija o vencimento da parcela: ele passa de 10 anos.",
    causa="Ano digitado errado no vencimento.",
)
def vencimento_distante(nota: Nota) -> Falha | None:
    if nota.recebimento is None:
        return None
    dups = nota.grupo.lista("cobr", "dup")
    hoje = nota.recebimento.date()
    ano = str(hoje.year + _PRAZO_MAXIMO)
    if max([dup["dVenc"] for dup in dups]) < ano:
        return None
    limite = f"{ano}{hoje:-%m-%d}"
    for position, dup in enumerate(dups, 1):
        if dup["dVenc"] > limite:
            return Falha(f"cobr/dup[{position}]/dVenc", dup["dVenc"], f"até {limite}")
    return None


@da_nota(
    "nfe:Y10-10",
    "851",
    com="cobr/dup",
    correcao="As parcelas somam o valor líquido da fatura: corrija uma delas, ou vLiq.",
    causa="Arredondamento na divisão em parcelas: a diferença vai na última.",
)
def soma_das_parcelas(nota: Nota) -> Falha | None:
    fat = nota.grupo.em("cobr", "fat")
    soma = sum((dup.valor("vDup") for dup in nota.grupo.lista("cobr", "dup")), Decimal())
    if "vLiq" not in fat or not difere(soma, fat.valor("vLiq")):
        return None
    return Falha("cobr/fat/vLiq", fat["vLiq"], reais(soma))


def _vencimento(position: int, encontrado: str, minimo: str) -> Falha:
    return Falha(f"cobr/dup[{position}]/dVenc", encontrado or "ausente", f"a partir de {minimo}")
