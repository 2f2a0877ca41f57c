"""How to break one rule, and no other, in a note that is otherwise valid.

The recipes of business rules are in `falhas.json`, made by `scripts/build_faults.py` from the test
cases of the rules; those of form are the functions here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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


@lru_cache(maxsize=1)
def receitas() -> tuple[Receita, ...]:
    """Those of business rules, in the order of the manual."""
    data = (files(__package__) / "falhas.json").read_bytes()
    return tuple(msgspec.json.decode(data, type=list[Receita]))


class FalhaDesconhecida(LookupError):
    """There is no recipe for a code."""


def _signed(nota: Rascunho, protocolo: bool) -> bytes:
    return nota.document(nota.sign(), protocolo=protocolo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Falha:
    """One way to break a note: edits before it is signed, or another way to write it."""

    codigo: str
    regra: str = ""
    """its id; empty for a fault of the layout"""
    modelo: str = "55"
    edit: Callable[[Rascunho], Rascunho] = lambda nota: nota
    write: Callable[[Rascunho, bool], bytes] = _signed
    """of the edited note, and whether with its protocol"""


def of_recipe(receita: Receita) -> Falha:
    """The fault that a recipe describes."""

    def edited(nota: Rascunho) -> Rascunho:
        return edit(nota, receita.muda, receita.depois, receita.remove)

    return Falha(codigo=receita.codigo, regra=receita.regra, modelo=receita.modelo, edit=edited)


@lru_cache(maxsize=1)
def falhas() -> Mapping[str, Falha]:
    """All, by id of rule (nfe:I11-10) and by code; where codes repeat, the first rule of it."""
    found: dict[str, Falha] = {}
    for falha in (*_DE_FORMA, *map(of_recipe, receitas())):
        found.setdefault(falha.regra or falha.codigo, falha)
        found.setdefault(falha.codigo, falha)
    return found


def find_falha(codigo: str) -> Falha:
    """That of a code, or of the id of a rule. Raises `FalhaDesconhecida`."""
    try:
        return falhas()[codigo]
    except KeyError:
        raise FalhaDesconhecida(codigo) from None


def _with_text(text: str, other: str) -> Callable[[Rascunho], Rascunho]:
    """The note with another text at one place, and signed so."""
    return lambda nota: replace(nota, assinado=nota.assinado.replace(text, other, 1))


def _number_not_of_the_id(nota: Rascunho) -> Rascunho:
    numero = f"<nNF>{int(nota.chave[25:34])}"
    return _with_text(numero, f"{numero}1")(nota)


def _with_wrong_digit(nota: Rascunho) -> Rascunho:
    """Another cDV, in the key and in its field."""
    wrong = str((int(nota.chave[-1]) + 1) % 10)
    chave = nota.chave[:-1] + wrong
    assinado = nota.assinado.replace(nota.chave, chave, 1)
    return replace(
        nota,
        assinado=assinado.replace(f"<cDV>{nota.chave[-1]}", f"<cDV>{wrong}", 1),
        identificador=nota.identificador.replace(nota.chave, chave),
        chave=chave,
        resposta=nota.resposta.replace(nota.chave, chave),
    )


def _with_unreadable_certificate(nota: Rascunho, protocolo: bool) -> bytes:
    return _with_certificate(nota, protocolo, lambda _: b"AAAA")


def _with_forged_certificate(nota: Rascunho, protocolo: bool) -> bytes:
    """One that names the authority, which did not sign it."""

    def forged(certificate: bytes) -> bytes:
        der = bytearray(base64.b64decode(certificate))
        der[-1] ^= 1  # of the authority's signature
        return base64.b64encode(der)

    return _with_certificate(nota, protocolo, forged)


def _with_certificate(nota: Rascunho, protocolo: bool, change: Callable[[bytes], bytes]) -> bytes:
    head, tag, rest = _signed(nota, protocolo).partition(b"<X509Certificate>")
    certificate, end, tail = rest.partition(b"</X509Certificate>")
    return head + tag + change(certificate) + end + tail


def _by_another(nota: Rascunho, protocolo: bool) -> bytes:
    return nota.document(nota.sign(titular=_OUTRO), protocolo=protocolo)


def _with_expired_certificate(nota: Rascunho, protocolo: bool) -> bytes:
    return nota.document(nota.sign(ano=nota.emissao.year - 3), protocolo=protocolo)


def _altered_after_signing(nota: Rascunho, protocolo: bool) -> bytes:
    return _signed(nota, protocolo).replace(b"<natOp>VENDA ", b"<natOp>REVENDA ", 1)


def _in_another_encoding(nota: Rascunho, protocolo: bool) -> bytes:
    return _signed(nota, protocolo).replace(b'"UTF-8"', b'"ISO-8859-1"', 1)


def _after_a_blank_line(nota: Rascunho, protocolo: bool) -> bytes:
    return b"\n" + _signed(nota, protocolo)


def _received_before_emission(nota: Rascunho, _protocolo: bool) -> bytes:
    recebido, antes = (instante(nota.emissao + delta) for delta in (RESPOSTA, -_UMA_HORA))
    return _signed(replace(nota, resposta=nota.resposta.replace(recebido, antes)), True)


_BAIRRO: Final = "<xBairro>CENTRO</xBairro>"
_DE_FORMA: Final = (
    Falha(codigo="XSD-001", edit=_with_text(_BAIRRO, "")),
    Falha(codigo="XSD-010", edit=_with_text(f"{_BAIRRO}<cMun>3", f"{_BAIRRO}<cMun>")),
    Falha(codigo="213", regra="nfe:GEN-F03", write=_by_another),
    Falha(codigo="253", regra="nfe:B23-10", edit=_with_wrong_digit),
    Falha(codigo="290", regra="nfe:GEN-E01", write=_with_unreadable_certificate),
    Falha(codigo="291", regra="nfe:GEN-E02", write=_with_expired_certificate),
    Falha(codigo="293", regra="nfe:GEN-E04", write=_with_forged_certificate),
    Falha(codigo="297", regra="nfe:GEN-F02", write=_altered_after_signing),
    Falha(codigo="402", regra="nfe:GEN-D03", write=_in_another_encoding),
    Falha(codigo="502", regra="nfe:A03-10", edit=_number_not_of_the_id),
    Falha(codigo="588", regra="nfe:GEN-D01e", write=_after_a_blank_line),
    Falha(codigo="703", regra="nfe:B09-10", write=_received_before_emission),
)
