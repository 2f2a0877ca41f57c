"""Group ZF: pesticides, and the papers of animals and plants in transit (NT 2024.003)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.pessoas import cpf_invalido
from fiscalxml.rules.nfe.scopes import Item, Nota, da_nota, de_cada, do_item
from fiscalxml.tables import cfop

_NT_2024_003: Final = date(2026, 3, 1)
"""production of its rules, as its version 1.08 says"""
_DEFENSIVO: Final = (
    *("38085200", "3808592", "38086", "3808919", "38089220", "3808929"),
    *("3808932", "3808933", "3808935", "38089920", "3808999"),
)
"""beginnings of the NCM"""
_SEM_RECEITA: Final = frozenset(
    {
        *("38085929", "38086100", "38086210", "38086290", "38086990", "38089191", "38089192"),
        *("38089193", "38089194", "38089196", "38089197", "38089199", "38089294", "38089299"),
        *("38089329", "38089333", "38089359", "38089991", "38089993", "38089995", "38089996"),
        "38089999",
    }
)
"""NCM of biological products and sanitisers among them, which need none (NT 2024.003 v1.10)"""
_TRANSFERENCIA_OU_ENTREGA_FUTURA: Final = frozenset({"151", "152", "155", "156", "922"})
"""the end of the CFOP"""
_ANIMAL: Final = ("01", "0301")
_VEGETAL: Final = ("06", "07", "08", "12")
_SEM_GUIA_ANIMAL: Final = frozenset(
    {
        *("105", "106", "111", "112", "113", "114", "115", "155", "156"),
        *("907", "922", "949", "454"),
    }
)
_SEM_GUIA_VEGETAL: Final = _SEM_GUIA_ANIMAL | {"914"}
_PEDEM_GUIA: Final = frozenset({"21", "29", "51", "52"})
"""MA, BA, MT, GO: of cattle (NT 2024.003 v1.10, table 4.1)"""
_GADO: Final = ("0102",)
_GUIAS_ANIMAIS: Final = frozenset({"1", "2", "3"})
_GUIAS_VEGETAIS: Final = frozenset({"4", "5", "6"})
"""tpGuia"""


@do_item(
    "nfe:ZF02-10",
    "835",
    desde=_NT_2024_003,
    quando=lambda nota: nota.finNFe == "1" and nota.indFinal == "1",
    com="prod:NCM",
    se=lambda ncm: ncm.startswith(_DEFENSIVO) and ncm not in _SEM_RECEITA,
    correcao="Informe em agropecuario/defensivo o número da receita e o CPF de quem a assina.",
    causa="Agrotóxico vendido a consumidor final sem os dados do receituário no sistema.",
)
def agrotoxico_sem_receita(item: Item) -> Falha | None:
    """Not for transfers, returns, sales for later delivery, biological products."""
    prod = item.prod
    if item.nota.grupo.em("agropecuario").tem("defensivo"):
        return None
    if prod["CFOP"][1:] in _TRANSFERENCIA_OU_ENTREGA_FUTURA or _retorno(prod["CFOP"]):
        return None
    return Falha("prod/NCM", prod["NCM"], "agropecuario/defensivo informado")


@da_nota(
    "nfe:ZF02-20",
    "309",
    desde=_NT_2024_003,
    com="agropecuario/defensivo",
    correcao="Nenhum item é defensivo agrícola: retire a receita, ou corrija o NCM do item.",
    causa="NCM errado no cadastro do agrotóxico.",
)
def receita_sem_agrotoxico(nota: Nota) -> Falha | None:
    if _algum(nota.prods, _DEFENSIVO):
        return None
    return Falha("agropecuario/defensivo", "informado", "não informar")


@de_cada(
    "agropecuario/defensivo",
    "nfe:ZF03a-10",
    "308",
    desde=_NT_2024_003,
    correcao="Corrija o CPF do responsável técnico pela receita.",
    causa="CPF do agrônomo digitado errado.",
)
def cpf_do_agronomo(defensivo: Grupo, _nota: Nota) -> Falha | None:
    return cpf_invalido(defensivo, "CPFRespTec")


@da_nota(
    "nfe:ZF05-10",
    "836",
    desde=_NT_2024_003,
    quando=lambda nota: nota.finNFe == "1",
    obrigatoriedade="obrigatoria",  # where a state asks for it
    correcao="Informe em agropecuario/guiaTransito a guia de trânsito animal (tpGuia 1, 2 ou 3).",
    causa="Nota de gado emitida antes da GTA.",
)
def animal_sem_guia(nota: Nota) -> Falha | None:
    """Some states ask for it, of cattle."""
    if nota.ide["cUF"] not in _PEDEM_GUIA:
        return None
    return _sem_guia(nota, _GADO, _SEM_GUIA_ANIMAL, _GUIAS_ANIMAIS)


@da_nota(
    "nfe:ZF05-14",
    "310",
    desde=_NT_2024_003,
    com="agropecuario/guiaTransito",
    correcao="Nenhum item é animal vivo: retire a guia, ou corrija o NCM do item.",
    causa="Tipo de guia errado, ou NCM errado no cadastro do produto.",
)
def guia_sem_animal(nota: Nota) -> Falha | None:
    tipo = nota.grupo.em("agropecuario", "guiaTransito")["tpGuia"]
    if tipo not in _GUIAS_ANIMAIS or _algum(nota.prods, _ANIMAL):
        return None
    return Falha("agropecuario/guiaTransito/tpGuia", tipo, "item com NCM 01 ou 0301")


@da_nota(
    "nfe:ZF05-20",
    "311",
    desde=_NT_2024_003,
    quando=lambda nota: nota.finNFe == "1",
    correcao="Informe em agropecuario/guiaTransito a guia de trânsito vegetal (tpGuia 4, 5 ou 6).",
    causa="Nota de vegetais emitida antes da guia.",
    duvida="A versão 1.10 da NT 2024.003 diz que nenhuma UF a ativou.",
)
def vegetal_sem_guia(nota: Nota) -> Falha | None:
    return _sem_guia(nota, _VEGETAL, _SEM_GUIA_VEGETAL, _GUIAS_VEGETAIS)


@da_nota(
    "nfe:ZF05-24",
    "312",
    desde=_NT_2024_003,
    com="agropecuario/guiaTransito",
    correcao="Nenhum item é vegetal dos capítulos 06, 07, 08 e 12: retire a guia, ou corrija o NCM "
    "do item.",
    causa="Guia de trânsito de café, grãos ou madeira, que não são destes capítulos, ou NCM "
    "errado no cadastro.",
)
def guia_sem_vegetal(nota: Nota) -> Falha | None:
    tipo = nota.grupo.em("agropecuario", "guiaTransito")["tpGuia"]
    if tipo not in _GUIAS_VEGETAIS or _algum(nota.prods, _VEGETAL):
        return None
    esperado = "item com NCM 06, 07, 08 ou 12"
    return Falha("agropecuario/guiaTransito/tpGuia", tipo, esperado)


def _sem_guia(
    nota: Nota, ncms: tuple[str, ...], cfops: frozenset[str], guias: frozenset[str]
) -> Falha | None:
    """The first item of these NCM and not of these CFOP, in a note without one of these papers."""
    for posicao, prod in enumerate(nota.prods, 1):
        if not prod["NCM"].startswith(ncms) or prod["CFOP"][1:] in cfops:
            continue
        if nota.grupo.em("agropecuario", "guiaTransito")["tpGuia"] in guias:
            return None
        esperado = f"guiaTransito com tpGuia {', '.join(sorted(guias))}"
        return Falha(f"det[{posicao}]/prod/NCM", prod["NCM"], esperado)
    return None


def _algum(prods: Iterable[Grupo], ncms: tuple[str, ...]) -> bool:
    return any(prod["NCM"].startswith(ncms) for prod in prods)


def _retorno(codigo: str) -> bool:
    found = cfop.busca(codigo)
    return found is not None and found.retorno
