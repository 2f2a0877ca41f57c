"""What the rules of events are given: the event (infEvento), with the chave that it is about.

`do_evento` makes a function a rule. Its catalogue id and code come first, then the kinds of event
(tpEvento) that have it, all of them when none is named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Final, NamedTuple, Unpack

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.uf import UF_POR_CODIGO
from fiscalxml.rules.acervo import Acervo, Leitura
from fiscalxml.rules.nfe.eventos.citada import Citada, partes
from fiscalxml.rules.nfe.eventos.junto import NotaJunta, find_notes
from fiscalxml.rules.registry import Detalhes, Registro
from fiscalxml.xml import Element, text_of

REGISTRO: Final = Registro("nfe", frozenset({"evento"}), {}, fonte="MOC 7.0 Visão Geral")

CARTA_DE_CORRECAO: Final = "110110"
CANCELAMENTO: Final = "110111"
SUBSTITUICAO: Final = "110112"
ENTREGA: Final = frozenset({"110130", "110131"})
"""comprovante de entrega, and its cancelling"""
EPEC: Final = "110140"
ATOR_INTERESSADO: Final = "110150"
INSUCESSO: Final = frozenset({"110192", "110193"})
CONCILIACAO: Final = frozenset({"110750", "110751"})
PRORROGACAO: Final = frozenset({"111500", "111501", "111502", "111503"})
"""pedido of the first and the second term, and their cancelling"""
MANIFESTACAO: Final = frozenset({"210200", "210210", "210220", "210240"})

LESTE: Final = timezone(timedelta(hours=-2))
"""where in Brazil a month and a year begin first"""


class Natureza(NamedTuple):
    """What `quando` of a rule is asked about."""

    tipo: str


class Evento:
    """An event of an NF-e or NFC-e: infEvento."""

    __slots__ = (
        "_envelope",
        "_notas",
        "citada",
        "detalhe",
        "emissao",
        "grupo",
        "orgao_do_lote",
        "recebimento",
        "somas",
        "tipo",
    )

    def __init__(
        self,
        grupo: Grupo,
        emissao: datetime | None = None,
        recebimento: datetime | None = None,
        envelope: Element | None = None,
        orgao_do_lote: str = "",
    ) -> None:
        self._envelope = envelope
        self._notas: dict[str, NotaJunta] | None = None
        self.grupo = grupo
        self.tipo = grupo["tpEvento"]
        self.detalhe = grupo.em("detEvento")
        self.citada: Citada = partes(grupo["chNFe"])
        """the parts of the chave that the event is about"""
        self.emissao = emissao
        """dhEvento"""
        self.recebimento = recebimento
        """instant of registration by SEFAZ, where it is known"""
        self.orgao_do_lote = orgao_do_lote
        """cOrgao of the first event of the lote, for one that comes after it"""
        self.somas: dict[str, Decimal] = {}

    @property
    def autor(self) -> tuple[str, str]:
        """Name of the field and CNPJ or CPF of who generates the event."""
        return ("CPF", self.grupo["CPF"]) if "CPF" in self.grupo else ("CNPJ", self.grupo["CNPJ"])

    @property
    def ano_corrente(self) -> int | None:
        """Year of registration, where that is known."""
        return self.recebimento.astimezone(LESTE).year if self.recebimento else None

    @property
    def nota(self) -> NotaJunta | None:
        """The note that it is about, where that is in the same file."""
        return self._junto().get(self.citada.texto)

    @property
    def substituta(self) -> NotaJunta | None:
        """The same for the note that replaces a cancelled one."""
        return self._junto().get(self.detalhe["chNFeRef"])

    def _junto(self) -> dict[str, NotaJunta]:
        if self._notas is None:
            chaves = frozenset({self.citada.texto, self.detalhe["chNFeRef"]})
            self._notas = find_notes(self._envelope, chaves) if self._envelope is not None else {}
        return self._notas

    @property
    def uf(self) -> str:
        """cUF of the chave; empty where there is no such UF."""
        return self.citada.uf if self.citada.uf in UF_POR_CODIGO else ""


def do_evento(
    regra: str,
    codigo: str,
    *quais: str,
    correcao: str,
    com: str | tuple[str, ...] = "",
    **detalhes: Unpack[Detalhes],
) -> Callable[[Callable[[Evento], Falha | None]], Callable[[Evento], Falha | None]]:
    """A rule on the events of some kinds, run where `com` is: a group or a field of infEvento."""
    caminhos = (com,) if isinstance(com, str) else com
    if quais:
        known = frozenset(quais)
        detalhes.setdefault("quando", lambda natureza: natureza.tipo in known)

    def register(funcao: Callable[[Evento], Falha | None]) -> Callable[[Evento], Falha | None]:
        REGISTRO.add(funcao, regra, codigo, correcao, caminhos, **detalhes)
        return funcao

    return register


def _open(leitura: Leitura) -> Evento:
    return Evento(
        leitura.grupos,
        leitura.fatos.emissao,
        leitura.recebimento,
        None if leitura.found.inteiro else leitura.found.envelope,
        text_of(leitura.found.primeiro, "cOrgao") or "",
    )


def _natureza(leitura: Leitura) -> Natureza:
    return Natureza(leitura.grupos["tpEvento"])


ACERVO: Final = Acervo(
    "Eventos da NF-e 1.00", "1.00", REGISTRO, _open, _natureza, {}, {}, de_servico=True
)
