"""What a document says of itself: model, version, environment, key, dates, event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone

import msgspec

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import Grupo
from fiscalxml.documents.kind import Kind
from fiscalxml.report import Ambiente, Documento, Evento, Tipo
from fiscalxml.xml import short, text_of

BRASILIA = timezone(timedelta(hours=-3))
"""Assumed where a layout gives no offset (dEmi of NF-e 1.10 and 2.00, dhEmi of CT-e 2.00)."""

AMBIENTES: dict[str | None, Ambiente] = {"1": "producao", "2": "homologacao"}
CHAVES = ("chNFe", "chCTe", "chMDFe", "chBPe", "chNF3e", "chNFCom", "chDCe", "chNFGas")
"""how an event and a protocol name the chave of a document"""
_EVENT_TYPE_NFSE = re.compile(r"e([0-9]{6})")
_DATETIME = re.compile(
    r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"  # far from where instants overflow
    r"(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_NUMBER = re.compile(r"[0-9]{1,18}")
_KEY_SIZES = {44, 50}


class Fatos(msgspec.Struct, frozen=True):
    """What the layers need to know of a document, read once."""

    documento: Documento
    emissao: datetime | None
    versao: str | None
    """of the layout"""
    id: str | None
    """the Id attribute of the signed element"""
    ide: Mapping[str, str]
    """the fields of `ide`, or of the signed element where the layout has no ide"""
    emit: Mapping[str, str]
    """the fields of `emit`"""

    @property
    def emitente(self) -> str | None:
        """CNPJ or CPF of the issuer."""
        return self.emit.get("CNPJ") or self.emit.get("CPF")


def read_facts(found: Encontrado, grupos: Campos | None) -> Fatos:
    """Read the facts of anything that was found, also of what is no document.

    `grupos`: those of the signed element, where there is one.
    """
    ide = _ide(grupos)
    emissao = _emission(found.kind, grupos, ide)
    emit = None if grupos is None else grupos.grupo("emit")
    return Fatos(
        documento=_documento(found, grupos, ide, emissao),
        emissao=emissao,
        versao=found.versao,
        id=found.id,
        ide=ide,
        emit={} if emit is None else fields(emit),
    )


def read_documento(found: Encontrado, grupos: Campos) -> Documento:
    """Of the facts, what a document says of itself."""
    ide = _ide(grupos)
    return _documento(found, grupos, ide, _emission(found.kind, grupos, ide))


def _documento(
    found: Encontrado, grupos: Campos | None, ide: Mapping[str, str], emissao: datetime | None
) -> Documento:
    kind = found.kind
    unnamed = kind is not None and kind.tipo == "desconhecido" and found.familia is not None
    chave = _chave(kind, found.id)
    return Documento(
        tipo=_tipo(found, ide),
        raiz=short(found.raiz),
        parece=found.familia.nome if unnamed and found.familia else found.parece,
        modelo=_short(ide.get("mod")),
        versao=found.versao,
        ambiente=AMBIENTES.get(ide.get("tpAmb") or _ambiente(found)),
        chave=chave,
        identificador=None if chave else _short(found.id),
        evento=_evento(grupos) if kind is not None and kind.tipo == "evento" else None,
        emissao=emissao.isoformat() if emissao else None,
    )


def _ambiente(found: Encontrado) -> str | None:
    """The first tpAmb that stands anywhere."""
    if found.plano is not None:
        texts = {texto.strip() for texto in _texts(found.plano.assinado, "tpAmb")}
        if len(texts) == 1:
            return texts.pop()
    element = found.envelope if found.assinado is None else found.assinado
    return text_of(next(element.iter("{*}tpAmb"), None))


def _texts(grupo: Grupo, campo: str) -> Iterator[str]:
    """Those of a field anywhere in a group; none of a group that has its name."""
    yield from grupo.todos(campo)
    for nome, lista in grupo.grupos.items():
        if nome == campo:
            yield ""
        for inner in lista:
            yield from _texts(inner, campo)


def parse_datetime(text: str | None) -> datetime | None:
    """A date or date and time of a layout, with an offset; None when it is neither."""
    if text is None or not _DATETIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=BRASILIA)


def parse_number(text: str | None) -> int | None:
    """A number of a layout; None for anything else, and for more digits than any layout has."""
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _short(text: str | None) -> str | None:
    return None if text is None else short(text)


def _tipo(found: Encontrado, ide: Mapping[str, str]) -> Tipo:
    if found.kind is not None:
        return found.kind.modelos.get(ide.get("mod", ""), found.kind.tipo)
    return "mensagem" if found.mensagem else "desconhecido"


def _ide(grupos: Campos | None) -> Mapping[str, str]:
    if grupos is None:
        return {}
    ide = grupos.grupo("ide")
    return fields(grupos if ide is None else ide)


def fields(grupo: Campos) -> Mapping[str, str]:
    """The fields that have a text, without the blanks that no layout allows around it."""
    return {nome: bare for nome, texto in grupo.items() if (bare := texto.strip())}


def _emission(kind: Kind | None, grupos: Campos | None, ide: Mapping[str, str]) -> datetime | None:
    if kind is None:
        return None
    if kind.tipo == "evento":
        return parse_datetime(ide.get("dhEvento") or ide.get("dhProc"))
    if kind.tipo == "nfse":
        dps = None if grupos is None else grupos.grupo("DPS", "infDPS")
        return parse_datetime(("" if dps is None else dps["dhEmi"].strip()) or ide.get("dhProc"))
    return parse_datetime(ide.get("dhEmi") or ide.get("dEmi"))


def _chave(kind: Kind | None, id_: str | None) -> str | None:
    """The key in the Id, as it stands there; the chave layer judges it."""
    if kind is None or not id_ or kind.tipo in ("evento", "inutilizacao", "dps"):
        return None
    key = id_.removeprefix(kind.prefixo_id)
    return key if len(key) in _KEY_SIZES and key.isascii() and key.isalnum() else None


def _evento(infevento: Campos | None) -> Evento | None:
    if infevento is None:
        return None
    inner = infevento.grupo("pedRegEvento", "infPedReg")
    pedido = infevento if inner is None else inner
    campos = fields(pedido)
    keys = (campos.get(name) for name in (*CHAVES, "chNFSe"))
    return Evento(
        tipo=_short(campos.get("tpEvento")) or _nfse_event_type(pedido),
        sequencia=parse_number(campos.get("nSeqEvento") or campos.get("nPedRegEvento")),
        chave=_short(next((key for key in keys if key), None)),
    )


def _nfse_event_type(pedido: Campos) -> str | None:
    names = (_EVENT_TYPE_NFSE.fullmatch(nome) for nome in (*pedido.grupos, *pedido))
    return next((match[1] for match in names if match), None)
