"""What the rules of the NF-e and NFC-e are given: the note, or one of its items.

`da_nota`, `do_item`, `de_cada_no_item` and `de_cada` make a function a rule. Its catalogue id and
code come first, then how to mend the document, in Portuguese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple, Unpack

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.destino import Destino
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import VAZIO, Grupo
from fiscalxml.engine import Escopo, Falha
from fiscalxml.report import Tipo
from fiscalxml.rules.acervo import Acervo, Leitura
from fiscalxml.rules.nfe.classificacoes import exigencias
from fiscalxml.rules.registry import Detalhes, Registro
from fiscalxml.xml import text_of

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
MEI: Final = "4"
"""CRT"""
CREDITO_E_DEBITO: Final = ("5", "6")
"""finNFe of the reform's own notes"""
MOC_7: Final = date(2021, 1, 1)
"""MOC 7.0, of November 2020, has the rule already, though its row cites a later note: `desde`"""
ZERO: Final = Decimal()


class Natureza(NamedTuple):
    """The fields that say what kind of operation a note is: most rules are for some kinds only.

    `quando` of a rule asks for them once for all notes alike, and not for each note.
    """

    mod: str
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


def a_consumidor(natureza: Natureza) -> bool:
    """An NFC-e, or an NF-e under the rules of one (NT 2026.002)."""
    return natureza.mod == "65" or natureza.tpImp == SIMPLIFICADO


_SEM_DESTINO: Final = Destino()
_TPAMB: Final[dict[str | None, str]] = {None: "", "producao": "1", "homologacao": "2"}


def natureza_of(
    grupo: Grupo, destino: Destino = _SEM_DESTINO, lote: Lote | None = None
) -> Natureza:
    """The nature of the note whose infNFe this is, on its way to `destino` in a lote."""
    ide = grupo.em("ide")
    return Natureza(
        ide["mod"],
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
        "_cfops",
        "_em_volta",
        "_referencias",
        "dest",
        "destino",
        "emissao",
        "emit",
        "ender_dest",
        "ender_emit",
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
        "total",
    )

    def __init__(
        self,
        grupo: Grupo,
        emissao: datetime | None = None,
        recebimento: datetime | None = None,
        em_volta: Campos | None = None,
        destino: Destino = _SEM_DESTINO,
        lote: Lote | None = None,
    ) -> None:
        self._em_volta = em_volta
        """NFe, for what is beside infNFe"""
        self.grupo = grupo
        self.ide = grupo.em("ide")
        self.emit = grupo.em("emit")
        self.dest = grupo.em("dest")
        self.ender_emit = self.emit.em("enderEmit")
        self.ender_dest = self.dest.em("enderDest")
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
        self.destino = destino
        self.lote = lote
        self.referidos: dict[tuple[str, str], Grupo] | None = None
        """the documents of NFref, gathered by the first rule that looks for repetitions"""
        self._cfops: frozenset[str] | None = None
        self._referencias: dict[tuple[str, str], int] | None = None

    @property
    def cfops(self) -> frozenset[str]:
        """The CFOPs of all its items."""
        if self._cfops is None:
            self._cfops = frozenset([prod["CFOP"] for prod in self.prods])
        return self._cfops

    def com_cfop(self, cfops: frozenset[str]) -> int:
        """The position (from 1) of the first item with one of these CFOPs; 0 when none has."""
        if self.cfops.isdisjoint(cfops):
            return 0
        return next(n for n, prod in enumerate(self.prods, 1) if prod["CFOP"] in cfops)

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
    def suplemento(self) -> Campos:
        """infNFeSupl; empty where there is none."""
        return VAZIO if self._em_volta is None else self._em_volta.em("infNFeSupl")

    @property
    def digest(self) -> str:
        """The DigestValue of the signature, empty where there is none."""
        return self._da_assinatura("SignedInfo", "Reference")["DigestValue"].strip()

    @property
    def certificado(self) -> str:
        """The text of the signature's X509Certificate, empty where there is none."""
        return self._da_assinatura("KeyInfo", "X509Data")["X509Certificate"].strip()

    def _da_assinatura(self, *nomes: str) -> Campos:
        return VAZIO if self._em_volta is None else self._em_volta.em("Signature", *nomes)

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


def _lote_of(found: Encontrado) -> Lote | None:
    """The lote that a note came in."""
    primeiro, lote = found.primeiro, found.lote
    if lote is not None:
        primeiro = found.assinado
    elif primeiro is None:
        return None
    return Lote(
        primeira=lote is not None,
        indSinc=text_of(lote, "indSinc") or "",
        quantas=0 if lote is None else sum(1 for _ in lote.iterchildren("{*}NFe")),
        cUF=text_of(primeiro, "ide", "cUF") or "",
        mod=text_of(primeiro, "ide", "mod") or "",
        emitente=text_of(primeiro, "emit", "CNPJ") or text_of(primeiro, "emit", "CPF") or "",
    )


def _open(leitura: Leitura) -> Nota:
    return Nota(
        leitura.grupos,
        leitura.fatos.emissao,
        leitura.recebimento,
        leitura.found.em_volta,
        leitura.destino,
        _lote_of(leitura.found),
    )


def _natureza(leitura: Leitura) -> Natureza:
    return natureza_of(leitura.grupos, leitura.destino, _lote_of(leitura.found))


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


def de_cada_no_item(
    caminho: str, regra: str, codigo: str, *, correcao: str, **detalhes: Unpack[Detalhes]
) -> Callable[[Callable[[Grupo, Item], Falha | None]], Callable[[Grupo, Item], Falha | None]]:
    """A rule on each group at a path of an item (prod/DI): it is given the group and the item.

    What it finds, it names from the group on (gIBSUF/vIBSUF).
    """

    def register(
        funcao: Callable[[Grupo, Item], Falha | None],
    ) -> Callable[[Grupo, Item], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, (f"det/{caminho}",), cada=True, **detalhes)
        return funcao

    return register
