"""Judges that know nothing of the factory: nfelib's XSDs, xmlsec and a naive verifier."""

from base64 import b64decode
from functools import cache
from hashlib import sha1
from importlib.resources import files
from pathlib import Path

import xmlsec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.x509 import load_der_x509_certificate
from lxml import etree

from .paths import Element
from .signing import DSIG, canonical

_NFELIB = Path(str(files("nfelib")))


def schema_errors(element: Element, xsd: str) -> list[str]:
    """What libxml2 has against the element, given a path of nfelib's XSDs."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    schema = _schema(xsd)
    schema.validate(alone)
    return [error.message for error in schema.error_log]


def signatures_hold(document: bytes) -> bool:
    """Whether xmlsec accepts each signature with the key of its own certificate."""
    root = etree.fromstring(document)
    xmlsec.tree.add_ids(root, ["Id"])
    signatures = list(root.iter(f"{{{DSIG}}}Signature"))
    return bool(signatures) and all(_xmlsec_accepts(signature) for signature in signatures)


def naively_valid(document: bytes) -> bool:
    """Verify as careless code does: any element with the referenced Id and the right digest."""
    root = etree.fromstring(document)
    info = next(root.iter(f"{{{DSIG}}}SignedInfo"))
    reference = next(info.iter(f"{{{DSIG}}}Reference")).get("URI", "")[1:]
    digest = b64decode(info.findtext(f".//{{{DSIG}}}DigestValue", ""))
    candidates = (e for e in root.iter() if e.get("Id") == reference)
    if not any(sha1(canonical(e)).digest() == digest for e in candidates):  # noqa: S324
        return False
    certificate = next(root.iter(f"{{{DSIG}}}X509Certificate")).text or ""
    key = load_der_x509_certificate(b64decode(certificate)).public_key()
    value = b64decode(next(root.iter(f"{{{DSIG}}}SignatureValue")).text or "")
    assert isinstance(key, RSAPublicKey)
    key.verify(value, canonical(info), PKCS1v15(), SHA1())  # noqa: S303
    return True


def _xmlsec_accepts(signature: Element) -> bool:
    certificate = signature.findtext(f".//{{{DSIG}}}X509Certificate", "")
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        b64decode(certificate), xmlsec.constants.KeyDataFormatCertDer
    )
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


@cache
def _schema(xsd: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_NFELIB / xsd))
