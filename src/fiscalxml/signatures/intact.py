"""A sound signature of a plain document, verified from its bytes, as most are.

Here nothing is found fault with: what is not the signature that SEFAZ's standard describes, made of
just these bytes with the certificate's key, is left to `xmldsig`, which looks at each element and
says what is wrong with it.
"""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidSignature

from fiscalxml.documents.groups import Grupo
from fiscalxml.documents.kind import Kind
from fiscalxml.documents.plain import DocumentoPlano
from fiscalxml.signatures.certificate import read_certificate
from fiscalxml.signatures.signed_info import DIGESTS, NAMESPACE, SIGNATURES, recognise
from fiscalxml.signatures.xmldsig import ID_AND_REFERENCE, MAX_SENT, PADDING, Assinatura


def verify_intact(
    plano: DocumentoPlano, kind: Kind, caminho: str, *acima: Grupo
) -> Assinatura | None:
    """The signature of a document of some kind, where it is sound; else None.

    `caminho`: of that document, for findings; `acima`: the groups from below the envelope to it.
    """
    documento = acima[-1] if acima else plano.envelope
    assinado, signature = documento.unico(kind.assinado), documento.unico("Signature")
    if assinado is None or signature is None or not _is_standard(plano.data, signature):
        return None
    id_ = assinado.atributo("Id")
    if not id_ or plano.data.count(id_.encode()) > ID_AND_REFERENCE:
        return None
    signed_info = plano.canonical(*acima, signature, signature.em("SignedInfo"))
    conteudo = plano.canonical(*acima, assinado)
    declared = recognise(signed_info)
    if signed_info is None or conteudo is None or declared is None or declared.uri != f"#{id_}":
        return None
    certificates = signature.em("KeyInfo", "X509Data").todos("X509Certificate")[:MAX_SENT]
    titular, *sent = (read_certificate(text) for text in certificates)
    digest_of, algorithm = DIGESTS.get(declared.digest_method), SIGNATURES.get(declared.method)
    if titular is None or digest_of is None or algorithm is None:
        return None
    digest = base64.b64encode(digest_of(conteudo).digest()).decode()
    if digest != declared.digest_value:
        return None
    try:
        value = base64.b64decode(signature["SignatureValue"])
        titular.chave.verify(value, signed_info, PADDING, algorithm)
    except (ValueError, InvalidSignature):
        return None
    return Assinatura(
        plano.posicao(f"{caminho}/Signature", signature),
        digest=digest,
        conteudo=conteudo,
        digest_ok=True,
        valor_ok=True,
        titular=titular,
        enviados=tuple(other for other in sent if other),
    )


def _is_standard(data: bytes, signature: Grupo) -> bool:
    """Whether its parts are those of the standard, all in the namespace that it declares."""
    signed_info, key_info = signature.unico("SignedInfo"), signature.unico("KeyInfo")
    x509_data = None if key_info is None else key_info.unico("X509Data")
    if signed_info is None or key_info is None or x509_data is None:
        return False
    fields = (list(signature), list(key_info), list(x509_data))
    groups = (len(signature.grupos), len(key_info.grupos), len(x509_data.grupos))
    again = signed_info.atributo("xmlns")  # some programs declare it twice
    end = data.index(b"</Signature>", signature.inicio)
    return (
        fields == (["SignatureValue"], [], ["X509Certificate"])
        and groups == (2, 1, 0)
        and signature.atributo("xmlns") == NAMESPACE
        and again in ("", NAMESPACE)
        and data.count(b"xmlns", signature.inicio, end) == 1 + (again != "")
    )
