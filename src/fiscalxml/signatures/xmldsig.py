"""XMLDSig as SEFAZ uses it: one enveloped signature beside the one signed element.

What is verified is the element that the rest of the report reads, the signed child of the
document's root, never "whatever bears this Id": that is what defeats signature wrapping.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from fiscalxml.signatures.certificate import Titular, read_certificate
from fiscalxml.xml import Element, Xml, canonical, child, copy_of, descend, local_name, tag, text_of

NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
SIGNATURE = f"{{{NAMESPACE}}}Signature"

_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_C14N = {_INCLUSIVE, _EXCLUSIVE, f"{_INCLUSIVE}#WithComments", f"{_EXCLUSIVE}WithComments"}
_ENVELOPED = f"{NAMESPACE}enveloped-signature"
_DIGESTS = {
    f"{NAMESPACE}sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
}
_SIGNATURES: dict[str, hashes.HashAlgorithm] = {
    f"{NAMESPACE}rsa-sha1": hashes.SHA1(),  # noqa: S303 - what SEFAZ prescribes
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
}
_PADDING = PKCS1v15()
_MAX_SENT = 6
_ID_AND_REFERENCE = 2  # where the text of an Id stands in a sound document

Problema = Literal["padrao", "difere", "certificado"]


@dataclass(frozen=True, slots=True)
class Falha:
    """One thing that is wrong with a signature."""

    problema: Problema
    elemento: Element
    explicacao: str
    encontrado: str | None = None
    esperado: str | None = None


@dataclass(slots=True)
class Assinatura:
    """A signature after its verification."""

    elemento: Element
    falhas: list[Falha] = field(default_factory=list)
    digest: str | None = None
    """Base64 digest computed over the signed element"""
    conteudo: bytes | None = None
    """the exclusive C14N of the signed element, where the digest took that"""
    digest_ok: bool = False
    valor_ok: bool = False
    titular: Titular | None = None
    enviados: tuple[Titular, ...] = ()
    """further certificates in KeyInfo"""

    @property
    def integra(self) -> bool:
        """Nothing was changed since it was signed with the certificate's key."""
        return self.digest_ok and self.valor_ok and not self.falhas

    def fail(
        self,
        problema: Problema,
        elemento: Element,
        explicacao: str,
        encontrado: str | None = None,
        esperado: str | None = None,
    ) -> None:
        self.falhas.append(Falha(problema, elemento, explicacao, encontrado, esperado))


def find_signature(documento: Element) -> Element | None:
    """The signature of a document: a child of its root, by whatever namespace it was given."""
    signature = next(documento.iterchildren(SIGNATURE), None)
    return child(documento, "Signature") if signature is None else signature


def stray_signatures(
    envelope: Element, documentos: Collection[Element], resposta: str | None
) -> list[Element]:
    """Signatures that stand elsewhere than beside what they sign: the mark of wrapping.

    `documentos` are the roots that may have one; `resposta` names SEFAZ's answer, which may be
    signed too.
    """
    return [
        signature
        for signature in envelope.iter(SIGNATURE)
        if signature.getparent() not in documentos
        and not any(local_name(node) == resposta for node in signature.iterancestors())
    ]


def verify(xml: Xml, envelope: Element, documento: Element, assinado: Element) -> Assinatura | None:
    """Verify the signature of `assinado`, a child of `documento`; None when there is none."""
    element = find_signature(documento)
    if element is None:
        return None
    result = Assinatura(element)
    if element.tag != SIGNATURE:
        result.fail("padrao", element, f"Signature fora do namespace {NAMESPACE}.")
        return result
    _check_place(result, xml, envelope, documento, assinado)
    signed_info = descend(element, "SignedInfo")
    reference = descend(signed_info, "Reference")
    if signed_info is None or reference is None:
        result.fail("padrao", element, "Falta SignedInfo ou Reference na assinatura.")
        return result
    _check_reference(result, signed_info, reference, assinado)
    _read_certificates(result, element)
    _check_digest(result, xml, documento, assinado, reference)
    _check_value(result, xml, documento, element, signed_info)
    return result


def _check_place(
    result: Assinatura, xml: Xml, envelope: Element, documento: Element, assinado: Element
) -> None:
    """One signature, one signed element, one bearer of the Id."""
    for other in documento.iterchildren(SIGNATURE):
        if other is not result.elemento:
            result.fail("padrao", other, "Mais de uma Signature no documento.")
    if next(assinado.itersiblings(tag(assinado)), None) is not None:
        result.fail("padrao", assinado, f"Mais de um {local_name(assinado)} no documento.")
    id_ = assinado.get("Id")
    if not id_:
        result.fail("padrao", assinado, f"{local_name(assinado)} sem o atributo Id.")
    elif _bearers(xml, envelope, id_) > 1:
        result.fail(
            "padrao",
            assinado,
            "Mais de um elemento tem o mesmo Id: a assinatura não diz qual deles protege.",
            encontrado=id_,
        )


def _bearers(xml: Xml, envelope: Element, id_: str) -> int:
    """How many elements bear an Id."""
    alone = envelope is xml.root and not xml.referencias
    if alone and xml.data.count(id_.encode()) <= _ID_AND_REFERENCE:
        return 1
    return sum(
        id_ in (node.get("Id"), node.get("ID"), node.get("id"))
        for node in envelope.iter("{*}*")
        if not local_name(node).startswith("infProt")  # some authorities repeat the Id there
    )


def _check_reference(
    result: Assinatura, signed_info: Element, reference: Element, assinado: Element
) -> None:
    if len(list(signed_info.iterchildren(f"{{{NAMESPACE}}}Reference"))) > 1:
        result.fail("padrao", signed_info, "Mais de uma Reference na assinatura.")
    uri = reference.get("URI")
    expected = f"#{assinado.get('Id', '')}"
    if uri != expected:
        result.fail("padrao", reference, "A assinatura se refere a outro elemento.", uri, expected)
    c14n = _algorithm(signed_info, "CanonicalizationMethod")
    _allow(result, signed_info, "CanonicalizationMethod", c14n, _C14N)
    method = _algorithm(signed_info, "SignatureMethod")
    _allow(result, signed_info, "SignatureMethod", method, _SIGNATURES)
    _allow(result, reference, "DigestMethod", _algorithm(reference, "DigestMethod"), _DIGESTS)
    transforms = _transforms(reference)
    for transform in transforms:
        _allow(result, reference, "Transform", transform, {_ENVELOPED} | _C14N)
    if _ENVELOPED not in transforms or not _C14N.intersection(transforms):
        result.fail(
            "padrao",
            reference,
            "Faltam as transformações enveloped-signature e C14N.",
            ", ".join(transforms) or "nenhuma",
            f"{_ENVELOPED}, {_INCLUSIVE}",
        )


def _allow(
    result: Assinatura, parent: Element, name: str, algorithm: str, allowed: Collection[str]
) -> None:
    if algorithm not in allowed:
        result.fail("padrao", parent, f"Algoritmo de {name} não permitido.", algorithm or "nenhum")


def _algorithm(parent: Element, name: str) -> str:
    found = child(parent, name)
    return "" if found is None else found.get("Algorithm", "")


def _transforms(reference: Element) -> list[str]:
    transforms = child(reference, "Transforms")
    return [] if transforms is None else [node.get("Algorithm", "") for node in transforms]


def _read_certificates(result: Assinatura, signature: Element) -> None:
    """The signer's certificate is the first; what follows may be its authorities."""
    data = descend(signature, "KeyInfo", "X509Data")
    nodes = [] if data is None else list(data.iterchildren(f"{{{NAMESPACE}}}X509Certificate"))
    read = [read_certificate("".join((node.text or "").split())) for node in nodes]
    result.titular = read[0] if read else None
    result.enviados = tuple(other for other in read[1:_MAX_SENT] if other)
    if result.titular is None:
        words = "O certificado não pode ser lido." if nodes else "Falta o X509Certificate."
        result.fail("certificado", nodes[0] if nodes else signature, words)


def _check_digest(
    result: Assinatura, xml: Xml, documento: Element, assinado: Element, reference: Element
) -> None:
    algorithm = _DIGESTS.get(_algorithm(reference, "DigestMethod"))
    if algorithm is None:
        return
    stated = text_of(reference, "DigestValue") or ""
    exclusive = _EXCLUSIVE in "".join(_transforms(reference))
    for content in _canonical_forms(xml, documento, assinado, exclusive):
        result.conteudo = content if not xml.prefixos else None
        digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
        result.digest = result.digest or digest
        if digest == "".join(stated.split()):
            result.digest, result.digest_ok = digest, True
            return
    result.fail(
        "difere",
        child(reference, "DigestValue") if stated else reference,  # type: ignore[arg-type]
        f"O conteúdo de {local_name(assinado)} mudou depois de assinado: o resumo (DigestValue) "
        "não confere.",
        stated or "vazio",
        result.digest,
    )


def _check_value(
    result: Assinatura, xml: Xml, documento: Element, signature: Element, signed_info: Element
) -> None:
    algorithm = _SIGNATURES.get(_algorithm(signed_info, "SignatureMethod"))
    if algorithm is None or result.titular is None:
        return
    try:
        value = base64.b64decode(text_of(signature, "SignatureValue") or "")
    except (binascii.Error, ValueError):
        value = b""
    exclusive = _algorithm(signed_info, "CanonicalizationMethod").startswith(_EXCLUSIVE)
    for content in _canonical_forms(xml, documento, signed_info, exclusive):
        try:
            result.titular.chave.verify(value, content, _PADDING, algorithm)
        except InvalidSignature:
            continue
        result.valor_ok = True
        return
    result.fail(
        "difere",
        child(signature, "SignatureValue") if value else signature,  # type: ignore[arg-type]
        "A assinatura (SignatureValue) não foi feita com a chave deste certificado sobre este "
        "SignedInfo.",
    )


def _canonical_forms(
    xml: Xml, documento: Element, element: Element, exclusive: bool
) -> Iterator[bytes]:
    """The C14N of an element, in each context in which it may have been signed.

    With a single default namespace and nothing else in scope, exclusive and inclusive C14N are
    the same bytes. Elsewhere the element is made a document of its own, with all namespaces of its
    scope; and a document that was signed alone, then put into an envelope with more namespaces, is
    tried alone too.
    """
    if exclusive or not xml.prefixos:
        contexts = [element]
        exclusive = True
    else:
        contexts = [copy_of(element)]
        if documento.getparent() is not None:
            contexts.append(copy_of(_same_in(deepcopy(documento), documento, element)))
    for context in contexts:
        content = canonical(context, exclusive=exclusive)
        if content is not None:
            yield content


def _same_in(alone: Element, documento: Element, element: Element) -> Element:
    """The element's counterpart in a copy of the document."""
    position = next(i for i, node in enumerate(documento.iter()) if node is element)
    return next(islice(alone.iter(), position, None))
