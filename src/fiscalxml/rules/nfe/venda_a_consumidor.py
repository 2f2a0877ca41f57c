"""Group B: what a sale to a consumer may be: an NFC-e, or an NF-e printed like one (tpImp 6).

The rules were the NFC-e's; NT 2026.002 made most of them those of the NF-e com DANFE Simplificado
Tipo 2 also, in force with its schema.
"""

from __future__ import annotations

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import MOC_7, Nota, a_consumidor, da_nota


@da_nota(
    "nfce:B10-10",
    "705",
    quando=a_consumidor,
    com="ide:dhSaiEnt",
    correcao="Retire dhSaiEnt: a venda a consumidor não tem data de entrada ou saída.",
    causa="O sistema preenche a data de saída sem olhar o modelo nem o formato do DANFE.",
)
def venda_a_consumidor_sem_data_de_saida(nota: Nota) -> Falha | None:
    return Falha("ide/dhSaiEnt", nota.ide["dhSaiEnt"], "não informar")


@da_nota(
    "nfce:B11-10",
    "706",
    quando=lambda nota: a_consumidor(nota) and nota.tpNF != "1",
    correcao="A venda a consumidor é sempre de saída: informe tpNF 1; a entrada pede uma NF-e com "
    "outro formato de DANFE.",
    causa="Devolução ou troca de um consumidor emitida no documento da venda.",
)
def venda_a_consumidor_de_saida(nota: Nota) -> Falha | None:
    return _outro(nota, "tpNF", "1")


@da_nota(
    "nfce:B11a-10",
    "707",
    quando=lambda nota: a_consumidor(nota) and nota.idDest != "1",
    correcao="A NFC-e e a NF-e com DANFE Simplificado Tipo 2 são só para operação interna "
    "(idDest 1); para as outras, emita NF-e com outro formato de DANFE.",
    causa="Venda entregue em outra UF emitida no documento da venda de balcão.",
)
def venda_a_consumidor_interna(nota: Nota) -> Falha | None:
    return _outro(nota, "idDest", "1")


@da_nota(
    "nfce:B21-10",
    "709",
    quando=lambda nota: nota.tpImp not in ("4", "5"),
    correcao="Informe tpImp 4 (DANFE NFC-e) ou 5 (DANFE NFC-e em mensagem eletrônica).",
    causa="O sistema usou na NFC-e o formato de DANFE do cadastro da NF-e.",
)
def danfe_da_nfce(nota: Nota) -> Falha | None:
    return _outro(nota, "tpImp", "4 ou 5")


@da_nota(
    "nfce:B25-20",
    "715",
    quando=lambda nota: a_consumidor(nota) and nota.finNFe != "1",
    correcao="A venda a consumidor só tem finalidade normal: informe finNFe 1; complemento, ajuste "
    "e devolução pedem uma NF-e com outro formato de DANFE.",
    causa="Devolução ou complemento de uma venda emitido no mesmo documento dela.",
)
def finalidade_da_venda_a_consumidor(nota: Nota) -> Falha | None:
    return _outro(nota, "finNFe", "1")


@da_nota(
    "nfce:B25a-10",
    "716",
    quando=lambda nota: a_consumidor(nota) and nota.indFinal != "1",
    correcao="Informe indFinal 1; para quem revende ou industrializa, emita NF-e com outro formato "
    "de DANFE.",
    causa="Venda a uma empresa para revenda passada no caixa.",
)
def venda_a_consumidor_final(nota: Nota) -> Falha | None:
    return _outro(nota, "indFinal", "1")


@da_nota(
    "nfce:B25b-20",
    "717",
    desde=MOC_7,
    quando=lambda nota: a_consumidor(nota) and nota.indPres not in ("1", "4", "5"),
    correcao="Informe indPres 1 (presencial), 4 (entrega em domicílio) ou 5 (fora do "
    "estabelecimento).",
    causa="Venda pela internet ou por telefone sem entrega em domicílio, ou indicador de um "
    "cadastro de NF-e.",
)
def presenca_na_venda_a_consumidor(nota: Nota) -> Falha | None:
    return _outro(nota, "indPres", "1 ou 4 ou 5")


def _outro(nota: Nota, campo: str, esperado: str) -> Falha:
    """The field of ide has another value than it should; `quando` of the rule saw that."""
    return Falha(f"ide/{campo}", nota.ide[campo] or "ausente", esperado)
