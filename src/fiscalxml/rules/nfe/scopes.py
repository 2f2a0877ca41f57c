"""What the rules of the NF-e and NFC-e are given: the note, or one of its items.

`da_nota`, `do_item` and `de_cada` make a function a rule. Its catalogue id and code come first,
then how to mend the document, in Portuguese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple, Unpack

from fiscalxml.documents.destino import Destino
from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Escopo, Falha
from fiscalxml.report import Tipo
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
NFF: Final = "3"
"""tpEmis of the Nota Fiscal Fácil, which SEFAZ completes and signs"""
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
    autorizador: str = ""
    """who is asked to authorise it, where somebody says so: SP, SVRS …"""
    ambiente: str = ""
    """and in which environment: as tpAmb"""
    lote: Literal["", "primeira", "outra"] = ""
    """whether it is the first note of a lote, another one, or came alone"""


class Lote(NamedTuple):
    """The lote (enviNFe) that a note came in, and what its first note says."""

    primeira: bool
    """this is the first note"""
    indSinc: str  # noqa: N815
    quantas: int
    cUF: str  # noqa: N815
    mod: str
    emitente: str


_SEM_DESTINO: Final = Destino()
_TPAMB: Final[dict[str | None, str]] = {None: "", "producao": "1", "homologacao": "2"}


def natureza_of(
    grupo: Grupo, destino: Destino = _SEM_DESTINO, lote: Lote | None = None
) -> Natureza:
    """The nature of the note whose infNFe this is, on its way to `destino` in a lote."""
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
        destino.autorizador or "",
        _TPAMB[destino.ambiente],
        "" if lote is None else "primeira" if lote.primeira else "outra",
    )


def em_cada(grupos: Iterable[Grupo], nome: str) -> list[Grupo]:
    """The group of a name inside each of those that have one."""
    return [grupo.grupos[nome][0] for grupo in grupos if nome in grupo.grupos]


class Nota:
    """A whole NF-e or NFC-e: infNFe. Of a group that is absent, all fields are empty."""

    __slots__ = (
        "dest",
        "destino",
        "emissao",
        "emit",
        "grupo",
        "icms",
        "ide",
        "impostos",
        "itens",
        "lote",
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
        destino: Destino = _SEM_DESTINO,
        lote: Lote | None = None,
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
        self.destino = destino
        self.lote = lote
        self.referidos: dict[tuple[str, str], Grupo] | None = None
        """the documents of NFref, gathered by the first rule that looks for repetitions"""

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
    """A rule on each item that has `com`: a group (imposto/ISSQN) or a field (prod:vDesc)."""
    groups = (com,) if isinstance(com, str) else com
    caminhos = tuple(f"det/{group}".rstrip("/") for group in groups)

    def register(funcao: Callable[[Item], Falha | None]) -> Callable[[Item], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, caminhos, **detalhes)
        return funcao

    return register


def de_cada(
    caminho: str, regra: str, codigo: str, *, correcao: str, **detalhes: Unpack[Detalhes]
) -> Callable[[Callable[[Grupo, Nota], Falha | None]], Callable[[Grupo, Nota], Falha | None]]:
    """A rule on each group at a path of the note that does not lead through `det`."""

    def register(
        funcao: Callable[[Grupo, Nota], Falha | None],
    ) -> Callable[[Grupo, Nota], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, (caminho,), cada=True, **detalhes)
        return funcao

    return register
