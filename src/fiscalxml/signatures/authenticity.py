"""Who made a document and what SEFAZ says of it: the assinatura and protocolo layers together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fiscalxml.documents import nfse
from fiscalxml.documents.campos import Campos, is_there
from fiscalxml.documents.facts import Fatos, fields, parse_datetime
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import Kind
from fiscalxml.documents.ramos import Ramo
from fiscalxml.report import Achado
from fiscalxml.signatures.intact import verify_intact
from fiscalxml.signatures.judge import judge_signature, stray_signature
from fiscalxml.signatures.protocol import Protocolo, judge_protocol, read_fields
from fiscalxml.signatures.xmldsig import Assinatura, has_others, stray_signatures, verify
from fiscalxml.xml import descend

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
    plano = found.plano
    if plano is not None:
        if not is_there(plano.documento, "Signature"):
            return None
        sound = verify_intact(plano, plano.kind, plano.kind.raiz, *plano.acima)
        if sound is not None:
            return sound
    if found.documento is None or found.assinado is None:
        return None
    return verify(found.xml, found.envelope, found.documento, found.assinado)


def judge_authenticity(
    found: Encontrado, fatos: Fatos, assinatura: Assinatura | None
) -> Autenticidade:
    """Judge what needs no date: the verified signature, its signer, the protocol."""
    result = Autenticidade(assinatura)
    kind, campos = found.kind, found.campos
    if kind is None or campos is None:
        return result
    if assinatura is not None:
        autor = _author(kind, campos, fatos)
        result.achados += judge_signature(found, kind, assinatura, fatos.ide, autor)
    protocolo = read_fields(found)
    if protocolo is not None:
        evento = fatos.documento.evento
        result.protocolo = judge_protocol(
            found,
            protocolo,
            chave=fatos.documento.chave or (evento.chave if evento else None),
            ambiente=_TP_AMB.get(fatos.documento.ambiente),
            digest=assinatura.digest if assinatura else None,
            ide=fatos.ide,
        )
        result.achados += result.protocolo.achados
    within = _kind_within(kind)
    inner = None if within is None else _judge_inside(found, within)
    result.achados += inner or ()
    if has_others(found.xml, (assinatura is not None) + (inner is not None)):
        inside = None if within is None else descend(found.assinado, within.raiz)
        documentos = (found.documento, inside)
        resposta = kind.protocolo[0] if kind.protocolo else None
        stray = stray_signatures(found.envelope, documentos, resposta)
        result.deslocada = bool(stray)
        result.achados += [stray_signature(found, kind, signature) for signature in stray]
    return result


def _author(kind: Kind, assinado: Campos, fatos: Fatos) -> Mapping[str, str] | None:
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


def _issuer_of_dps(infdps: Campos, ide: Mapping[str, str]) -> Mapping[str, str]:
    """A DPS may be issued by the tomador or the intermediário in the place of the prestador."""
    return fields(infdps.em(nfse.EMITENTES.get(ide.get("tpEmit", ""), "prest")))


def _kind_within(kind: Kind) -> Kind | None:
    """What the Sefin makes a document of, and puts into it with its own signature."""
    if kind is nfse.NFSE:
        return nfse.DPS
    return nfse.PEDIDO if kind is nfse.EVENTO else None


def _judge_inside(found: Encontrado, kind: Kind) -> list[Achado] | None:
    """Findings on the signature of what a document was made of; None when it has none."""
    inside = _verify_inside(found, kind)
    if inside is None:
        return None
    assinatura, assinado = inside
    ide = fields(assinado)
    autor = _issuer_of_dps(assinado, ide) if kind is nfse.DPS else ide
    return list(judge_signature(found, kind, assinatura, ide, autor))


def _verify_inside(found: Encontrado, kind: Kind) -> tuple[Assinatura, Campos] | None:
    """That signature, and what it is of."""
    plano = found.plano
    if plano is not None and plano.documento.unico(plano.kind.assinado) is not None:
        inside = plano.assinado.unico(kind.raiz)
        assinado = None if inside is None else inside.unico(kind.assinado)
        if inside is not None and assinado is not None:
            if not is_there(inside, "Signature"):
                return None
            caminho = f"{plano.kind.raiz}/{plano.kind.assinado}/{kind.raiz}"
            sound = verify_intact(plano, kind, caminho, *plano.acima, plano.assinado, inside)
            if sound is not None:
                return sound, assinado
    documento = descend(found.assinado, kind.raiz)
    element = descend(documento, kind.assinado)
    if documento is None or element is None:
        return None
    assinatura = verify(found.xml, documento, documento, element)
    return None if assinatura is None else (assinatura, Ramo(element))
