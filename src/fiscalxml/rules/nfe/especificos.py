"""Groups J, L and LB: new vehicles, arms and immune paper."""

from __future__ import annotations

from fiscalxml.engine import Falha
from fiscalxml.identifiers.recopi import is_valid_recopi
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.scopes import Item, do_item

proibe_no_item(
    "nfce:J01-10",
    "736",
    "prod/veicProd",
    correcao="Veículo novo não se vende por NFC-e: retire veicProd, ou emita NF-e.",
    causa="Motocicleta ou outro veículo novo vendido no caixa da loja.",
)
proibe_no_item(
    "nfce:L01-10",
    "738",
    "prod/arma",
    correcao="Arma não se vende por NFC-e: retire o grupo arma, ou emita NF-e.",
    causa="Arma vendida no caixa da loja, com o grupo que só a NF-e tem.",
)


@do_item(
    "nfce:LB01-10",
    "348",
    com="prod:nRECOPI",
    correcao="Papel imune não se vende por NFC-e: retire nRECOPI, ou emita NF-e.",
    causa="Venda no balcão de papel destinado à impressão de livros, jornais ou periódicos.",
)
def recopi_na_nfce(item: Item) -> Falha | None:
    return Falha("prod/nRECOPI", item.prod["nRECOPI"], "não informar")


@do_item(
    "nfe:LB01-30",
    "350",
    com="prod:nRECOPI",
    correcao="Copie do RECOPI os 20 dígitos do registro da operação.",
    causa="Número do credenciamento no lugar do número de registro da operação.",
)
def recopi_invalido(item: Item) -> Falha | None:
    """The registration is well formed, and no later than the month in which the note is issued."""
    recopi, emissao = item.prod["nRECOPI"], item.nota.emissao
    if not is_valid_recopi(recopi):
        return Falha("prod/nRECOPI", recopi, "data, hora e dígitos verificadores do RECOPI")
    if emissao is not None and recopi[:6] > f"{emissao:%Y%m}":
        return Falha("prod/nRECOPI", recopi, f"registro até {emissao:%Y-%m}")
    return None
