"""Groups UB17 to UB67: IBS of the UF, IBS of the município, CBS. Each rule is there three times.

A row is a check, and its id and code in each of the three. A check finds from gIBSCBS on.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple, Unpack

from msgspec import structs

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item, do_item
from fiscalxml.rules.registry import Detalhes

CAMINHO: Final = "imposto/IBSCBS/gIBSCBS"
POR_CENTO: Final = Decimal("0.01")


class Esfera(NamedTuple):
    """Who taxes; what its group, its rate and its amount are called."""

    nome: str
    grupo: str
    aliquota: str
    valor: str


UF: Final = Esfera("IBS da UF", "gIBSUF", "pIBSUF", "vIBSUF")
MUN: Final = Esfera("IBS do município", "gIBSMun", "pIBSMun", "vIBSMun")
CBS: Final = Esfera("CBS", "gCBS", "pCBS", "vCBS")
ESFERAS: Final = (UF, MUN, CBS)

REDISTRIBUIDA: Final = (
    "Em compra governamental, a partir de 2027, só o ente que compra tributa (LC 214/2025, art. "
    "473), e a nota técnica não diz como a alíquota dele se compõe: confira."
)
_REDISTRIBUI: Final = "2027"

Verificacao = Callable[[Grupo, Item], Falha | None]
"""of gIBSCBS, and the item around it"""


def nas_esferas(
    como: Callable[[Esfera], Verificacao],
    *linhas: tuple[str, str],
    com: str = "",
    correcao: str,
    **detalhes: Unpack[Detalhes],
) -> None:
    """A rule for each sphere: id and code for UF, município, CBS. `como` makes its check.

    `com` is the group that must be inside the sphere's (gDif). The texts name {nome}, {grupo},
    {aliquota}, {valor}.
    """
    causa = detalhes["causa"]
    for esfera, (regra, codigo) in zip(ESFERAS, linhas, strict=True):
        verifica, palavras = como(esfera), esfera._asdict()
        detalhes["causa"] = causa.format(**palavras)
        texto = correcao.format(**palavras)
        if not com:
            de_cada_no_item(CAMINHO, regra, codigo, correcao=texto, **detalhes)(verifica)
            continue
        caminho = f"{CAMINHO}/{esfera.grupo}/{com}"
        do_item(regra, codigo, com=caminho, correcao=texto, **detalhes)(_no_item(verifica))


def _no_item(verifica: Verificacao) -> Callable[[Item], Falha | None]:
    def no_item(item: Item) -> Falha | None:
        falha = verifica(item.imposto.em("IBSCBS", "gIBSCBS"), item)
        return falha and structs.replace(falha, campo=f"{CAMINHO}/{falha.campo}")

    return no_item


def redistribui(item: Item) -> bool:
    """Whether the government buys, in a year in which the buyer has the rates of all (art. 473)."""
    ide = item.nota.ide
    return ide.tem("gCompraGov") and ide["dhEmi"][:4] >= _REDISTRIBUI


def aplicada(grupo: Grupo, esfera: Esfera) -> tuple[str, Decimal]:
    """The rate that counts: after reduction, where there is one."""
    if grupo.tem("gRed"):
        return "pAliqEfet", grupo.em("gRed").valor("pAliqEfet")
    return esfera.aliquota, grupo.valor(esfera.aliquota)
