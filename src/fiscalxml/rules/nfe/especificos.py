"""Groups J, L and LB: new vehicles, arms and immune paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.identifiers.recopi import is_valid_recopi
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.scopes import Item, a_consumidor, do_item
from fiscalxml.tables import operador

_VEICULOS: Final = "veiculos"
# NT 2021.004.
_VEICULOS_HOMOLOGACAO: Final = date(2022, 3, 14)
_VEICULOS_PRODUCAO: Final = date(2022, 9, 12)

proibe_no_item(
    "nfce:J01-10",
    "736",
    "prod/veicProd",
    quando=a_consumidor,
    correcao="Veículo novo não se vende por NFC-e nem por NF-e com tpImp 6: retire veicProd, ou "
    "emita NF-e com outro formato de DANFE.",
    causa="Motocicleta ou outro veículo novo vendido no caixa da loja.",
)
proibe_no_item(
    "nfce:L01-10",
    "738",
    "prod/arma",
    quando=a_consumidor,
    correcao="Arma não se vende por NFC-e nem por NF-e com tpImp 6: retire o grupo arma, ou "
    "emita NF-e com outro formato de DANFE.",
    causa="Arma vendida no caixa da loja, com o grupo que só a NF-e tem.",
)


@operador.da_pasta
def _especies() -> Mapping[str, frozenset[str]]:
    """The kinds (espVeic) that each type of vehicle (tpVeic) may be of; numbers without zeros."""
    found: dict[str, frozenset[str]] = {}
    for linha in (operador.tabela(_VEICULOS) or {}).values():
        tipo = linha["tipo"].lstrip("0")
        found[tipo] = found.get(tipo, frozenset()) | {linha["especie"].lstrip("0")}
    return found


def _veiculo(
    regra: str,
    codigo: str,
    campo: str,
    esperado: str,
    conhecido: Callable[[str, str], bool],
    *,
    correcao: str,
    causa: str,
) -> None:
    """A new vehicle is as the table of types and kinds says; `conhecido` is asked of both."""

    def fora_da_tabela(item: Item) -> Falha | None:
        veiculo = item.prod.em("veicProd")
        if conhecido(veiculo["tpVeic"].lstrip("0"), veiculo["espVeic"].lstrip("0")):
            return None
        outro = f"tpVeic {veiculo['tpVeic']}, espVeic {veiculo['espVeic']}."
        return Falha(f"prod/veicProd/{campo}", veiculo[campo], esperado, outro)

    do_item(
        regra,
        codigo,
        com="prod/veicProd",
        tabela=_VEICULOS,
        desde=_VEICULOS_PRODUCAO,
        homologacao=_VEICULOS_HOMOLOGACAO,
        correcao=correcao,
        causa=causa,
    )(fora_da_tabela)


_veiculo(
    "nfe:J19-10",
    "841",
    "tpVeic",
    "tipo da tabela do Renavam",
    lambda tipo, _especie: tipo in _especies(),
    correcao="Informe em tpVeic um tipo da Tabela de Tipo e Espécie de Veículo (06 é automóvel).",
    causa="Tipo do cadastro da montadora no lugar do código do Renavam.",
)
_veiculo(
    "nfe:J20-10",
    "842",
    "espVeic",
    "espécie da tabela do Renavam",
    lambda _tipo, especie: any(especie in especies for especies in _especies().values()),
    correcao="Informe em espVeic uma espécie da Tabela de Tipo e Espécie de Veículo (1 é de "
    "passageiro).",
    causa="Campo com zero, ou com o código da categoria no lugar da espécie.",
)
_veiculo(
    "nfe:J20-20",
    "843",
    "espVeic",
    "espécie que o tipo admite",
    # Where one of the two is unknown, it is 841 or 842.
    lambda tipo, especie: (
        tipo not in _especies()
        or especie in _especies()[tipo]
        or not any(especie in especies for especies in _especies().values())
    ),
    correcao="Confira tpVeic e espVeic: a espécie não é das que a tabela dá ao tipo do veículo.",
    causa="Caminhão ou camioneta cadastrado com a espécie de passageiro.",
)


@do_item(
    "nfce:LB01-10",
    "348",
    com="prod:nRECOPI",
    quando=a_consumidor,
    correcao="Papel imune não se vende por NFC-e nem por NF-e com tpImp 6: retire nRECOPI, ou "
    "emita NF-e com outro formato de DANFE.",
    causa="Venda no balcão de papel destinado à impressão de livros, jornais ou periódicos.",
)
def recopi_na_venda_a_consumidor(item: Item) -> Falha | None:
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
