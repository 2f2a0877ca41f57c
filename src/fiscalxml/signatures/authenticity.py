"""Who made a document and what SEFAZ says of it: the assinatura and protocolo layers together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fiscalxml.documents import nfse
from fiscalxml.documents.detect import Encontrado
from fiscalxml.documents.facts import Fatos, parse_datetime
from fiscalxml.documents.kind import Kind
from fiscalxml.report import Achado
from fiscalxml.signatures.judge import judge_signature, stray_signature
from fiscalxml.signatures.protocol import Protocolo, find_protocol, judge_protocol
from fiscalxml.signatures.xmldsig import Assinatura, stray_signatures, verify
from fiscalxml.xml import Element, child, descend, leaves

_TP_AMB = {"producao": "1", "homologacao": "2", None: None}


@dataclass(slots=True)
class Autenticidade:
    """The verified signature and protocol of a document; either may be absent."""

    assinatura: Assinatura | None = None
    protocolo: Protocolo | None = None
    deslocada: bool = False
    """there is a signature, but not beside what it signs"""
    achados: list[Achado] = field(default_factory=list)

    @property
    def intacta(self) -> bool:
        """Signed, unchanged since, and registered by SEFAZ with just this content."""
        return (
            self.assinatura is not None
            and self.assinatura.integra
            and self.protocolo is not None
            and self.protocolo.registra
            and self.protocolo.confere_digest
        )

    @property
    def recebido(self) -> datetime | None:
        """When SEFAZ received it, by a protocol that matches."""
        if self.protocolo is None or not self.protocolo.registra:
            return None
        return parse_datetime(self.protocolo.recebido)


def verify_signature(found: Encontrado) -> Assinatura | None:
    """Verify the signature of a document; None when it has none."""
    if found.documento is None or found.assinado is None:
        return None
    return verify(found.xml, found.envelope, found.documento, found.assinado)


def judge_authenticity(
    found: Encontrado, fatos: Fatos, assinatura: Assinatura | None
) -> Autenticidade:
    """Judge what needs no date: the verified signature, its signer, the protocol."""
    result = Autenticidade(assinatura)
    assinado = found.assinado
    if found.kind is None or found.documento is None or assinado is None:
        return result
    if result.assinatura is not None:
        autor = _author(found.kind, assinado, fatos)
        result.achados += judge_signature(found, found.kind, result.assinatura, fatos.ide, autor)
    infprot = find_protocol(found)
    if infprot is not None:
        digest = result.assinatura.digest if result.assinatura else None
        evento = fatos.documento.evento
        chave = fatos.documento.chave or (evento.chave if evento else None)
        ambiente = _TP_AMB.get(fatos.documento.ambiente)
        result.protocolo = judge_protocol(
            found, infprot, chave=chave, ambiente=ambiente, digest=digest, ide=fatos.ide
        )
        result.achados += result.protocolo.achados
    within = _kind_within(found.kind)
    inside = None if within is None else descend(assinado, within.raiz)
    inner = None if within is None or inside is None else _judge_inside(found, within, inside)
    result.achados += inner or ()
    in_place = (result.assinatura is not None) + (inner is not None)
    documentos = [found.documento] if inside is None else [found.documento, inside]
    resposta = found.kind.protocolo[0] if found.kind.protocolo else None
    stray = stray_signatures(found.xml, found.envelope, documentos, resposta, in_place)
    result.deslocada = bool(stray)
    result.achados += [stray_signature(found, found.kind, signature) for signature in stray]
    return result


def _author(kind: Kind, assinado: Element, fatos: Fatos) -> Mapping[str, str] | None:
    """The fields of the party that must sign; None when the signer is no party of the document."""
    match kind.autor:
        case "emit":
            return fatos.emit
        case "":
            return fatos.ide
        case "prest":
            return _issuer_of_dps(assinado, fatos.ide)
        case _:
            return None


def _issuer_of_dps(infdps: Element, ide: Mapping[str, str]) -> Mapping[str, str]:
    """A DPS may be issued by the tomador or the intermediário in the place of the prestador."""
    return leaves(child(infdps, nfse.EMITENTES.get(ide.get("tpEmit", ""), "prest")))


def _kind_within(kind: Kind) -> Kind | None:
    """What the Sefin makes a document of, and puts into it with its own signature."""
    if kind is nfse.NFSE:
        return nfse.DPS
    return nfse.PEDIDO if kind is nfse.EVENTO else None


def _judge_inside(found: Encontrado, kind: Kind, documento: Element) -> list[Achado] | None:
    """Findings on the signature of what a document was made of; None when it has none."""
    assinado = child(documento, kind.assinado)
    assinatura = None if assinado is None else verify(found.xml, documento, documento, assinado)
    if assinado is None or assinatura is None:
        return None
    ide = leaves(assinado)
    autor = _issuer_of_dps(assinado, ide) if kind is nfse.DPS else ide
    return list(judge_signature(found, kind, assinatura, ide, autor))
