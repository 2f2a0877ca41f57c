"""What a document is found by beside its own fields: terms, amounts of taxes, names of parties.

A term says one thing of a document: `cfop:5102`, `p:parafuso`. All of it is bounded, whatever the
document says, and holds neither blanks nor NUL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from typing import Final

import msgspec

from fiscalxml.identity import centavos
from fiscalxml.report import Report
from fiscalxml.summaries.parts import Pessoa, Tributo
from fiscalxml.summaries.resumo import Resumo

CFOP: Final = "cfop:"
"""begins the term of an item's CFOP, or of its first 2 digits; the next ones do of what they say"""
NCM: Final = "ncm:"
"""of an item, whole, its heading (4 digits) and its chapter (2)"""
CST: Final = "cst:"
"""followed by tax:CST; IBS and CBS have theirs together, as ibs"""
CLASSIFICACAO: Final = "cclasstrib:"
CODIGO: Final = "codigo:"
"""of a finding"""
PALAVRA: Final = "p:"
"""a word of a description or of a name"""

MAX_TERMS: Final = 1000
"""of one document; words come last"""
MAX_WORDS: Final = 400
"""of one document"""
MAX_WORD: Final = 24
"""characters of a word that count; what follows them is not looked at"""
MAX_TEXT: Final = 500
"""characters of a text whose words are taken"""
MAX_NAME: Final = 120

TRIBUTOS: Final[Mapping[str, str]] = {
    "icms": "icms",
    "icms_st": "icms_st",
    "ipi": "ipi",
    "pis": "pis",
    "cofins": "cofins",
    "iss": "iss",
    "ibs": "ibs",
    "cbs": "cbs",
    "imposto_seletivo": "is",
}
"""taxes whose amounts are kept -> their names in a resumo"""

_CST_DE: Final = {
    "icms": "icms", "ipi": "ipi", "pis": "pis", "cofins": "cofins", "is": "imposto_seletivo",
    "ibs_uf": "ibs", "ibs": "ibs",
}  # fmt: skip
_CLASSIFICADOS: Final = ("ibs_uf", "ibs", "is")
_PAPEIS: Final = frozenset(
    ("emitente", "prestador", "destinatario", "tomador", "comprador", "remetente")
)
_DESCRICOES: Final = ("produto_predominante", "descricao_servico")

_CFOP: Final = re.compile(r"[0-9]{4}")
_NCM: Final = re.compile(r"[0-9]{2}(?:[0-9]{6})?")
_CST: Final = re.compile(r"[0-9]{2,3}")
_CLASSIFICACAO: Final = re.compile(r"[0-9]{6}")
_INSCRICAO: Final = re.compile(r"[0-9A-Z]{12}[0-9]{2}|[0-9]{11}")
_UF: Final = re.compile(r"[A-Z]{2}")
_WORD: Final = re.compile(r"[^\W_]{2,}")
_TESTE: Final = re.compile(r"\s*\S{2,6} EMITID[AO] EM AMBIENTE DE HOMOLOGACAO")
"""what stands in place of a name in a test document"""
# Words that nearly every text or name has, and that tell nothing.
_STOP: Final = frozenset(
    (
        *("da", "das", "de", "do", "dos", "em", "na", "nas", "no", "nos", "com", "para", "por"),
        *("sem", "sob", "ou", "um", "uma", "ao", "aos", "se"),
        *("ltda", "me", "epp", "mei", "eireli", "sa", "cia"),
    )
)


class Parte(msgspec.Struct, frozen=True):
    """A party of a document, by CNPJ or CPF."""

    inscricao: str
    nome: str
    """at most `MAX_NAME` characters"""
    uf: str | None


class Indice(msgspec.Struct, frozen=True):
    """What one document is found by."""

    termos: tuple[str, ...]
    """each once, at most `MAX_TERMS`"""
    tributos: dict[str, int]
    """in centavos, of those of `TRIBUTOS` that the document has"""
    partes: tuple[Parte, ...]
    """each inscricao once"""


def index_of(report: Report, resumo: Resumo | None) -> Indice:
    """The index of a document that was judged; of one without resumo, its findings."""
    codes = [f"{CODIGO}{achado.codigo}" for achado in report.achados]
    if resumo is None:
        return Indice(_bounded(codes), {}, ())
    named = [
        pessoa
        for papel, pessoa in resumo.participantes.items()
        if papel in _PAPEIS and pessoa.nome and not _is_placeholder(pessoa.nome)
    ]
    found = chain(codes, _item_terms(resumo), _word_terms(resumo, named))
    return Indice(_bounded(found), amounts(resumo), tuple(_parties(named)))


def amounts(resumo: Resumo) -> dict[str, int]:
    """Taxes of the whole document in centavos, exactly, of those it has."""
    impostos = resumo.impostos
    found = {
        name: _centavos(impostos[own].valor) for name, own in TRIBUTOS.items() if own in impostos
    }
    return {name: amount for name, amount in found.items() if amount is not None}


@lru_cache(maxsize=8192)  # the same products and names come again and again
def words(text: str) -> tuple[str, ...]:
    """The words of a text that count, each once: lower case, no accents, at most `MAX_WORD` long.

    Left out: single letters, numbers of up to two digits, and words without a meaning of their own.

    >>> words("PARAFUSO DE AÇO 10 M8")
    ('parafuso', 'aco', 'm8')
    """
    kept = (word for word in pieces(text) if word not in _STOP and not _is_small(word))
    return tuple(dict.fromkeys(kept))


def pieces(text: str) -> list[str]:
    """All words of a text in the same form, in their order."""
    return [word[:MAX_WORD] for word in _WORD.findall(_plain(text))]


def _bounded(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(terms), MAX_TERMS))


def _item_terms(resumo: Resumo) -> Iterator[str]:
    """CFOP, NCM, CST and cClassTrib; kinds without items have some of them for the whole."""
    detalhes = resumo.detalhes
    yield from _codes(detalhes.get("cfop"), detalhes.get("ncm_produto_predominante"))
    yield from _tax_terms(resumo.impostos)
    for item in resumo.itens:
        yield from _codes(item.cfop, item.ncm)
        if item.impostos:
            yield from _tax_terms(item.impostos)


def _tax_terms(impostos: Mapping[str, Tributo]) -> Iterator[str]:
    for own, tributo in impostos.items():
        if tributo.cst or tributo.classificacao:
            yield from _tax(own, tributo.cst, tributo.classificacao)


# What follows is asked for the same few values of most documents.
_centavos: Final = lru_cache(maxsize=4096)(centavos)


@lru_cache(maxsize=4096)
def _codes(cfop: str | None, ncm: str | None) -> tuple[str, ...]:
    terms = [
        *((term, term[: len(CFOP) + 2]) for term in _coded(CFOP, _CFOP, cfop)),
        *((term, term[: len(NCM) + 4], term[: len(NCM) + 2]) for term in _coded(NCM, _NCM, ncm)),
    ]
    return tuple(chain.from_iterable(terms))


@lru_cache(maxsize=4096)
def _tax(own: str, cst: str | None, classificacao: str | None) -> tuple[str, ...]:
    terms = _coded(f"{CST}{_CST_DE[own]}:", _CST, cst) if own in _CST_DE else ()
    if own in _CLASSIFICADOS:
        terms += _coded(CLASSIFICACAO, _CLASSIFICACAO, classificacao)
    return terms


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(f"{PALAVRA}{word}" for word in words(text))


@lru_cache(maxsize=4096)
def _is_placeholder(nome: str) -> bool:
    return _TESTE.match(nome) is not None


def _coded(prefix: str, pattern: re.Pattern[str], text: str | None) -> tuple[str, ...]:
    return (prefix + text,) if text and pattern.fullmatch(text) else ()


def _word_terms(resumo: Resumo, named: Iterable[Pessoa]) -> Iterator[str]:
    texts = (
        *(pessoa.nome for pessoa in named),
        *(item.descricao for item in resumo.itens),
        *(resumo.detalhes.get(name) for name in _DESCRICOES),
    )
    found = chain.from_iterable(_words(text[:MAX_TEXT]) for text in texts if text)
    return islice(dict.fromkeys(found), MAX_WORDS)


def _parties(named: Iterable[Pessoa]) -> Iterator[Parte]:
    seen = set()
    for pessoa in named:
        inscricao = (pessoa.cnpj or pessoa.cpf or "").strip()
        nome = (pessoa.nome or "").strip()[:MAX_NAME]
        if nome and inscricao not in seen and _INSCRICAO.fullmatch(inscricao):
            seen.add(inscricao)
            uf = pessoa.endereco.uf if pessoa.endereco else None
            yield Parte(inscricao, nome, uf if uf and _UF.fullmatch(uf) else None)


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return bare.casefold()


def _is_small(word: str) -> bool:
    return len(word) < 3 and word.isdecimal()
