"""What makes findings of many documents the same: their root.

Two findings have the same root when they are of the same layer, code, rule and severity, at the
same place without positions, and for the same reason where one code has several (which field
is missing, which authority is unknown). A finding that is certain to follow from another one of
the same document is counted with that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, get_args

from fiscalxml.report import Achado, Camada, Severidade

SEVERIDADES: Final = get_args(Severidade)

FORA_DE_ORDEM: Final = "XSD-001"
INCOMPLETO: Final = "XSD-002"
_SEM_ESQUEMA: Final = "XSD-900"
_SEM_LUGAR: Final = frozenset({_SEM_ESQUEMA, "XSD-902"})  # they are about the whole document
_POR_MENSAGEM: Final = frozenset({_SEM_ESQUEMA, "XML-029", "XML-030"})

_POSITION: Final = re.compile(r"\[\d+\]")
# ICMS00, ICMS20, ICMSSN101 …: the same field in another choice of the same tax.
_CHOICE: Final = re.compile(r"/(ICMS|IPI|PIS|COFINS)/\1[A-Za-z0-9]+(?=/|$)")
_IN_ID: Final = re.compile(r"No Id, (.+?) é ")
_NAMES_A_HOLDER: Final = re.compile(r"O certificado (?:é )?de ")


class Raiz(NamedTuple):
    """The identity of a cause."""

    camada: Camada
    codigo: str
    regra: str | None
    severidade: Severidade
    caminho: str
    motivo: str | None


class Grupo(NamedTuple):
    """The findings of one document with one root. `consequencias` follow from them."""

    raiz: Raiz
    achados: list[Achado]
    consequencias: list[Achado]


def group(achados: Sequence[Achado]) -> tuple[list[Raiz], dict[Raiz, Grupo]]:
    """The root of each finding of one document, and the findings by their root, in order."""
    follows = _followers(achados)
    raised = _raised(achados, follows) if follows else {}
    roots: list[Raiz] = []
    groups: dict[Raiz, Grupo] = {}
    for index, achado in enumerate(achados):
        raiz = root_of(achados[follows.get(index, index)])
        raiz = raised.get(raiz, raiz)
        roots.append(raiz)
        found = groups.get(raiz)
        if found is None:
            found = groups[raiz] = Grupo(raiz, [], [])
        (found.consequencias if index in follows else found.achados).append(achado)
    return roots, groups


def root_of(achado: Achado) -> Raiz:
    """The root of a finding by itself."""
    return Raiz(
        achado.camada,
        achado.codigo,
        achado.regra,
        achado.severidade,
        _place(achado),
        _reason(achado),
    )


@lru_cache(maxsize=16_384)
def generalized(caminho: str) -> str:
    """A path without positions, in which the choices of a tax are one."""
    return _CHOICE.sub(r"/\1/…", without_positions(caminho))


def missing_field(achado: Achado) -> str | None:
    """The one field that a schema expected, where it names just one."""
    if achado.codigo not in (FORA_DE_ORDEM, INCOMPLETO) or not achado.esperado:
        return None
    return achado.esperado if achado.esperado.isidentifier() else None


def _place(achado: Achado) -> str:
    """Where codes and reasons alone do not tell one cause from another."""
    if achado.camada not in ("schema", "regras") or achado.codigo in _SEM_LUGAR:
        return ""
    caminho = generalized(achado.caminho)
    if achado.codigo == FORA_DE_ORDEM and missing_field(achado):
        return caminho.rpartition("/")[0]  # whichever field came in its stead
    return caminho


def _reason(achado: Achado) -> str | None:
    if achado.codigo in _POR_MENSAGEM or achado.camada == "protocolo":
        return achado.mensagem
    if achado.codigo in (FORA_DE_ORDEM, INCOMPLETO):
        return missing_field(achado)
    if achado.camada == "chave":
        names = _IN_ID.findall(achado.explicacao or "")
        return ", ".join(names) or (achado.esperado if achado.codigo == "CHV-001" else None)
    if achado.camada == "assinatura" and achado.explicacao:
        return None if _NAMES_A_HOLDER.match(achado.explicacao) else achado.explicacao
    return None


# --- consequences ---------------------------------------------------------------------------


class _Consequencia(NamedTuple):
    """`follows(root, other)`: whether a finding follows from one that `is_root`."""

    is_root: Callable[[Achado], bool]
    follows: Callable[[Achado, Achado], bool]


def _unsigned(achado: Achado) -> bool:
    return achado.codigo == "SIG-001"


def _lacks_signature(_: Achado, other: Achado) -> bool:
    return other.codigo == INCOMPLETO and "Signature" in re.findall(r"\w+", other.esperado or "")


def _altered(achado: Achado) -> bool:
    return achado.camada == "assinatura" and achado.caminho.endswith("/DigestValue")


def _not_what_was_authorized(root: Achado, other: Achado) -> bool:
    """SEFAZ authorised what was signed, and what is at hand is another text."""
    return (
        other.codigo == "PRT-003"
        and other.encontrado == root.encontrado
        and other.esperado == root.esperado
    )


def _items_lack_ibscbs(achado: Achado) -> bool:
    return (
        achado.camada == "regras"
        and achado.encontrado == "ausente"
        and achado.caminho.endswith("/imposto/IBSCBS")
    )


def _total_without_ibscbs(achado: Achado) -> bool:
    """A total of what no item has (W34-10)."""
    return achado.camada == "regras" and (achado.regra or "").endswith(":W34-10")


def _is_in_that_total(root: Achado, other: Achado) -> bool:
    return other.camada == "regras" and other.caminho.startswith(f"{root.caminho}/")


_CONSEQUENCIAS: Final = (
    _Consequencia(_unsigned, _lacks_signature),
    _Consequencia(_altered, _not_what_was_authorized),
    _Consequencia(_total_without_ibscbs, _is_in_that_total),
    _Consequencia(_items_lack_ibscbs, lambda _, other: _total_without_ibscbs(other)),
)


def _followers(achados: Sequence[Achado]) -> dict[int, int]:
    """Position of a consequence -> position of the finding that it follows from."""
    if len(achados) < 2:
        return {}
    follows: dict[int, int] = {}
    for index, consequencia in _roots(achados):
        for other, achado in enumerate(achados):
            if other != index and consequencia.follows(achados[index], achado):
                follows.setdefault(other, index)
    return {other: _first(follows, other) for other in follows}


def _roots(achados: Sequence[Achado]) -> Iterator[tuple[int, _Consequencia]]:
    """The first finding that each kind of consequence may follow from."""
    for consequencia in _CONSEQUENCIAS:
        for index, achado in enumerate(achados):
            if consequencia.is_root(achado):
                yield index, consequencia
                break


def _first(follows: dict[int, int], index: int) -> int:
    """The root of a root."""
    while index in follows:
        index = follows[index]
    return index


def _raised(achados: Sequence[Achado], follows: dict[int, int]) -> dict[Raiz, Raiz]:
    """The roots that others follow from, each with the severity of the worst of them."""
    raised: dict[Raiz, Raiz] = {}
    for other, leader in follows.items():
        raiz = root_of(achados[leader])
        worst = raised.get(raiz, raiz).severidade, achados[other].severidade
        raised[raiz] = raiz._replace(severidade=min(worst, key=SEVERIDADES.index))
    return raised


@lru_cache(maxsize=16_384)
def without_positions(caminho: str) -> str:
    """det/prod of det[2]/prod."""
    return _POSITION.sub("", caminho)
