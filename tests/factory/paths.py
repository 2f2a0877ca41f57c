"""Simple paths inside a fiscal document: 'ide/nNF', 'det[1]/prod/xProd', '../infNFeSupl/qrCode'."""

from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element


def to_bytes(root: Element) -> bytes:
    """The document as UTF-8, with the XML declaration that emitters write."""
    return b'<?xml version="1.0" encoding="UTF-8"?>' + etree.tostring(root, encoding="UTF-8")


def namespace(element: Element) -> str:
    """The namespace of a fiscal element."""
    return etree.QName(element).namespace or ""


def child(element: Element, path: str) -> Element:
    """The element at a namespace-free path; LookupError names a path that leads nowhere."""
    found = find(element, path)
    if found is None:
        raise LookupError(f"{etree.QName(element).localname} has no {path}")
    return found


def find(element: Element, path: str) -> Element | None:
    """The element at a namespace-free path, or nothing."""
    if path in {"", "."}:
        return element
    prefix = f"{{{namespace(element)}}}"
    steps = (step if step.startswith(".") else prefix + step for step in path.split("/"))
    return element.find("/".join(steps))


def text(element: Element, *paths: str) -> str:
    """The text at the first of these paths that exists."""
    for path in paths:
        found = find(element, path)
        if found is not None:
            return found.text or ""
    raise LookupError(f"{etree.QName(element).localname} has none of {', '.join(paths)}")


def set_text(element: Element, path: str, value: str) -> None:
    """Set an element's text, or an attribute when the last step is '@name'."""
    owner, _, last = path.rpartition("/")
    if last.startswith("@"):
        child(element, owner).set(last[1:], value)
    else:
        child(element, path).text = value


def insert_after(element: Element, path: str, fragment: str) -> None:
    """Insert namespace-free XML right after the element at `path`."""
    wrapped = f'<x xmlns="{namespace(element)}">{fragment}</x>'
    sibling = child(element, path)
    for new in reversed(etree.fromstring(wrapped)):
        sibling.addnext(new)


def remove(element: Element, path: str) -> None:
    """Remove the element at `path`, or an attribute when the last step is '@name'."""
    owner, _, last = path.rpartition("/")
    if last.startswith("@"):
        del child(element, owner).attrib[last[1:]]
        return
    gone = child(element, path)
    parent = gone.getparent()
    if parent is not None:
        parent.remove(gone)
