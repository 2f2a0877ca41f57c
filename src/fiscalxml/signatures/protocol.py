"""The protocol beside a document: does it speak of this document, and what does it say?"""

from __future__ import annotations

from dataclasses import dataclass

from fiscalxml.documents.detect import Encontrado
from fiscalxml.documents.kind import CANCELADO, DENEGADO, Kind
from fiscalxml.report import Achado, Severidade
from fiscalxml.xml import Element, caminho, child, descend, text_of

_CHAVES = ("chNFe", "chCTe", "chMDFe", "chBPe", "chNF3e", "chNFCom", "chDCe", "chNFGas")


@dataclass(frozen=True, slots=True)
class Protocolo:
    """What a protocol states, and what is wrong with it."""

    achados: tuple[Achado, ...]
    registra: bool
    """SEFAZ registered this very document, authorised or denied; nothing differs"""
    autoriza: bool
    """registered, and authorised (it may have been cancelled afterwards)"""
    confere_digest: bool
    """it carries the digest of this very content"""
    recebido: str | None
    """dhRecbto or dhRegEvento, as written"""


def find_protocol(found: Encontrado) -> Element | None:
    """The infProt (or infEvento, infInut) of the answer inside the envelope."""
    if found.kind is None or found.kind.protocolo is None or found.envelope is found.documento:
        return None
    return descend(found.envelope, *found.kind.protocolo)


def judge_protocol(
    found: Encontrado, protocolo: Element, chave: str | None, digest: str | None
) -> Protocolo:
    """Compare the protocol with the document: chave, ambiente, digest, and read its cStat.

    `digest` is the DigestValue computed over the document, Base64; None when it has none.
    """
    assert found.kind is not None  # noqa: S101 - only a kind has a protocol
    achados = [
        *_compare_chave(found, protocolo, chave),
        *_compare_ambiente(found, protocolo),
        *_compare_digest(found, protocolo, digest),
    ]
    matches = not achados
    cstat = text_of(protocolo, "cStat") or ""
    achados += _read_cstat(found, found.kind, protocolo, cstat)
    autorizado = found.kind.aceitos | CANCELADO
    return Protocolo(
        achados=tuple(achados),
        registra=matches and cstat in autorizado | DENEGADO,
        autoriza=matches and cstat in autorizado,
        confere_digest=matches and digest is not None and bool(text_of(protocolo, "digVal")),
        recebido=text_of(protocolo, "dhRecbto") or text_of(protocolo, "dhRegEvento"),
    )


def _compare_chave(found: Encontrado, protocolo: Element, chave: str | None) -> list[Achado]:
    nodes = (child(protocolo, name) for name in _CHAVES)
    node = next((node for node in nodes if node is not None), None)
    # The answer to an event may leave the chave out; a document's protocol may not.
    optional = found.kind is not None and found.kind.tipo == "evento"
    if chave is None or (node is None and optional) or text_of(node) == chave:
        return []
    return [
        _achado(
            found,
            protocolo if node is None else node,
            "PRT-001",
            "erro",
            "O protocolo não é deste documento: a chave difere ou falta.",
            "Junte ao documento o protocolo que a SEFAZ devolveu para ele.",
            text_of(node) or "sem chave",
            chave,
        )
    ]


def _compare_ambiente(found: Encontrado, protocolo: Element) -> list[Achado]:
    node = child(protocolo, "tpAmb")
    own = None if found.assinado is None else next(found.assinado.iter("{*}tpAmb"), None)
    if node is None or own is None or node.text == own.text:
        return []
    return [
        _achado(
            found,
            node,
            "PRT-002",
            "erro",
            "O protocolo é de outro ambiente (produção ou homologação) que o documento.",
            "Junte o protocolo do mesmo ambiente.",
            node.text,
            own.text,
        )
    ]


def _compare_digest(found: Encontrado, protocolo: Element, digest: str | None) -> list[Achado]:
    node = child(protocolo, "digVal")
    stated = "" if node is None else "".join((node.text or "").split())
    if node is None or not stated or digest is None or stated == digest:
        return []
    return [
        _achado(
            found,
            node,
            "PRT-003",
            "erro",
            "O documento não é o que a SEFAZ autorizou: o digVal do protocolo difere do resumo "
            "calculado sobre ele.",
            "Recupere o XML original que foi autorizado; este foi alterado depois.",
            stated,
            digest,
        )
    ]


def _read_cstat(found: Encontrado, kind: Kind, protocolo: Element, cstat: str) -> list[Achado]:
    node = child(protocolo, "cStat")
    if node is None:
        node = protocolo
    if not cstat or cstat in kind.aceitos:
        return []
    motivo = text_of(protocolo, "xMotivo") or "sem motivo"
    if cstat in DENEGADO:
        words = f"Uso denegado pela SEFAZ (denegada): {cstat} - {motivo}."
        fix = "Não há operação acobertada por este documento; guarde-o como denegado."
        return [_achado(found, node, "PRT-004", "info", words, fix, cstat)]
    if cstat in CANCELADO:
        words = f"Documento cancelado segundo o protocolo: {cstat} - {motivo}."
        return [_achado(found, node, "PRT-005", "info", words, None, cstat)]
    words = f"O protocolo não autoriza o documento: {cstat} - {motivo}."
    fix = "Corrija o que a SEFAZ rejeitou e transmita de novo; este protocolo não serve."
    expected = " ou ".join(sorted(kind.aceitos))
    return [_achado(found, node, "PRT-006", "erro", words, fix, cstat, expected)]


def _achado(
    found: Encontrado,
    node: Element,
    codigo: str,
    severidade: Severidade,
    mensagem: str,
    correcao: str | None,
    encontrado: str | None = None,
    esperado: str | None = None,
) -> Achado:
    return Achado(
        codigo=codigo,
        camada="protocolo",
        severidade=severidade,
        mensagem=mensagem,
        correcao=correcao,
        caminho=caminho(node, found.envelope),
        linha=found.xml.line(node),
        encontrado=encontrado,
        esperado=esperado,
    )
