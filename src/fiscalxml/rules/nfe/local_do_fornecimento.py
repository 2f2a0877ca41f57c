"""Groups B12a and B25d: where a supply takes place, for IBS and CBS (NT 2025.002)."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.reforma import V130, V140
from fiscalxml.rules.nfe.scopes import Nota, da_nota

_FORA_DO_ESTABELECIMENTO: Final = "5"


@da_nota(
    "nfce:B25b-60",
    "1000",
    com="ide:cMunFGIBS",
    quando=lambda nota: nota.indPres != _FORA_DO_ESTABELECIMENTO,
    correcao="Retire cMunFGIBS: na NFC-e só vai na venda fora do estabelecimento (indPres 5).",
    causa="O sistema repete em cMunFGIBS o município do emitente em toda venda.",
    **V130,
)
def nfce_com_municipio_do_ibs(nota: Nota) -> Falha | None:
    return Falha("ide/cMunFGIBS", nota.ide["cMunFGIBS"], "não informar")


@da_nota(
    "nfce:B25b-70",
    "1005",
    quando=lambda nota: nota.indPres == _FORA_DO_ESTABELECIMENTO,
    correcao="Informe em cMunFGIBS o código IBGE do município em que a venda aconteceu.",
    causa="Venda fora do estabelecimento (indPres 5) em sistema que ainda não tem o campo.",
    **V130,
)
def nfce_sem_municipio_do_ibs(nota: Nota) -> Falha | None:
    """Only of notes with IBS and CBS: the reform's rules leave the others alone."""
    if "cMunFGIBS" in nota.ide or not any(imposto.tem("IBSCBS") for imposto in nota.impostos):
        return None
    return Falha("ide/cMunFGIBS", "ausente", "município da venda")


@da_nota(
    "nfce:B25d-10",
    "1099",
    com="ide:cIndOp",
    correcao="Retire cIndOp: a NFC-e não informa o local da operação de fornecimento.",
    causa="O sistema preenche cIndOp sem olhar o modelo.",
    **V140,
)
def nfce_com_local_da_operacao(nota: Nota) -> Falha | None:
    return Falha("ide/cIndOp", nota.ide["cIndOp"], "não informar")
