"""What a document says of itself: model, version, environment, key, dates, event."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from fiscalxml.documents.detect import Encontrado
from fiscalxml.documents.kind import Kind
from fiscalxml.report import Ambiente, Documento, Evento, Tipo
from fiscalxml.xml import Element, descend, local_name, text_of

BRASILIA = timezone(timedelta(hours=-3))
"""Assumed where a layout gives no offset (dEmi of NF-e 1.10 and 2.00, dhEmi of CT-e 2.00)."""

_AMBIENTES: dict[str | None, Ambiente] = {"1": "producao", "2": "homologacao"}
_KEY = re.compile(r"[A-Za-z0-9]*[0-9A-Z]{44}|NFS[0-9A-Z]{50}")
_EVENT_KEYS = ("chNFe", "chCTe", "chMDFe", "chBPe", "chNF3e", "chNFCom", "chDCe", "chNFGas")
_EVENT_TYPE_NFSE = re.compile(r"e(\d{6})")


@dataclass(frozen=True, slots=True)
class Fatos:
    """What the layers need to know of a document, read once."""

    documento: Documento
    emissao: datetime | None
    versao: str | None
    """of the layout, the document's own before its envelope's"""
    id: str | None
    """the Id attribute of the signed element"""


def read_facts(found: Encontrado) -> Fatos:
    """Read the facts of anything that was found, also of what is no document."""
    assinado = found.assinado
    kind = found.kind
    versao = _version(found, assinado)
    id_ = None if assinado is None else assinado.get("Id")
    emissao = parse_datetime(None if kind is None else _emission(kind, assinado))
    documento = Documento(
        tipo=_tipo(found, kind, assinado),
        raiz=local_name(found.envelope),
        parece=_parece(found, kind),
        modelo=text_of(assinado, "ide", "mod") or text_of(assinado, "mod"),
        versao=versao,
        ambiente=_AMBIENTES.get(_first_text(found.envelope if assinado is None else assinado)),
        chave=_chave(kind, id_),
        identificador=None if _chave(kind, id_) else id_,
        evento=_evento(assinado) if kind is not None and kind.tipo == "evento" else None,
        emissao=emissao.isoformat() if emissao else None,
    )
    return Fatos(documento, emissao, versao, id_)


def parse_datetime(text: str | None) -> datetime | None:
    """A date or date and time of a layout, with an offset; None when it is neither."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=BRASILIA)


def _tipo(found: Encontrado, kind: Kind | None, assinado: Element | None) -> Tipo:
    if kind is not None:
        modelo = text_of(assinado, "ide", "mod")
        return kind.modelos.get(modelo or "", kind.tipo)
    return "mensagem" if found.mensagem else "desconhecido"


def _parece(found: Encontrado, kind: Kind | None) -> str | None:
    """For a kind that the contract has no tipo for, its own name."""
    if kind is not None and kind.tipo == "desconhecido" and found.familia is not None:
        return found.familia.nome
    return found.parece


def _version(found: Encontrado, assinado: Element | None) -> str | None:
    for element in (assinado, found.documento, found.envelope):
        if element is not None and (versao := element.get("versao")):
            return versao
    return None


def _first_text(element: Element) -> str | None:
    node = next(element.iter("{*}tpAmb"), None)
    return text_of(node)


def _emission(kind: Kind, assinado: Element | None) -> str | None:
    if kind.tipo == "evento":
        return text_of(assinado, "dhEvento") or text_of(assinado, "dhProc")
    if kind.tipo == "nfse":
        return text_of(assinado, "DPS", "infDPS", "dhEmi") or text_of(assinado, "dhProc")
    ide = descend(assinado, "ide")
    if ide is None:
        ide = assinado
    return text_of(ide, "dhEmi") or text_of(ide, "dEmi")


def _chave(kind: Kind | None, id_: str | None) -> str | None:
    """The key in the Id, as it stands there; the chave layer judges it."""
    if kind is None or not id_ or kind.tipo in ("evento", "inutilizacao", "dps"):
        return None
    key = id_.removeprefix(kind.prefixo_id)
    return key if key.isascii() and _KEY.fullmatch(id_) else None


def _evento(infevento: Element | None) -> Evento | None:
    if infevento is None:
        return None
    pedido = infevento
    inner = descend(infevento, "pedRegEvento", "infPedReg")
    if inner is not None:
        pedido = inner
    keys = (text_of(pedido, name) for name in (*_EVENT_KEYS, "chNFSe"))
    sequence = text_of(pedido, "nSeqEvento") or text_of(pedido, "nPedRegEvento") or ""
    return Evento(
        tipo=text_of(pedido, "tpEvento") or _nfse_event_type(pedido),
        sequencia=int(sequence) if sequence.isascii() and sequence.isdigit() else None,
        chave=next((key for key in keys if key), None),
    )


def _nfse_event_type(pedido: Element) -> str | None:
    names = (_EVENT_TYPE_NFSE.fullmatch(local_name(node)) for node in pedido.iterchildren("{*}*"))
    return next((match[1] for match in names if match), None)
