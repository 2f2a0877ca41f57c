"""What the items' classifications for IBS and CBS (CST, cClassTrib) demand, by the official table.

Of a whole note it is found once, so that rules on groups that no item of a note must have are not
even asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.tables import classificacao
from fiscalxml.tables.classificacao import ClassTrib, CstIbsCbs
from fiscalxml.tables.operador import da_pasta

Pares = frozenset[tuple[str, str]]

IRREGULAR: Final = "irregular"
"""some code is not in the table, or not of its CST"""
DE_OUTROS: Final = "de outros documentos"
"""some cClassTrib is not for NF-e and NFC-e alike"""
SEM_IBSCBS: Final = "sem IBSCBS"
"""some item has no classification at all"""
SEM_TRIBUTACAO: Final = "sem gIBSCBS"
"""some CST has no gIBSCBS"""
RESERVADA: Final = "reservada"
"""some cClassTrib is for one kind of note only"""

POR_NOTA_DE_DEBITO: Final = {
    "01": "800002",
    "02": "811001",
    "03": "811002",
    "05": "800001",
    "07": "410030",
    "08": "811003",
}
"""tpNFDebito -> the cClassTrib of its items; other types have any (NT 2025.002 v1.40, UB14-70)"""
POR_NOTA_DE_CREDITO: Final = {"02": "810001", "05": "800001"}
"""the same for tpNFCredito (UB14-80)"""
DE_DIFERENCA_DE_MISTURA: Final = "620005"
_RESERVADAS: Final = frozenset(
    {*POR_NOTA_DE_DEBITO.values(), *POR_NOTA_DE_CREDITO.values(), DE_DIFERENCA_DE_MISTURA}
)

# Indicator of the table -> what it demands.
_DO_CST: Final = (
    ("exige_tributacao", "gIBSCBS"),
    ("reducao_aliquota", "gRed"),
    ("diferimento", "gDif"),
    ("monofasica", "gIBSCBSMono"),
    ("transferencia_credito", "gTransfCred"),
    ("credito_presumido_zfm", "gCredPresIBSZFM"),
    ("ajuste_competencia", "gAjusteCompet"),
)
_DA_CLASSE: Final = (
    ("tributacao_regular", "gTribRegular"),
    ("estorno_credito", "gEstornoCred"),
    ("mono_padrao", "gMonoPadrao"),
    ("mono_retencao", "gMonoReten"),
    ("mono_retida", "gMonoRet"),
    ("mono_diferimento", "gMonoDif"),
    ("mono_mistura", "gpBioDiferenca"),
)


def exigencias(nota: Grupo) -> frozenset[str]:
    """The groups that the classifications of some item ask for, and what is odd about them."""
    grupos = [det.em("imposto", "IBSCBS") for det in nota.lista("det")]
    return _conhecidas()(frozenset({(grupo["CST"], grupo["cClassTrib"]) for grupo in grupos}))


@da_pasta
def _conhecidas() -> Callable[[Pares], frozenset[str]]:
    return lru_cache(maxsize=1024)(_exigencias)


def _exigencias(pares: Pares) -> frozenset[str]:
    return frozenset(nome for par in pares for nome in _de_um(*par))


def _de_um(codigo: str, codigo_da_classe: str) -> Iterator[str]:
    if not codigo:
        yield SEM_IBSCBS
        return
    cst, classe = classificacao.cst(codigo), classificacao.classe(codigo_da_classe)
    if cst is not None:
        yield from (nome for indicador, nome in _DO_CST if getattr(cst, indicador))
        if not cst.exige_tributacao:
            yield SEM_TRIBUTACAO
    if classe is not None:
        yield from (nome for indicador, nome in _DA_CLASSE if getattr(classe, indicador))
        if not (classe.nfe and classe.nfce):
            yield DE_OUTROS
    if cst is None or classe is None or classe.cst != codigo:
        yield IRREGULAR
    if codigo_da_classe in _RESERVADAS:
        yield RESERVADA


def cst_de(ibscbs: Grupo) -> CstIbsCbs | None:
    """The CST of an IBSCBS group, if the table has it."""
    return classificacao.cst(ibscbs["CST"])


def classe_de(ibscbs: Grupo) -> ClassTrib | None:
    """The cClassTrib of an IBSCBS group, if the table has it."""
    return classificacao.classe(ibscbs["cClassTrib"])


def inexistente(campo: str, codigo: str, emissao: datetime | None, *, certo: bool = False) -> Falha:
    """A code that the table lacks: only advice if the note is newer, unless `certo`."""
    esperado = "código da tabela do IT 2025.002"
    if certo:
        return Falha(campo, codigo, esperado)
    tabela = classificacao.vigente()
    return desconhecido(campo, codigo, esperado, tabela=tabela, emissao=emissao)
