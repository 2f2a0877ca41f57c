"""`build`: a template, its changes, its chave, its signature and, if asked, its protocol."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from decimal import Decimal
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA1
from lxml import etree

from . import paths, signing
from .authority import Credential, e_cnpj, e_cpf
from .chaves import titular_of
from .kinds import KINDS, Kind
from .paths import Element, child, find, text
from .protocols import with_protocol

_TEMPLATES = Path(__file__).parent / "templates"
_TPAMB = ("ide/tpAmb", "tpAmb", "DPS/infDPS/tpAmb")
_VALORES = ("total", "pag")


def build(
    kind: str,
    *,
    changes: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    remove: Iterable[str] = (),
    ambiente: int = 1,
    itens: int = 1,
    keep_id: bool = False,
    sign: bool = True,
    leaf: Credential | None = None,
    algorithm: signing.Algorithm = "sha1",
    include_chain: bool = False,
    protocol: bool | Mapping[str, str] = False,
) -> bytes:
    """A document of one of `KINDS`, valid unless told otherwise.

    Paths are relative to the signed element, without namespaces: `changes` sets texts (or
    attributes, 'det[1]/@nItem'), `after` inserts XML after an element, `remove` removes, in this
    order. Id and cDV are then derived from the document's own fields; with `keep_id` they are
    those of the document before the edits, so that an edit of the chave's parts contradicts it.
    `ambiente` is tpAmb; `itens` repeats the item of an NF-e or NFC-e with consistent totals.
    `leaf` defaults to a valid certificate of the emitter; an NFS-e's DPS is always signed so.
    `protocol` wraps in the authorised form; a mapping overrides fields (digVal, chNFe, cStat).
    """
    row = KINDS[kind]
    root = _template(row)
    inf = child(root, row.inf)
    _repeat_item(inf, itens)
    for path in _TPAMB:
        if find(inf, path) is not None:
            paths.set_text(inf, path, str(ambiente))
    _edit(inf, row.changes, row.after)
    _edit(inf, row.homologacao if ambiente == 2 else {}, {})
    if keep_id:
        _identify(root, row)
    _edit(inf, changes or {}, after or {}, remove)
    if not keep_id:
        _identify(root, row)
    _complete_qr_code(root, inf, leaf)
    if sign:
        _sign(root, row, leaf, algorithm, include_chain)
    if protocol:
        root = with_protocol(root, row, {} if protocol is True else protocol)
    return paths.to_bytes(root)


def chave_of(document: bytes) -> str:
    """The chave in the Id of a DF-e built here: 50 digits of an NFS-e, else 44 characters."""
    identifier = next(e.get("Id", "") for e in etree.fromstring(document).iter() if e.get("Id"))
    return identifier[-50:] if identifier.startswith("NFS") else identifier[-44:]


def _identify(root: Element, row: Kind) -> None:
    inf = child(root, row.inf)
    if row.inner:
        _identify(child(inf, row.inner_tag), KINDS[row.inner])
    inf.set("Id", row.identify(inf, row.prefix))


def _sign(
    root: Element,
    row: Kind,
    leaf: Credential | None,
    algorithm: signing.Algorithm,
    include_chain: bool,
) -> None:
    inf = child(root, row.inf)
    if row.inner:
        _sign(child(inf, row.inner_tag), KINDS[row.inner], None, algorithm, include_chain)
    signer = leaf or _credential(row.signatario or titular_of(inf))
    signing.sign(root, row.inf, signer, algorithm, include_chain=include_chain)


def _template(row: Kind) -> Element:
    root = deepcopy(_parsed(row.template))
    if row.inner:
        placeholder = child(root, f"{row.inf}/{row.inner_tag}")
        child(root, row.inf).replace(placeholder, _template(KINDS[row.inner]))
    return root


@cache
def _parsed(template: str) -> Element:
    # Fiscal documents have no blanks between tags (MOC); the templates do, to be readable.
    parser = etree.XMLParser(remove_blank_text=True)
    return etree.fromstring((_TEMPLATES / f"{template}.xml").read_bytes(), parser)


def _edit(
    inf: Element,
    changes: Mapping[str, str],
    after: Mapping[str, str],
    remove: Iterable[str] = (),
) -> None:
    for path, value in changes.items():
        paths.set_text(inf, path, value)
    for path, fragment in after.items():
        paths.insert_after(inf, path, fragment)
    for path in remove:
        paths.remove(inf, path)


def _repeat_item(inf: Element, itens: int) -> None:
    """Repeat the template's only item; every total is then a multiple of it."""
    if itens == 1:
        return
    item = child(inf, "det[1]")
    for number in range(itens, 1, -1):
        copy = deepcopy(item)
        copy.set("nItem", str(number))
        item.addnext(copy)
    for group in _VALORES:
        for leaf in child(inf, group).iter():
            if "." in (leaf.text or ""):
                leaf.text = str(Decimal(leaf.text or "0") * itens)


def _credential(titular: str) -> Credential:
    return e_cnpj(titular) if len(titular) == 14 else e_cpf(titular)


def _complete_qr_code(root: Element, inf: Element, leaf: Credential | None) -> None:
    """Complete the QR code URLs that the templates leave open ('...?p=' or '...?chCTe=')."""
    for supl in root:
        url = supl[0].text if len(supl) and "Supl" in str(supl.tag) else None
        if not url or not url.endswith("="):
            continue
        chave, ambiente = str(inf.get("Id"))[-44:], text(inf, "ide/tpAmb")
        if url.endswith("?p="):
            supl[0].text = url + _qr_code_nfce(inf, chave, ambiente, leaf)
        else:
            supl[0].text = f"{url}{chave}&tpAmb={ambiente}"


def _qr_code_nfce(inf: Element, chave: str, ambiente: str, leaf: Credential | None) -> str:
    """Version 3 (NT 2025.001): in contingência, also day, total, buyer and a signature."""
    online = f"{chave}|3|{ambiente}"
    if text(inf, "ide/tpEmis") != "9":
        return online
    day, total = text(inf, "ide/dhEmi")[8:10], text(inf, "total/ICMSTot/vNF")
    offline = f"{online}|{day}|{total}|{_buyer(inf)}"
    signer = leaf or _credential(titular_of(inf))
    return f"{offline}|{signing.sign_text(offline, signer, SHA1())}"  # noqa: S303


def _buyer(inf: Element) -> str:
    """Type and number of the buyer's registration, as the QR code has them."""
    for kind, tag in (("1", "CNPJ"), ("2", "CPF")):
        found = find(inf, f"dest/{tag}")
        if found is not None:
            return f"{kind}|{found.text}"
    return "|" if find(inf, "dest/idEstrangeiro") is None else "3|"
