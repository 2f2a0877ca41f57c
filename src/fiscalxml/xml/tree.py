"""Small questions to a tree: names, children, texts, paths, canonical form."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

Element = etree._Element

DSIG = "http://www.w3.org/2000/09/xmldsig#"
"""the namespace of signatures"""


class Posicao(NamedTuple):
    """Where something stands, as a finding tells it."""

    caminho: str
    linha: int | None


MAX_SHOWN = 120
"""characters of a value that is repeated in a report"""


def tag(element: Element) -> str:
    """`{namespace}name`. Only elements are asked: a comment or a PI has no name."""
    return element.tag  # type: ignore[return-value]


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return tag(element).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The element's namespace, empty when it has none."""
    name = tag(element)
    return name[1:].partition("}")[0] if name[0] == "{" else ""


def child(element: Element, name: str) -> Element | None:
    """The first child of that name, in any namespace."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def descend(element: Element | None, *names: str) -> Element | None:
    """The first element down a path of names; None where the path breaks off."""
    for name in names:
        if element is None:
            return None
        element = child(element, name)
    return element


def text_of(element: Element | None, *names: str) -> str | None:
    """The text down a path of names; None where there is no such element or text."""
    found = descend(element, *names)
    return None if found is None else _text(found) or None


def leaves(element: Element | None) -> dict[str, str]:
    """name -> text of the children that have a text; of several of a name, the first."""
    if element is None:
        return {}
    parent = tag(element)
    start = len(parent) - len(local_name(element))
    space = parent[:start]
    texts: dict[str, str] = {}
    for node in element.iterchildren("{*}*", reversed=True):  # so that the first of a name stays
        text = node.text
        if text and (text := _text(node) if len(node) else text.strip()):
            name: str = node.tag  # type: ignore[assignment]
            texts[name[start:] if start and name.startswith(space) else local_name(node)] = text
    return texts


def _text(element: Element) -> str:
    if len(element):  # a comment splits a text
        return "".join(
            (element.text or "", *(node.tail or "" for node in element if _is_comment(node)))
        ).strip()
    return (element.text or "").strip()


def _is_comment(node: Element) -> bool:
    return not isinstance(node.tag, str)


def short(text: str) -> str:
    """A value that a report can repeat, however long it is."""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def canonical(element: Element, *, exclusive: bool) -> bytes | None:
    """The C14N of an element, without comments; None for a document that has none.

    (C14N is not defined for relative namespace names.) lxml writes the exclusive form of a subtree
    directly; for the inclusive form the element must be a root, or a bogus `xmlns=""` appears.
    """
    try:
        return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)
    except etree.C14NError:
        return None


def caminho(element: Element, *tops: Element | None) -> str:
    """The contract's path: names from the nearest of `tops`, positions where an element repeats."""
    steps: list[str] = []
    node: Element | None = element
    while node is not None:
        is_top = any(node is top for top in tops)
        steps.append(_step(node, positioned=not is_top))
        node = None if is_top else node.getparent()
    return "/".join(reversed(steps))


def _step(node: Element, *, positioned: bool) -> str:
    name = local_name(node)
    if not positioned:
        return short(name)
    before = sum(1 for _ in node.itersiblings(tag(node), preceding=True))
    alone = not before and next(node.itersiblings(tag(node)), None) is None
    return short(name) if alone else f"{short(name)}[{before + 1}]"
