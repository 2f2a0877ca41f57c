"""Group UB66a: CBS of zero between parties of one ZFM or área de livre comércio."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.areas_incentivadas import (
    lugares,
    mesma_area,
    mesma_regiao,
    produto_excluido,
)
from fiscalxml.rules.nfe.ibscbs.esferas import CAMINHO, POR_CENTO
from fiscalxml.rules.nfe.reforma import V140
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item, do_item

_GRUPO: Final = f"{CAMINHO}/gCBS/gALCZFMCBS"
_COM_PROCESSO: Final = "2"


@do_item(
    "nfe:UB66a-10",
    "1190",
    com=_GRUPO,
    **V140,
    correcao="Informe em emit/ISUFEmit a inscrição do emitente na Suframa.",
    causa="A inscrição na Suframa do emitente é campo novo; a de dest/ISUF é a do destinatário.",
)
def sem_inscricao_na_suframa(item: Item) -> Falha | None:
    if item.nota.emit["ISUFEmit"]:
        return None
    return Falha(f"{_GRUPO}", "gALCZFMCBS sem emit/ISUFEmit", "emit/ISUFEmit informado")


@do_item(
    "nfe:UB66a-20",
    "1191",
    com=_GRUPO,
    **V140,
    correcao="Retire gALCZFMCBS e tribute a CBS: o benefício é para produtos não excluídos, entre "
    "emitente e destinatário da mesma ZFM ou área de livre comércio.",
    causa="Venda para fora da área, entre áreas diferentes, ou de produto que a lei exclui (armas, "
    "fumo, bebidas alcoólicas, automóveis, perfumaria).",
)
def fora_da_area_incentivada(item: Item) -> Falha | None:
    ncm = item.prod["NCM"]
    if produto_excluido(ncm):
        return Falha("prod/NCM", ncm, "produto que a alíquota zero alcança")
    um, outro = lugares(item.nota)
    if mesma_area(um, outro):
        return None
    return Falha(
        _GRUPO,
        f"emitente em {um.municipio}, destinatário em {outro.municipio}",
        "ambos na mesma ZFM ou área de livre comércio",
        aviso=mesma_regiao(um, outro),  # the note's first reading
    )


@de_cada_no_item(
    _GRUPO,
    "nfe:UB66c-10",
    "1192",
    **V140,
    correcao="Informe em nProcSuframa o processo aprovado na Suframa para o item.",
    causa="tpALCZFMCBS 2, operação industrial com processo aprovado, sem o número dele.",
)
def sem_processo_na_suframa(grupo: Grupo, _item: Item) -> Falha | None:
    processo = grupo["nProcSuframa"]
    if grupo["tpALCZFMCBS"] != _COM_PROCESSO or processo.strip("0"):
        return None
    return Falha("nProcSuframa", processo or "ausente", "número do processo")


@de_cada_no_item(
    _GRUPO,
    "nfe:UB66e-10",
    "1218",
    **V140,
    correcao="vTribRegCBS é vBC vezes pAliqEfetRegCBS: corrija um deles.",
    causa="A CBS que seria devida fora da área foi calculada sobre outra base que vBC.",
)
def valor_fora_da_area(grupo: Grupo, item: Item) -> Falha | None:
    """vTribRegCBS is vBC × pAliqEfetRegCBS, within R$ 0,01."""
    base = item.imposto.em("IBSCBS", "gIBSCBS").valor("vBC")
    aliquota = grupo.valor("pAliqEfetRegCBS")
    calculado = base * aliquota * POR_CENTO
    if not difere(grupo.valor("vTribRegCBS"), centavos(calculado), CENTAVO):
        return None
    conta = f"vBC {base} × pAliqEfetRegCBS {aliquota}% = {reais(calculado)}."
    return Falha("vTribRegCBS", grupo["vTribRegCBS"], reais(calculado), conta)
