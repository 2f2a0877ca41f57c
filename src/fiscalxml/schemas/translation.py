"""What the translators of schema errors share: the finding, the place at fault, the names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fiscalxml.xml import short

_NAMESPACE = re.compile(r"\{[^}]*\}")
_PLACE = re.compile(
    r"Element '(?:\{(?P<namespace>[^}]*)\})?(?P<element>[^']*)'"
    r"(?:, attribute '(?:\{[^}]*\})?(?P<attribute>[^']*)')?: (?P<detail>.*)",
    re.DOTALL,
)
_VISIBLE = str.maketrans({"\n": "↵", "\r": "↵", "\t": "⇥", "\u00a0": "⍽"})


@dataclass(frozen=True, slots=True)
class Traducao:
    """One schema error in Portuguese. `codigo` is stable: see the table in `messages`."""

    codigo: str
    mensagem: str
    campo: str | None = None  # local name; an attribute as '@versao'
    encontrado: str | None = None
    esperado: str | None = None
    correcao: str | None = None
    redundante: bool = False  # only echoes another error of the same field


@dataclass(frozen=True, slots=True)
class Place:
    """The element or attribute that libxml2 blames, in the words of a message."""

    element: str
    namespace: str | None = None
    attribute: str | None = None

    @property
    def campo(self) -> str:
        """The name for `Traducao.campo`."""
        return f"@{self.attribute}" if self.attribute else self.element

    @property
    def nome(self) -> str:
        """The name for a sentence: 'CNPJ' or 'atributo versao de infNFe'."""
        return f"atributo {self.attribute} de {self.element}" if self.attribute else self.element

    @property
    def de_nome(self) -> str:
        """The same after 'de': 'de CNPJ', 'do atributo versao de infNFe'."""
        return f"do {self.nome}" if self.attribute else f"de {self.nome}"

    @property
    def o_nome(self) -> str:
        """The same as an object: 'CNPJ', 'o atributo versao de infNFe'."""
        return f"o {self.nome}" if self.attribute else self.nome


def split_place(message: str) -> tuple[Place | None, str]:
    """The place that a libxml2 message names, and the rest of the message."""
    match = _PLACE.fullmatch(message.rstrip("\n"))
    if match is None:
        return None, message
    place = Place(match["element"], match["namespace"], match["attribute"])
    return place, match["detail"]


def local_name(qname: str) -> str:
    """'{http://…}CNPJ' -> 'CNPJ'."""
    return _NAMESPACE.sub("", qname)


def join(names: list[str], last: str = "ou") -> str:
    """'a', 'a ou b', 'a, b ou c'."""
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def shown(value: str) -> str:
    """A found value for a report: `short`, with its border blanks made visible.

    Nothing at all is "(vazio)".
    """
    value = short(value)
    if not value:
        return "(vazio)"
    body = value.strip(" ")
    if not body:
        return "␣" * len(value)
    start, end = value.split(body, 1)
    return ("␣" * len(start) + body + "␣" * len(end)).translate(_VISIBLE)
