"""Groups B12a and B25d: where a supply takes place, for IBS and CBS (NT 2025.002)."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.reforma import V130, V140
from fiscalxml.rules.nfe.scopes import Nota, da_nota
from fiscalxml.tables import operador

_FORA_DO_ESTABELECIMENTO: Final = "5"
_TABELA: Final = "cindop"


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
    """Only of notes with IBS and CBS: the reform's rules leave the others alone.

    And only without an address, as the layout has it: else that is where the sale takes place.
    """
    if "cMunFGIBS" in nota.ide or nota.dest.tem("enderDest") or nota.grupo.tem("entrega"):
        return None
    if not any(imposto.tem("IBSCBS") for imposto in nota.impostos):
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


@da_nota(
    "nfe:B25d-20",
    "1102",
    com="ide:cIndOp",
    tabela=_TABELA,
    correcao="Informe em cIndOp um código que a tabela de indicadores de local permite neste "
    "modelo, ou retire o campo.",
    causa="O código é o de um serviço, que se documenta com NFS-e.",
    **V140,
)
def local_da_operacao_de_outro_modelo(nota: Nota) -> Falha | None:
    """A code without models in the table is for any."""
    linha = _local(nota)
    modelos = linha.get("modelos", "").replace(",", " ").split() if linha else []
    if not modelos or nota.ide["mod"] in modelos:
        return None
    return Falha("ide/cIndOp", nota.ide["cIndOp"], "código da NF-e")


@da_nota(
    "nfe:B25d-30",
    "1110",
    com="ide:cIndOp",
    tabela=_TABELA,
    correcao="Informe o grupo retirada, com o local em que a mercadoria é retirada; ou corrija "
    "cIndOp.",
    causa="A venda é em licitação ou leilão, e o local da mercadoria não foi informado.",
    **V140,
)
def local_de_retirada_ausente(nota: Nota) -> Falha | None:
    linha = _local(nota)
    if not linha or linha.get("retirada") != "1" or nota.grupo.tem("retirada"):
        return None
    return Falha("retirada", f"ausente, com cIndOp {nota.ide['cIndOp']}", "informado")


def _local(nota: Nota) -> operador.Linha | None:
    return (operador.tabela(_TABELA) or {}).get(nota.ide["cIndOp"])
