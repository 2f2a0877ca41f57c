"""Enveloped XMLDSig as SEFAZ wants it: inclusive C14N, `#Id`, RSA-SHA1."""

from __future__ import annotations

import base64
import hashlib
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1

from fiscalxml.generator.authority import Credencial
from fiscalxml.xml import DSIG

_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_ALGORITHM: Final = SHA1()  # noqa: S303 - the one that SEFAZ prescribes

# In canonical form already: these very characters are signed.
_SIGNED_INFO: Final = (
    f'<SignedInfo xmlns="{DSIG}">'
    f'<CanonicalizationMethod Algorithm="{_C14N}"></CanonicalizationMethod>'
    f'<SignatureMethod Algorithm="{DSIG}rsa-sha1"></SignatureMethod>'
    '<Reference URI="#{id}"><Transforms>'
    f'<Transform Algorithm="{DSIG}enveloped-signature"></Transform>'
    f'<Transform Algorithm="{_C14N}"></Transform></Transforms>'
    f'<DigestMethod Algorithm="{DSIG}sha1"></DigestMethod>'
    "<DigestValue>{digest}</DigestValue></Reference></SignedInfo>"
)


class Assinado(NamedTuple):
    """A signature, and the digest that a protocol repeats."""

    signature: str
    digest: str


def sign(element: str, namespace: str, identificador: str, credencial: Credencial) -> Assinado:
    """The Signature of an element written by `writing`, whose `Id` is its first attribute."""
    name, _, rest = element.partition(" ")
    canonical = f'{name} xmlns="{namespace}" {rest}'
    digest = base64.b64encode(hashlib.sha1(canonical.encode()).digest()).decode()  # noqa: S324
    signed_info = _SIGNED_INFO.format(id=identificador, digest=digest)
    inside = signed_info.replace(f' xmlns="{DSIG}"', "", 1)
    value = base64.b64encode(credencial.chave.sign(signed_info.encode(), PKCS1v15(), _ALGORITHM))
    return Assinado(
        f'<Signature xmlns="{DSIG}">'
        f"{inside}<SignatureValue>{value.decode()}</SignatureValue>"
        f"<KeyInfo><X509Data><X509Certificate>{credencial.certificado}</X509Certificate></X509Data>"
        "</KeyInfo></Signature>",
        digest,
    )
