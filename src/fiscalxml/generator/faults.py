"""How to break one rule, and no other, in a note that is otherwise valid.

The recipes of business rules are in `falhas.json`, made by `scripts/build_faults.py` from the test
cases of the rules; those of form are the functions here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

from fiscalxml.generator.drafts import RESPOSTA, Rascunho, instante
from fiscalxml.generator.editing import edit

_UMA_HORA: Final = timedelta(hours=1)
_OUTRO: Final = "99000000000272"
"""a CNPJ that no party has"""


class Receita(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which rule, in a note of which model, and the edits that break it (see `editing.edit`)."""

    regra: str
    codigo: str
    modelo: str
    muda: dict[str, str] = {}
    depois: dict[str, str] = {}
    remove: tuple[str, ...] = ()
    protocolo: bool = False
    """the rule compares with the clock, so the note needs an instant of receipt"""


Documento = Callable[[Rascunho, bool], bytes]
"""(note, whether with its protocol) -> XML"""


@lru_cache(maxsize=1)
def receitas() -> tuple[Receita, ...]:
    """Those of business rules, in the order of the manual."""
    data = (files(__package__) / "falhas.json").read_bytes()
    return tuple(msgspec.json.decode(data, type=list[Receita]))


class FalhaDesconhecida(LookupError):
    """There is no recipe for a code."""


class Falha(msgspec.Struct, frozen=True):
    """One way to break a note."""

    codigo: str
    regra: str
    """its id; empty for a fault of the layout"""
    modelo: str
    documento: Documento


@lru_cache(maxsize=1)
def falhas() -> Mapping[str, Falha]:
    """All, by id of rule (nfe:I11-10) and by code; where codes repeat, the first rule of it."""
    found: dict[str, Falha] = {}
    for falha in (
        *(Falha(codigo, regra, "55", documento) for codigo, regra, documento in _DE_FORMA),
        *map(of_recipe, receitas()),
    ):
        found.setdefault(falha.regra or falha.codigo, falha)
        found.setdefault(falha.codigo, falha)
    return found


def find_falha(codigo: str) -> Falha:
    """That of a code, or of the id of a rule. Raises `FalhaDesconhecida`."""
    try:
        return falhas()[codigo]
    except KeyError:
        raise FalhaDesconhecida(codigo) from None


def of_recipe(receita: Receita) -> Falha:
    """What a recipe makes of a note."""

    def document(nota: Rascunho, protocolo: bool) -> bytes:
        broken = edit(nota, receita.muda, receita.depois, receita.remove)
        return broken.document(broken.sign(), protocolo=protocolo or receita.protocolo)

    return Falha(receita.codigo, receita.regra, receita.modelo, document)


def _of_other_signer(nota: Rascunho, protocolo: bool) -> bytes:
    return nota.document(nota.sign(titular=_OUTRO), protocolo=protocolo)


def _of_expired_certificate(nota: Rascunho, protocolo: bool) -> bytes:
    return nota.document(nota.sign(ano=nota.emissao.year - 3), protocolo=protocolo)


def _altered_after_signing(nota: Rascunho, protocolo: bool) -> bytes:
    document = nota.document(nota.sign(), protocolo=protocolo)
    return document.replace(b"<natOp>VENDA ", b"<natOp>REVENDA ", 1)


def _blanks_before(nota: Rascunho, protocolo: bool) -> bytes:
    return b"\n" + nota.document(nota.sign(), protocolo=protocolo)


def _other_encoding(nota: Rascunho, protocolo: bool) -> bytes:
    document = nota.document(nota.sign(), protocolo=protocolo)
    return document.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"', 1)


def _number_not_of_the_id(nota: Rascunho, protocolo: bool) -> bytes:
    numero = f"<nNF>{int(nota.chave[25:34])}"
    return _with_text(nota, numero, f"{numero}1", protocolo)


def _without_bairro(nota: Rascunho, protocolo: bool) -> bytes:
    return _with_text(nota, "<xBairro>CENTRO</xBairro>", "", protocolo)


def _municipio_too_short(nota: Rascunho, protocolo: bool) -> bytes:
    return _with_text(
        nota, "<xBairro>CENTRO</xBairro><cMun>3", "<xBairro>CENTRO</xBairro><cMun>", protocolo
    )


def _with_text(nota: Rascunho, text: str, other: str, protocolo: bool) -> bytes:
    """The note with another text at one place, signed so."""
    broken = replace(nota, assinado=nota.assinado.replace(text, other, 1))
    return broken.document(broken.sign(), protocolo=protocolo)


def _received_before_emission(nota: Rascunho, _protocolo: bool) -> bytes:
    recebido, antes = (instante(nota.emissao + delta) for delta in (RESPOSTA, -_UMA_HORA))
    broken = replace(nota, resposta=nota.resposta.replace(recebido, antes))
    return broken.document(broken.sign(), protocolo=True)


# Code, id of the rule where there is one, how.
_DE_FORMA: Final[tuple[tuple[str, str, Documento], ...]] = (
    ("XSD-001", "", _without_bairro),
    ("XSD-010", "", _municipio_too_short),
    ("213", "nfe:GEN-F03", _of_other_signer),
    ("291", "nfe:GEN-E02", _of_expired_certificate),
    ("297", "nfe:GEN-F02", _altered_after_signing),
    ("402", "nfe:GEN-D03", _other_encoding),
    ("502", "nfe:A03-10", _number_not_of_the_id),
    ("588", "nfe:GEN-D01e", _blanks_before),
    ("703", "nfe:B09-10", _received_before_emission),
)
