"""Group U: ISSQN, of the services in a NF-e or NFC-e."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe.pessoas import EXTERIOR, municipio_inexistente, pais_inexistente
from fiscalxml.rules.nfe.scopes import Item, do_item
from fiscalxml.tables import lc116, municipios

_ISSQN: Final = "imposto/ISSQN"
_CAUSA_MUNICIPIO: Final = "Cadastro com o código de outra tabela, ou com um dígito trocado."


@do_item(
    "nfe:U01-10",
    "530",
    com=_ISSQN,
    correcao="Informe a inscrição municipal do emitente (emit/IM), ou retire o ISSQN.",
    causa="Nota conjugada de quem não cadastrou a inscrição municipal.",
)
def issqn_sem_inscricao_municipal(item: Item) -> Falha | None:
    """Told once, at the first service."""
    if item.nota.emit["IM"] or not _primeiro(item):
        return None
    return Falha(_ISSQN, "ISSQN sem emit/IM", "inscrição municipal em emit/IM")


@do_item(
    "nfe:U01-20",
    "592",
    com=_ISSQN,
    correcao="Uma nota só de serviços vai em NFS-e; na NF-e conjugada há ao menos um produto com "
    "ICMS.",
    causa="Serviço faturado por NF-e, onde a UF só a aceita com mercadoria.",
)
def so_servicos(item: Item) -> Falha | None:
    """Told once, at the first service."""
    if not _primeiro(item) or any("ICMS" in imposto.grupos for imposto in item.nota.impostos):
        return None
    return Falha(_ISSQN, "só itens com ISSQN", "ao menos um item com ICMS")


@do_item(
    "nfe:U01-30",
    "887",
    com=_ISSQN,
    desde=date(2022, 9, 12),  # NT 2021.003 v1.10, first stage
    correcao="Num item de serviço informe SEM GTIN em cEAN e em cEANTrib.",
    causa="Serviço cadastrado com o código de barras de um produto.",
)
def servico_com_gtin(item: Item) -> Falha | None:
    for campo in ("cEAN", "cEANTrib"):
        if item.prod[campo] not in ("", "SEM GTIN"):
            return Falha(f"prod/{campo}", item.prod[campo], "SEM GTIN")
    return None


@do_item(
    "nfe:U05-10",
    "287",
    com=_ISSQN,
    correcao="Informe em ISSQN/cMunFG o código IBGE do município onde o serviço foi prestado; "
    "9999999 é só de destinatário no exterior.",
    causa=_CAUSA_MUNICIPIO,
)
def municipio_do_fato_gerador_do_issqn(item: Item) -> Falha | None:
    codigo = item.imposto.em("ISSQN")["cMunFG"]
    if codigo == municipios.EXTERIOR and item.nota.dest.em("enderDest")["UF"] == EXTERIOR:
        return None
    return municipio_inexistente(codigo, f"{_ISSQN}/cMunFG", item.nota.emissao)


@do_item(
    "nfe:U14-10",
    "389",
    com=f"{_ISSQN}:cMun",
    correcao="Informe em ISSQN/cMun o código IBGE do município a que o imposto é devido.",
    causa=_CAUSA_MUNICIPIO,
)
def municipio_de_incidencia(item: Item) -> Falha | None:
    codigo = item.imposto.em("ISSQN")["cMun"]
    return municipio_inexistente(codigo, f"{_ISSQN}/cMun", item.nota.emissao)


@do_item(
    "nfe:U15-10",
    "739",
    com=f"{_ISSQN}:cPais",
    correcao="Informe em ISSQN/cPais o código do país na tabela do Bacen (Brasil: 1058).",
    causa="Cadastro com o código ISO ou de telefone no lugar do código do Bacen.",
)
def pais_do_servico(item: Item) -> Falha | None:
    codigo = item.imposto.em("ISSQN")["cPais"]
    return pais_inexistente(codigo, f"{_ISSQN}/cPais", item.nota.emissao)


@do_item(
    "nfe:U06-10",
    "844",
    com=_ISSQN,
    desde=date(2022, 9, 12),
    homologacao=date(2022, 3, 14),  # NT 2021.004; before, the schema had the list
    correcao="Informe em ISSQN/cListServ um item da lista da Lei Complementar 116/2003 (NN.NN).",
    causa="Código do município ou da NFS-e nacional no lugar do item da lista.",
)
def item_da_lista_de_servicos(item: Item) -> Falha | None:
    codigo = item.imposto.em("ISSQN")["cListServ"]
    if lc116.existe(codigo):
        return None
    return desconhecido(
        f"{_ISSQN}/cListServ",
        codigo,
        "item da lista de serviços (01.01 …)",
        tabela=lc116.TABELA,
        emissao=item.nota.emissao,
    )


def _primeiro(item: Item) -> bool:
    """Whether it is the first service of the note."""
    servicos = (n for n, imposto in enumerate(item.nota.impostos) if "ISSQN" in imposto.grupos)
    return next(servicos) == item.posicao
