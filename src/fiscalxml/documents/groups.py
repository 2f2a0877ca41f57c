"""The groups of a document: its fields by name, read once, for the facts, the rules, the resumo.

They are read from the bytes of a plain document, whose C14N is written from just these (`plain`),
or from the exclusive C14N of the signed element. So what is judged is what was signed; and a text
is taken apart in half the time of a tree, in C (`_leitura.c`) in an eighth. What is not plain
enough for that (prefixes; in Python also blanks between tags) is read from the tree.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from html import escape, unescape

from lxml import etree

from fiscalxml.compiled import compiled
from fiscalxml.xml import Element, local_name, tag

native = compiled("fiscalxml.documents._leitura")
"""the reader in C; None when there was no compiler as the package was built"""

_ATTRIBUTE = re.compile(r'([^\s"=]+)="([^"]*)"')
_TEXT = re.compile(r">[^>&\0]*&[^>\0]*>")
_ZERO = Decimal()
_PLACED = 6
"""depths down to a modal; not as deep are a SignedInfo, and that of the DPS inside of its NFS-e"""
_SEM_GRUPOS: dict[str, list[Grupo]] = {}
_SEM_REPETIDOS: dict[str, list[str]] = {}
_NENHUM: list[Grupo] = []


class Grupo(dict[str, str]):
    """An element with children. The dict holds its fields: the children with a text, by name.

    Names are those of the layout, without namespace. A field that is absent reads as an empty
    text; of one that repeats this is the first, and `todos` has all.
    """

    # All but `grupos` stay unset where there is nothing, as in most groups.
    __slots__ = ("_atributos", "_repetidos", "grupos", "inicio")

    grupos: dict[str, list[Grupo]]
    inicio: int
    """where it begins in the bytes that `read_whole` read; of the outermost groups only"""
    _atributos: str
    """as C14N writes them"""
    _repetidos: dict[str, list[str]]

    @property
    def atributos(self) -> dict[str, str]:
        """The attributes of the element."""
        found = _ATTRIBUTE.findall(getattr(self, "_atributos", ""))
        return {nome: unescape(texto) for nome, texto in found if nome != "xmlns"}

    def atributo(self, nome: str) -> str:
        """The text of an attribute, empty when it is absent."""
        atributos: str = getattr(self, "_atributos", "")
        if nome not in atributos:
            return ""
        first, _, rest = atributos.partition('="')
        texto = rest.partition('"')[0]
        if first != nome:  # most have one attribute only
            texto = dict(_ATTRIBUTE.findall(atributos)).get(nome, "")
        return unescape(texto) if "&" in texto else texto

    def __bool__(self) -> bool:
        """It is there, even when it has no fields of its own."""
        return True

    __missing__ = "".format
    """an empty text for any field that is absent; in C, for rules ask thousands of times"""

    def tem(self, nome: str) -> bool:
        """Whether there is a group of that name. (A field is there when it is `in` the dict.)"""
        return nome in self.grupos

    def valor(self, campo: str) -> Decimal:
        """The number in a field, zero when it is absent (or is no number)."""
        return as_decimal(self[campo])

    def todos(self, campo: str) -> list[str]:
        """The texts of a field that may repeat."""
        repetidos: dict[str, list[str]] = getattr(self, "_repetidos", _SEM_REPETIDOS)
        if campo in repetidos:
            return repetidos[campo]
        return [self[campo]] if campo in self else []

    def grupo(self, *nomes: str) -> Grupo | None:
        """The first group down a path of names."""
        grupo = self.em(*nomes)
        return None if grupo is VAZIO else grupo

    def unico(self, nome: str) -> Grupo | None:
        """The one element of a name, where that is a group."""
        lista = self.grupos.get(nome, _NENHUM)
        return lista[0] if len(lista) == 1 and nome not in self else None

    @property
    def repete(self) -> bool:
        """Whether a field stands in it more than once."""
        return hasattr(self, "_repetidos")

    def em(self, *nomes: str) -> Grupo:
        """The same; where there is none, a group without anything in it."""
        grupo = self
        for nome in nomes:
            if nome not in grupo.grupos:
                return VAZIO
            grupo = grupo.grupos[nome][0]
        return grupo

    def lista(self, *nomes: str) -> list[Grupo]:
        """The groups of the last name, under the first group of each name before it."""
        *acima, nome = nomes
        grupo = self.em(*acima) if acima else self
        return grupo.grupos.get(nome, _NENHUM)

    def escolha(self) -> Grupo:
        """The one group inside a choice of groups, whatever its name: ICMS00, PISAliq …"""
        for lista in self.grupos.values():
            return lista[0]
        return VAZIO

    def add_field(self, nome: str, texto: str) -> None:
        """Read a field."""
        if nome not in self:
            self[nome] = texto
            return
        if not hasattr(self, "_repetidos"):
            self._repetidos = {}
        self._repetidos.setdefault(nome, [self[nome]]).append(texto)

    def add_group(self, nome: str, grupo: Grupo) -> None:
        """Read a group inside this one."""
        if self.grupos is _SEM_GRUPOS:
            self.grupos = {}
        self.grupos.setdefault(nome, []).append(grupo)

    def remove_group(self, nome: str) -> None:
        """Take back the last group of a name."""
        self.grupos[nome].pop()
        if not self.grupos[nome]:
            del self.grupos[nome]


def _new() -> Grupo:
    grupo = Grupo()
    grupo.grupos = _SEM_GRUPOS
    return grupo


VAZIO = _new()
"""stands for a group that is absent: all its fields are empty"""


def read_groups(element: Element, content: bytes | None) -> Grupo:
    """The groups under an element, which is one itself; `content` is its exclusive C14N.

    None for a document that has no C14N, or whose names have prefixes.
    """
    found = None if content is None else _read_content(content)
    return _read_tree(element) if found is None else found


def read_whole(
    data: bytes, begin: int, namespaces: tuple[bytes, ...], *, max_nodes: int, max_text: int
) -> tuple[str, Grupo] | None:
    """The root's name and groups, of a text whose first tag is at `begin`, or behind blanks.

    None where it is not seen to be well-formed and plain, or declares another namespace than these;
    and without the reader in C. Down to what is signed, groups are told where they begin.
    """
    if native is None:
        return None
    found: tuple[str, Grupo] | None = native.read_whole(
        data, begin, Grupo, _SEM_GRUPOS, namespaces, max_nodes, max_text, _PLACED
    )
    return found


def read_canonical(data: bytes, inicio: int, namespace: bytes) -> bytes | None:
    """The exclusive C14N of the element that begins there, of a text that `read_whole` read.

    `namespace`: that which it is in, unless it says so itself.
    """
    assert native is not None  # noqa: S101 - which has read it
    content: bytes | None = native.canonical(data, inicio, namespace)
    return content


def _read_content(content: bytes) -> Grupo | None:
    if native is None:
        return _read_text(content.decode())
    found: Grupo | None = native.read(content, Grupo, _SEM_GRUPOS)
    return found


def _read_text(text: str) -> Grupo | None:
    """From C14N without prefixes; None when there is more in it than elements and their texts.

    `><` stands between two tags only, as C14N escapes both in texts, and `<` in attributes. What is
    between two of them is a field (`name>text</name`), or opens a group, or ends one (`/name`).
    """
    plain = text[1:-1].replace("><", "\0").replace("</", ">")
    if "<" in plain:  # there is text beside a tag, blanks for instance
        return None
    if "&" in plain:  # attributes are unescaped when they are asked for
        plain = _TEXT.sub(lambda match: unescape(match[0]), plain)
    try:
        return _read_pieces(plain.split("\0"))
    except (ValueError, LookupError):  # tags and texts do not alternate as in fields
        return None


def _read_pieces(pieces: list[str]) -> Grupo:
    top = grupo = _new()
    above: list[Grupo] = []
    for piece in pieces:
        if ">" in piece:
            _, value, name = piece.split(">")
            if name in grupo:
                grupo.add_field(name, value)
            else:
                grupo[name] = value
        elif piece[0] != "/":
            name = piece
            new = Grupo()
            new.grupos = _SEM_GRUPOS
            if " " in piece:
                name, _, new._atributos = piece.partition(" ")
            if grupo.grupos is _SEM_GRUPOS:
                grupo.grupos = {name: [new]}
            else:
                grupo.add_group(name, new)
            above.append(grupo)
            grupo = new
        else:
            empty = not len(grupo) and grupo.grupos is _SEM_GRUPOS
            grupo = above.pop()
            if empty and above:  # `<name></name>` is a field
                grupo.remove_group(piece[1:])
                grupo.add_field(piece[1:], "")
    ((root,),) = top.grupos.values()
    if above:
        raise ValueError("text after a tag")
    return root


def _read_tree(element: Element, start: int | None = None) -> Grupo:
    """`start`: where a name begins in a tag of the namespace that most of the document is in."""
    if start is None:
        start = len(tag(element)) - len(local_name(element))
    grupo = _new()
    if element.attrib:
        grupo._atributos = " ".join(
            f'{etree.QName(nome).localname}="{escape(texto)}"'
            for nome, texto in element.attrib.items()
        )
    for node in element.iterchildren("{*}*"):
        name: str = node.tag  # type: ignore[assignment]
        if name[:1] == "{":
            name = name[start:] if name[start - 1 : start] == "}" else local_name(node)
        if not len(node):
            text = node.text or ""
        elif next(node.iterchildren("{*}*"), None) is not None:
            grupo.add_group(name, _read_tree(node, start))
            continue
        else:  # a comment divides a text
            text = "".join((node.text or "", *(inner.tail or "" for inner in node)))
        if name in grupo:
            grupo.add_field(name, text)
        else:
            grupo[name] = text
    return grupo


@lru_cache(maxsize=4096)
def as_decimal(text: str) -> Decimal:
    """The number in a text, zero when there is none.

    (Kept: few amounts are as frequent as 0.00, and most stand several times in a note.)
    """
    try:
        valor = Decimal(text)
    except InvalidOperation:
        return _ZERO
    return valor if valor.is_finite() else _ZERO
