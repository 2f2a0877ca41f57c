"""What a SignedInfo declares: algorithms, transforms, the reference and its digest."""

from __future__ import annotations

import hashlib
import re
from itertools import islice
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes

from fiscalxml.xml import DSIG, Element, child, text_of

NAMESPACE = DSIG
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{NAMESPACE}enveloped-signature"
C14N = {INCLUSIVE, EXCLUSIVE, f"{INCLUSIVE}#WithComments", f"{EXCLUSIVE}WithComments"}
DIGESTS = {
    f"{NAMESPACE}sha1": hashlib.sha1,
    "http://www.w3.org/2001/04/xmlenc#sha256": hashlib.sha256,
}
SIGNATURES: dict[str, hashes.HashAlgorithm] = {
    f"{NAMESPACE}rsa-sha1": hashes.SHA1(),  # noqa: S303 - what SEFAZ prescribes
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
}
MAX_TRANSFORMS = 8

_STANDARD = re.compile(
    f'<SignedInfo xmlns="{NAMESPACE}">'
    f'<CanonicalizationMethod Algorithm="{re.escape(INCLUSIVE)}"></CanonicalizationMethod>'
    r'<SignatureMethod Algorithm="([^"]*)"></SignatureMethod>'
    r'<Reference URI="([^"]*)"><Transforms>'
    f'<Transform Algorithm="{re.escape(ENVELOPED)}"></Transform>'
    f'<Transform Algorithm="{re.escape(INCLUSIVE)}"></Transform></Transforms>'
    r'<DigestMethod Algorithm="([^"]*)"></DigestMethod><DigestValue>([^<&]*)</DigestValue>'
    r"</Reference></SignedInfo>"
)


class SignedInfo(NamedTuple):
    """Empty where it declares nothing."""

    c14n: str
    method: str
    uri: str
    transforms: tuple[str, ...]
    digest_method: str
    digest_value: str
    references: int = 1


def recognise(canonical: bytes | None) -> SignedInfo | None:
    """SEFAZ's standard SignedInfo, told by its canonical form at once; None for any other."""
    match = None if canonical is None else _STANDARD.fullmatch(canonical.decode())
    if match is None or "&" in match[2]:
        return None
    method, uri, digest_method, digest_value = match.groups()
    value = "".join(digest_value.split())
    return SignedInfo(INCLUSIVE, method, uri, (ENVELOPED, INCLUSIVE), digest_method, value)


def examine(signed_info: Element) -> SignedInfo:
    """The same, element by element."""
    reference = child(signed_info, "Reference")
    references = islice(signed_info.iterchildren(f"{{{NAMESPACE}}}Reference"), 2)
    transforms = None if reference is None else child(reference, "Transforms")
    nodes = () if transforms is None else transforms.iterchildren("{*}*")
    return SignedInfo(
        c14n=_algorithm(signed_info, "CanonicalizationMethod"),
        method=_algorithm(signed_info, "SignatureMethod"),
        uri="" if reference is None else reference.get("URI", ""),
        transforms=tuple(node.get("Algorithm", "") for node in islice(nodes, MAX_TRANSFORMS + 1)),
        digest_method=_algorithm(reference, "DigestMethod"),
        digest_value="".join((text_of(reference, "DigestValue") or "").split()),
        references=len(list(references)),
    )


def _algorithm(parent: Element | None, name: str) -> str:
    found = None if parent is None else child(parent, name)
    return "" if found is None else found.get("Algorithm", "")
