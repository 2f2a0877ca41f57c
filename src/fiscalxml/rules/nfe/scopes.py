"""What the rules of the NF-e and NFC-e are given: the note, or one of its items.

`da_nota`, `do_item`, `do_grupo` and `de_cada` make a function a rule. Its catalogue id and code
come first, then how to mend the document, in Portuguese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple, Unpack

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Escopo, Falha
from fiscalxml.report import Tipo
from fiscalxml.rules.nfe.classificacoes import exigencias
from fiscalxml.rules.registry import Detalhes, Registro

NFE: Final[frozenset[Tipo]] = frozenset({"nfe"})
NFCE: Final[frozenset[Tipo]] = frozenset({"nfce"})
REGISTRO: Final = Registro("nfe", NFE | NFCE, {"55": "nfe", "65": "nfce"})
SOMAS: Final[dict[str, str]] = {}
"""fields (det/prod:vFrete) that the engine adds up over the items -> name of the sum"""

SIMPLIFICADO: Final = "6"
"""tpImp of an NF-e to consumers, under most rules of the NFC-e (NT 2026.002)"""
FISCO: Final = frozenset({"1", "2"})
"""procEmi of a note that the tax authority issues"""
ZERO: Final = Decimal()


class Natureza(NamedTuple):
    """The fields that say what kind of operation a note is: most rules are for some kinds only.

    `quando` of a rule asks for them once for all notes alike, and not for each note.
    """

    tpNF: str  # noqa: N815 - the layout's names
    idDest: str  # noqa: N815
    tpImp: str  # noqa: N815
    tpEmis: str  # noqa: N815
    tpAmb: str  # noqa: N815
    finNFe: str  # noqa: N815
    indFinal: str  # noqa: N815
    indPres: str  # noqa: N815
    procEmi: str  # noqa: N815
    CRT: str
    indIEDest: str  # noqa: N815
    tpOperGov: str  # noqa: N815
    """empty unless the government buys"""
    exige: frozenset[str]
    """groups that the IBS and CBS classification of some item asks for (`classificacoes`)"""


def natureza_of(grupo: Grupo) -> Natureza:
    """The nature of the note whose infNFe this is."""
    ide = grupo.em("ide")
    return Natureza(
        ide["tpNF"],
        ide["idDest"],
        ide["tpImp"],
        ide["tpEmis"],
        ide["tpAmb"],
        ide["finNFe"],
        ide["indFinal"],
        ide["indPres"],
        ide["procEmi"],
        grupo.em("emit")["CRT"],
        grupo.em("dest")["indIEDest"],
        ide.em("gCompraGov")["tpOperGov"],
        exigencias(grupo),
    )


def em_cada(grupos: Iterable[Grupo], nome: str) -> list[Grupo]:
    """The group of a name inside each of those that have one."""
    return [grupo.grupos[nome][0] for grupo in grupos if nome in grupo.grupos]


class Nota:
    """A whole NF-e or NFC-e: infNFe. Of a group that is absent, all fields are empty."""

    __slots__ = (
        "_referencias",
        "dest",
        "emissao",
        "emit",
        "grupo",
        "icms",
        "ide",
        "impostos",
        "itens",
        "prods",
        "recebimento",
        "referidos",
        "somas",
        "suplemento",
        "total",
    )

    def __init__(
        self,
        grupo: Grupo,
        emissao: datetime | None = None,
        recebimento: datetime | None = None,
        suplemento: bool = False,
    ) -> None:
        self.grupo = grupo
        self.ide = grupo.em("ide")
        self.emit = grupo.em("emit")
        self.dest = grupo.em("dest")
        self.total = grupo.em("total", "ICMSTot")
        self.itens = grupo.lista("det")
        """the det groups; below, what they have one each of, in their order"""
        self.prods = [det.em("prod") for det in self.itens]
        self.impostos = [det.em("imposto") for det in self.itens]
        self.icms = [imposto.em("ICMS").escolha() for imposto in self.impostos]
        self.somas: dict[str, Decimal] = {}
        """see `SOMAS`: complete before any rule runs"""
        self.emissao = emissao
        self.recebimento = recebimento
        """instant of receipt by SEFAZ, where it is known"""
        self.suplemento = suplemento
        """infNFeSupl is there"""
        self.referidos: dict[tuple[str, str], Grupo] | None = None
        """the documents of NFref, gathered by the first rule that looks for repetitions"""
        self._referencias: dict[tuple[str, str], int] | None = None

    @property
    def referencias(self) -> dict[tuple[str, str], int]:
        """Chave and item in the DFeReferenciado of the items, each with the first that has it."""
        if self._referencias is None:
            self._referencias = {}
            for posicao, ref in enumerate(det.em("DFeReferenciado") for det in self.itens):
                if "chaveAcesso" in ref:
                    self._referencias.setdefault((ref["chaveAcesso"], ref["nItem"]), posicao)
        return self._referencias

    @property
    def chave(self) -> str:
        """The access key in the Id."""
        return self.grupo.atributo("Id").removeprefix("NFe")


class Item:
    """One item: det."""

    __slots__ = ("det", "icms", "imposto", "nota", "posicao", "prod")

    def __init__(self, det: Grupo, nota: Nota, posicao: int) -> None:
        self.nota = nota
        self.det = det
        self.posicao = posicao
        """from 0"""
        self.prod = nota.prods[posicao]
        self.imposto = nota.impostos[posicao]
        self.icms = nota.icms[posicao]
        """ICMS00, ICMSSN102 …"""


ESCOPOS: Final[dict[str, Escopo]] = {"det": Item}


def da_nota(
    regra: str,
    codigo: str,
    *,
    correcao: str,
    com: str | tuple[str, ...] = "",
    **detalhes: Unpack[Detalhes],
) -> Callable[[Callable[[Nota], Falha | None]], Callable[[Nota], Falha | None]]:
    """A rule on the whole note, run where `com` is: a group (dest/enderDest), a field (emit:IEST).

    One of several is enough. `com` does not lead through `det`, where the items begin.
    """
    caminhos = (com,) if isinstance(com, str) else com

    def register(funcao: Callable[[Nota], Falha | None]) -> Callable[[Nota], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, caminhos, **detalhes)
        return funcao

    return register


def do_item(
    regra: str,
    codigo: str,
    *,
    correcao: str,
    com: str | tuple[str, ...] = "",
    **detalhes: Unpack[Detalhes],
) -> Callable[[Callable[[Item], Falha | None]], Callable[[Item], Falha | None]]:
    """A rule on each item that has `com`: a group (imposto/ISSQN), a field (prod:vDesc, :vItem)."""
    groups = (com,) if isinstance(com, str) else com
    caminhos = tuple(f"det/{group}".rstrip("/").replace("/:", ":") for group in groups)

    def register(funcao: Callable[[Item], Falha | None]) -> Callable[[Item], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, caminhos, **detalhes)
        return funcao

    return register


def de_cada(
    caminho: str | tuple[str, ...],
    regra: str,
    codigo: str,
    *,
    correcao: str,
    **detalhes: Unpack[Detalhes],
) -> Callable[[Callable[[Grupo, Nota], Falha | None]], Callable[[Grupo, Nota], Falha | None]]:
    """A rule on each group at a path of the note that does not lead through `det`."""
    caminhos = (caminho,) if isinstance(caminho, str) else caminho

    def register(
        funcao: Callable[[Grupo, Nota], Falha | None],
    ) -> Callable[[Grupo, Nota], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, caminhos, cada=True, **detalhes)
        return funcao

    return register


def do_grupo(
    caminho: str, regra: str, codigo: str, *, correcao: str, **detalhes: Unpack[Detalhes]
) -> Callable[[Callable[[Grupo, Item], Falha | None]], Callable[[Grupo, Item], Falha | None]]:
    """A rule on each group at a path of an item: it is given the group, and the item around it.

    What it finds, it names from the group on (gIBSUF/vIBSUF).
    """

    def register(
        funcao: Callable[[Grupo, Item], Falha | None],
    ) -> Callable[[Grupo, Item], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, (f"det/{caminho}",), cada=True, **detalhes)
        return funcao

    return register
