"""XMLDSig as SEFAZ uses it: one enveloped signature beside the one signed element.

What is verified is the element that the rest of the report reads, the signed child of the
document's root, never "whatever bears this Id": that is what defeats signature wrapping.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from fiscalxml.signatures.certificate import Titular, read_certificate
from fiscalxml.signatures.signed_info import (
    C14N,
    DIGESTS,
    ENVELOPED,
    EXCLUSIVE,
    INCLUSIVE,
    MAX_TRANSFORMS,
    NAMESPACE,
    SIGNATURES,
    SignedInfo,
    examine,
    recognise,
)
from fiscalxml.xml import (
    Element,
    Posicao,
    Xml,
    canonical,
    child,
    copy_of,
    descend,
    local_name,
    tag,
    text_of,
)

SIGNATURE = f"{{{NAMESPACE}}}Signature"

PADDING = PKCS1v15()
MAX_SENT = 6
"""certificates in a KeyInfo that are looked at"""
_MAX_STRAY = 20  # that are listed
_NAMED_SIGNATURE = 3  # elements of one signature: Signature, SignatureMethod, SignatureValue
ID_AND_REFERENCE = 2
"""where the text of an Id stands in a sound document"""

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

    elemento: Element | Posicao
    """where it stands: of one that was found sound by its bytes, the place is told"""
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


def has_others(xml: Xml, in_place: int) -> bool:
    """Whether there may be signatures besides those that were found where they belong."""
    return xml.prefixos or xml.data.count(b"<Signature") > _NAMED_SIGNATURE * in_place


def stray_signatures(
    envelope: Element, documentos: Collection[Element | None], resposta: str | None
) -> list[Element]:
    """Signatures that stand elsewhere than beside what they sign: the mark of wrapping.

    `documentos` are the roots that may have one; `resposta` names SEFAZ's answer, which may be
    signed too. The first few are enough.
    """
    stray = (
        signature
        for signature in envelope.iter(SIGNATURE)
        if signature.getparent() not in documentos
        and not any(local_name(node) == resposta for node in signature.iterancestors())
    )
    return list(islice(stray, _MAX_STRAY))


def verify(xml: Xml, envelope: Element, documento: Element, assinado: Element) -> Assinatura | None:
    """Verify the signature of `assinado`, a child of `documento`; None when there is none."""
    element = find_signature(documento)
    if element is None:
        return None
    result = Assinatura(element)
    if tag(element) != SIGNATURE:
        result.fail("padrao", element, f"Signature fora do namespace {NAMESPACE}.")
        return result
    _check_place(result, xml, envelope, documento, assinado)
    signed_info = child(element, "SignedInfo")
    if signed_info is None or child(signed_info, "Reference") is None:
        result.fail("padrao", element, "Falta SignedInfo ou Reference na assinatura.")
        return result
    content = None if xml.prefixos else canonical(signed_info, exclusive=True)
    declared = recognise(content) or examine(signed_info)
    _check_declared(result, signed_info, declared, assinado)
    _read_certificates(result, element)
    _check_digest(result, xml, documento, assinado, signed_info, declared)
    forms = (
        _canonical_forms(xml, documento, signed_info, EXCLUSIVE in declared.c14n)
        if content is None
        else (content,)
    )
    _check_value(result, forms, element, declared)
    return result


def _check_place(
    result: Assinatura, xml: Xml, envelope: Element, documento: Element, assinado: Element
) -> None:
    """One signature, one signed element, one bearer of the Id."""
    others = (node for node in documento.iterchildren(SIGNATURE) if node is not result.elemento)
    other = next(others, None)
    if other is not None:
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
    if alone and xml.data.count(id_.encode()) <= ID_AND_REFERENCE:
        return 1
    return sum(
        id_ in (node.get("Id"), node.get("ID"), node.get("id"))
        for node in envelope.iter("{*}*")
        if not local_name(node).startswith("infProt")  # some authorities repeat the Id there
    )


def _check_declared(
    result: Assinatura, signed_info: Element, declared: SignedInfo, assinado: Element
) -> None:
    """The algorithms are SEFAZ's, and the Reference names the signed element."""
    if declared.references > 1:
        result.fail("padrao", signed_info, "Mais de uma Reference na assinatura.")
    expected = f"#{assinado.get('Id', '')}"
    if declared.uri != expected:
        words = "A assinatura se refere a outro elemento."
        result.fail("padrao", signed_info, words, declared.uri, expected)
    _allow(result, signed_info, "CanonicalizationMethod", declared.c14n, C14N)
    _allow(result, signed_info, "SignatureMethod", declared.method, SIGNATURES)
    _allow(result, signed_info, "DigestMethod", declared.digest_method, DIGESTS)
    if len(declared.transforms) > MAX_TRANSFORMS:
        result.fail("padrao", signed_info, "Transformações em excesso na assinatura.")
        return
    for transform in declared.transforms:
        _allow(result, signed_info, "Transform", transform, {ENVELOPED} | C14N)
    if ENVELOPED not in declared.transforms or not C14N.intersection(declared.transforms):
        result.fail(
            "padrao",
            signed_info,
            "Faltam as transformações enveloped-signature e C14N.",
            ", ".join(declared.transforms) or "nenhuma",
            f"{ENVELOPED}, {INCLUSIVE}",
        )


def _allow(
    result: Assinatura, parent: Element, name: str, algorithm: str, allowed: Collection[str]
) -> None:
    if algorithm not in allowed:
        result.fail("padrao", parent, f"Algoritmo de {name} não permitido.", algorithm or "nenhum")


def _read_certificates(result: Assinatura, signature: Element) -> None:
    """The signer's certificate is the first; what follows may be its authorities."""
    data = descend(signature, "KeyInfo", "X509Data")
    nodes = (
        []
        if data is None
        else list(islice(data.iterchildren(f"{{{NAMESPACE}}}X509Certificate"), MAX_SENT))
    )
    read = [read_certificate(node.text or "") for node in nodes]
    result.titular = read[0] if read else None
    result.enviados = tuple(other for other in read[1:] if other)
    if result.titular is None:
        words = "O certificado não pode ser lido." if nodes else "Falta o X509Certificate."
        result.fail("certificado", nodes[0] if nodes else signature, words)


def _check_digest(
    result: Assinatura,
    xml: Xml,
    documento: Element,
    assinado: Element,
    signed_info: Element,
    declared: SignedInfo,
) -> None:
    algorithm = DIGESTS.get(declared.digest_method)
    if algorithm is None:
        return
    exclusive = any(transform.startswith(EXCLUSIVE) for transform in declared.transforms)
    for content in _canonical_forms(xml, documento, assinado, exclusive):
        result.conteudo = None if xml.prefixos else content
        digest = base64.b64encode(algorithm(content).digest()).decode()
        result.digest = result.digest or digest
        if digest == declared.digest_value:
            result.digest, result.digest_ok = digest, True
            return
    node = descend(signed_info, "Reference", "DigestValue")
    result.fail(
        "difere",
        signed_info if node is None else node,
        f"O conteúdo de {local_name(assinado)} mudou depois de assinado: o resumo (DigestValue) "
        "não confere.",
        declared.digest_value or "vazio",
        result.digest,
    )


def _check_value(
    result: Assinatura,
    forms: Iterator[bytes] | tuple[bytes],
    signature: Element,
    declared: SignedInfo,
) -> None:
    algorithm = SIGNATURES.get(declared.method)
    if algorithm is None or result.titular is None:
        return
    try:
        value = base64.b64decode(text_of(signature, "SignatureValue") or "")
    except ValueError:
        value = b""
    for content in forms:
        try:
            result.titular.chave.verify(value, content, PADDING, algorithm)
        except InvalidSignature:
            continue
        result.valor_ok = True
        return
    node = child(signature, "SignatureValue")
    result.fail(
        "difere",
        signature if node is None else node,
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
        forms = [canonical(element, exclusive=True)]
    else:
        contexts = [copy_of(element)]
        if documento.getparent() is not None:
            contexts.append(copy_of(_same_in(deepcopy(documento), documento, element)))
        forms = [canonical(context, exclusive=False) for context in contexts]
    yield from (content for content in forms if content is not None)


def _same_in(alone: Element, documento: Element, element: Element) -> Element:
    """The element's counterpart in a copy of the document."""
    position = next(i for i, node in enumerate(documento.iter()) if node is element)
    return next(islice(alone.iter(), position, None))
