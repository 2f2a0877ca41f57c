"""Signatures that xmlsec makes: with prefixes, in documents of several namespaces."""

from __future__ import annotations

from typing import Literal

import xmlsec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from lxml import etree
from xmlsec import constants

from .authority import Credential
from .paths import Element, to_bytes

_SIGNATURES = {"sha1": constants.TransformRsaSha1, "sha256": constants.TransformRsaSha256}
_DIGESTS = {"sha1": constants.TransformSha1, "sha256": constants.TransformSha256}
_FORMS = {"inclusive": constants.TransformInclC14N, "exclusive": constants.TransformExclC14N}


def sign_with_xmlsec(
    document: bytes,
    signed_tag: str,
    leaf: Credential,
    *,
    prefix: str | None = None,
    algorithm: Literal["sha1", "sha256"] = "sha1",
    form: Literal["inclusive", "exclusive"] = "inclusive",
) -> bytes:
    """`document` with a Signature of its child `signed_tag`, by an independent implementation."""
    root = etree.fromstring(document)
    xmlsec.tree.add_ids(root, ["Id"])
    signed = next(root.iterchildren(f"{{*}}{signed_tag}"))
    signature = xmlsec.template.create(root, _FORMS[form], _SIGNATURES[algorithm], ns=prefix)
    root.append(signature)
    reference = xmlsec.template.add_reference(
        signature, _DIGESTS[algorithm], uri=f"#{signed.get('Id')}"
    )
    for transform in (constants.TransformEnveloped, _FORMS[form]):
        xmlsec.template.add_transform(reference, transform)
    x509_data = xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    xmlsec.template.x509_data_add_certificate(x509_data)
    _sign(signature, leaf)
    return to_bytes(root)


def _sign(signature: Element, leaf: Credential) -> None:
    context = xmlsec.SignatureContext()
    pem = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, constants.KeyDataFormatPem)
    certificate = leaf.certificate.public_bytes(Encoding.PEM)
    context.key.load_cert_from_memory(certificate, constants.KeyDataFormatPem)
    context.sign(signature)
