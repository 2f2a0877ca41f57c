"""Enveloped XMLDSig as SEFAZ wants it: inclusive C14N, Reference '#Id', RSA-SHA1 by default."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import new as new_hash
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from .authority import Credential
from .paths import Element, child

DSIG = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"

Algorithm = Literal["sha1", "sha256"]


@dataclass(frozen=True)
class _Suite:
    signature: str
    digest: str
    hash: HashAlgorithm


_SUITES = {
    "sha1": _Suite(f"{DSIG}rsa-sha1", f"{DSIG}sha1", SHA1()),  # noqa: S303 - what SEFAZ uses
    "sha256": _Suite(
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
        SHA256(),
    ),
}

# Written in canonical form already, so that these very bytes are what gets signed.
_SIGNED_INFO = (
    '<SignedInfo xmlns="{dsig}">'
    '<CanonicalizationMethod Algorithm="{c14n}"></CanonicalizationMethod>'
    '<SignatureMethod Algorithm="{signature}"></SignatureMethod>'
    '<Reference URI="#{id}"><Transforms>'
    '<Transform Algorithm="{dsig}enveloped-signature"></Transform>'
    '<Transform Algorithm="{c14n}"></Transform></Transforms>'
    '<DigestMethod Algorithm="{digest}"></DigestMethod>'
    "<DigestValue>{value}</DigestValue></Reference></SignedInfo>"
)


def sign(
    document_root: Element,
    signed_tag: str,
    leaf: Credential,
    algorithm: Algorithm = "sha1",
    *,
    include_chain: bool = False,
) -> None:
    """Append to `document_root` the Signature of its child `signed_tag`.

    The last child of the root is where every layout wants it (after infXXX and infXXXSupl).
    """
    suite = _SUITES[algorithm]
    signed = child(document_root, signed_tag)
    signed_info = _SIGNED_INFO.format(
        dsig=DSIG,
        c14n=C14N,
        signature=suite.signature,
        digest=suite.digest,
        id=signed.get("Id"),
        value=b64encode(new_hash(algorithm, canonical(signed)).digest()).decode(),
    )
    document_root.append(
        etree.fromstring(
            f'<Signature xmlns="{DSIG}">{signed_info}'
            f"<SignatureValue>{sign_text(signed_info, leaf, suite.hash)}</SignatureValue>"
            f"<KeyInfo><X509Data>{_certificates(leaf, include_chain)}</X509Data></KeyInfo>"
            "</Signature>"
        )
    )


def sign_text(text: str, leaf: Credential, algorithm: HashAlgorithm) -> str:
    """The RSA PKCS#1 v1.5 signature of `text`, in base64."""
    return b64encode(leaf.key.sign(text.encode(), PKCS1v15(), algorithm)).decode()


def canonical(element: Element) -> bytes:
    """Inclusive C14N of an element of a document whose only namespace is the default one."""
    # Canonicalised in place, lxml emits a bogus xmlns="" in children: parse it alone first.
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(alone, method="c14n")


def _certificates(leaf: Credential, include_chain: bool) -> str:
    certificates = (leaf.certificate, *(leaf.chain if include_chain else ()))
    return "".join(
        f"<X509Certificate>{b64encode(c.public_bytes(Encoding.DER)).decode()}</X509Certificate>"
        for c in certificates
    )
