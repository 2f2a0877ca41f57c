"""What is sent: lotes and single documents, some of them twice, some at fault, some no documents.

All of it follows from a seed. A document may be in several lotes and be posted by itself, too, so
that the same one comes in at several doors at the same time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Final

from fiscalxml.generator import Pedido, generate
from services.servico import zipped

_PER_LOTE: Final = 50
_FAULTY: Final = 0.05
"""share of the distinct documents that break a rule"""
_AGAIN: Final = 0.15
"""share of what is sent that was, or will be, sent elsewhere"""
_SINGLE: Final = 0.2
_PDF: Final = b"%PDF-1.7 nada"


@dataclass(frozen=True)
class Documento:
    """A distinct document."""

    chave: str
    evento: bool
    """it speaks of a chave, and is found by its id only"""
    valido: bool
    xml: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.xml).hexdigest()


@dataclass(frozen=True)
class Arquivo:
    """An entry of a lote; `documento` is None for junk, which has one outcome only."""

    nome: str
    documento: Documento | None
    data: bytes
    desfecho: str | None = None
    """of junk"""


@dataclass(frozen=True)
class Carga:
    """All that one run sends."""

    lotes: list[list[Arquivo]]
    avulsos: list[Documento]

    @property
    def documentos(self) -> set[Documento]:
        """Each distinct one."""
        found = {arquivo.documento for lote in self.lotes for arquivo in lote}
        return {each for each in found if each} | set(self.avulsos)

    @property
    def arquivos(self) -> int:
        return sum(map(len, self.lotes))


def zip_of(lote: list[Arquivo]) -> bytes:
    """The lote as it is sent."""
    return zipped({arquivo.nome: arquivo.data for arquivo in lote})


def make_cargo(documents: int, seed: int) -> Carga:
    """About `documents` of them, those counted that are sent again."""
    rng = Random(seed)  # noqa: S311 - a test's choice of what to send
    distinct = list(_distinct(round(documents * (1 - _AGAIN)), seed))
    sent = distinct + rng.choices(distinct, k=documents - len(distinct))
    rng.shuffle(sent)
    singles = round(documents * _SINGLE)
    avulsos, rest = sent[:singles], sent[singles:]
    groups = [rest[at : at + _PER_LOTE] for at in range(0, len(rest), _PER_LOTE)]
    return Carga([_lote(group, rng) for group in groups], avulsos)


def _lote(documentos: list[Documento], rng: Random) -> list[Arquivo]:
    arquivos = [
        Arquivo(f"{place:04}.xml", documento, documento.xml)
        for place, documento in enumerate(documentos)
    ]
    torn = rng.choice(documentos).xml
    arquivos += [
        Arquivo("leiame.pdf", None, _PDF, "ignorado"),
        Arquivo("pagina.xml", None, b"<html><body>erro</body></html>", "ilegivel"),
        Arquivo("cortado.xml", None, torn[: len(torn) // 2], "ilegivel"),
    ]
    rng.shuffle(arquivos)
    return arquivos


def _distinct(documents: int, seed: int) -> Iterator[Documento]:
    faulty = round(documents * _FAULTY)
    falhas = [("629", faulty - faulty // 3), ("528", faulty // 3)]
    for each in generate(Pedido(quantidade=documents, semente=seed, falhas=falhas)):
        evento = each.tipo in ("cancelamento", "cce")
        yield Documento(each.chave, evento, each.falha is None, each.xml)
