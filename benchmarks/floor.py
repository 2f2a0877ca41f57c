"""The floor: what no validator of a signed document can leave out, and nothing more.

lxml parse, compiled XSD, C14N, digest, RSA. `Floor.straightforward` is how one writes it at
first: the signed element is serialised and parsed again, so that C14N sees a document of its own.
`Floor.lean` writes the exclusive form of the subtree directly, which is the same bytes in a
document with a single default namespace.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree

from benchmarks.documents import Sample

Element = etree._Element
Canonical = Callable[[Element], bytes]

_NFELIB = Path(str(files("nfelib")))
_XSD = {
    "nfe": "nfe/schemas/v4_0/procNFe_v4.00.xsd",
    "cte": "cte/schemas/v4_0/procCTe_v4.00.xsd",
    "mdfe": "mdfe/schemas/v3_0/procMDFe_v3.00.xsd",
    "nfse": "nfse/schemas/v1_0/NFSe_v1.01.xsd",
    "cancelamento": "nfe_evento_cancel/schemas/v1_0/procEventoCancNFe_v1.00.xsd",
}
_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


class Floor:
    """The floor of one sample: its schema and its signed element are known beforehand."""

    def __init__(self, sample: Sample) -> None:
        self._schema = etree.XMLSchema(etree.parse(_NFELIB / _XSD[sample.kind]))
        self._signed = f"{{*}}{sample.signed}"

    def straightforward(self, data: bytes) -> bool:
        """Whether the schema accepts the document; raises when its signature does not hold."""
        return self._judge(data, _canonical_of_copy)

    def lean(self, data: bytes) -> bool:
        """The same through direct C14N."""
        return self._judge(data, _canonical_in_place)

    def _judge(self, data: bytes, canonical: Canonical) -> bool:
        root = etree.fromstring(data)
        accepted = self._schema.validate(root)
        signed = next(root.iter(self._signed))
        signature = next(signed.itersiblings(f"{_DSIG}Signature"))
        signed_info = signature[0]
        digest = base64.b64encode(hashlib.sha1(canonical(signed)).digest())  # noqa: S324
        if digest.decode() != signed_info.findtext(f".//{_DSIG}DigestValue"):
            raise ValueError("the digest differs")
        value = base64.b64decode(signature.findtext(f"{_DSIG}SignatureValue", ""))
        key = public_key(signature.findtext(f".//{_DSIG}X509Certificate", ""))
        key.verify(value, canonical(signed_info), PKCS1v15(), hashes.SHA1())  # noqa: S303
        return accepted


@cache
def public_key(certificate: str) -> RSAPublicKey:
    """The key in the Base64 text of an X509Certificate, parsed once for each text."""
    key = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    if not isinstance(key, RSAPublicKey):
        raise TypeError("not an RSA key")
    return key


def _canonical_of_copy(element: Element) -> bytes:
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(alone, method="c14n", with_comments=False)


def _canonical_in_place(element: Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
