"""What the rules of the NF-e and NFC-e are given: the note, or one of its items.

`da_nota`, `do_item` and `de_cada` make a function a rule. Its catalogue id and code come first,
then how to mend the document, in Portuguese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple, Unpack

from fiscalxml.documents.groups import VAZIO, Grupo, read_groups
from fiscalxml.engine import Escopo, Falha
from fiscalxml.report import Tipo
from fiscalxml.rules.acervo import Acervo, Leitura
from fiscalxml.rules.registry import Detalhes, Registro
from fiscalxml.xml import Element, child, text_of

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
    )


def em_cada(grupos: Iterable[Grupo], nome: str) -> list[Grupo]:
    """The group of a name inside each of those that have one."""
    return [grupo.grupos[nome][0] for grupo in grupos if nome in grupo.grupos]


class Nota:
    """A whole NF-e or NFC-e: infNFe. Of a group that is absent, all fields are empty."""

    __slots__ = (
        "_documento",
        "_suplemento",
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
        "somas",
        "total",
    )

    def __init__(
        self,
        grupo: Grupo,
        emissao: datetime | None = None,
        recebimento: datetime | None = None,
        documento: Element | None = None,
    ) -> None:
        self._documento = documento
        """NFe, for what is beside infNFe"""
        self._suplemento: Grupo | None = None
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

    @property
    def suplemento(self) -> Grupo:
        """infNFeSupl; empty (`VAZIO`) where there is none."""
        if self._suplemento is None:
            node = None if self._documento is None else child(self._documento, "infNFeSupl")
            self._suplemento = VAZIO if node is None else read_groups(node, None)
        return self._suplemento

    @property
    def digest(self) -> str:
        """The DigestValue of the signature, empty where there is none."""
        path = ("Signature", "SignedInfo", "Reference", "DigestValue")
        return text_of(self._documento, *path) or ""

    @property
    def certificado(self) -> str:
        """The text of the signature's X509Certificate, empty where there is none."""
        path = ("Signature", "KeyInfo", "X509Data", "X509Certificate")
        return text_of(self._documento, *path) or ""

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


def _open(leitura: Leitura) -> Nota:
    return Nota(leitura.grupos, leitura.fatos.emissao, leitura.recebimento, leitura.found.documento)


def _natureza(leitura: Leitura) -> Natureza:
    return natureza_of(leitura.grupos)


ACERVO: Final = Acervo("NF-e 4.00", "4.00", REGISTRO, _open, _natureza, ESCOPOS, SOMAS)


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
