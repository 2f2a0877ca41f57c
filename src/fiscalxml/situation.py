"""What a document's events make of it: its effective situação, now or at an instant.

SEFAZ gives the same tpEvento different meanings by family (110112 cancels an NFC-e by substitution
and closes an MDF-e), so an event is known by the chave it speaks of and its tpEvento. An event that
is not known here, or whose effect is not certain, changes nothing.

Sources: the XSDs of each family (nfelib), MOC NF-e 7.0, MOC CT-e 3.00a (table of events), NT
2018.004 (110112), NT 2024.002 (ECONF), NT 2025.002 (110001 and the events of IBS and CBS), NFS-e
1.01 (tiposEventos).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

from fiscalxml.summaries.resumo import Situacao

SituacaoEfetiva = Literal[
    "autorizado",
    "denegado",
    "cancelado",
    "rejeitado",
    "sem_protocolo",
    "substituido",
    "encerrado",
]
"""Those of a file, and what only events tell: SEFAZ registered another document in its place
(substituido), the trip of an MDF-e ended (encerrado)."""
Efeito = Literal["cancela", "substitui", "encerra", "cancela_evento"]
"""what a registered event does to its document; `cancela_evento`: to another event of it"""

_RESULTADO: Final[Mapping[Efeito, SituacaoEfetiva]] = {
    "cancela": "cancelado",
    "substitui": "substituido",
    "encerra": "encerrado",
}
"""of several effects the first counts"""
_DEFINITIVO: Final = ("denegado", "cancelado")
_ID_NFSE: Final = 59
"""characters of the Id by which the NFS-e names another event: chave, tpEvento, number"""
_CHAVE_NFSE: Final = 50


class EventoConhecido(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a document, as far as it matters for what is in force."""

    chave: str
    """of the document it speaks of"""
    tipo: str
    """tpEvento, 6 digits"""
    sequencia: int | None = None
    registrado: bool
    """SEFAZ registered it, as the protocol in the file says (NFS-e: the Sefin's signature)"""
    registrado_em: datetime | None = None
    protocolo: str | None = None
    """nProt of the registration"""
    alvo: str | None = None
    """of an event that cancels another: the other's protocol, or its Id (NFS-e)"""


def effect_of(chave: str, tipo: str) -> Efeito | None:
    """What an event of this tpEvento does to the document of this chave, once registered."""
    return _known(chave, tipo)[1]


def describe_event(chave: str, tipo: str) -> str | None:
    """The event's name in Portuguese; None where it is not known."""
    return _known(chave, tipo)[0] or None


def in_force(
    eventos: Collection[EventoConhecido], em: datetime | None = None
) -> list[EventoConhecido]:
    """The registered events that no other registered one cancels; of those registered by `em`."""
    known = [each for each in eventos if each.registrado and _by(each.registrado_em, em)]
    revoked = {id(other) for each in known for other in _targets(each, known)}
    return [each for each in known if id(each) not in revoked]


def effective(
    propria: Situacao,
    eventos: Collection[EventoConhecido],
    *,
    registrado_em: datetime | None = None,
    em: datetime | None = None,
) -> SituacaoEfetiva:
    """The situação of a document that says `propria` of itself and has these events.

    At `em`, where it is given: a protocol (of `registrado_em`) and events that came later do not
    count; what has no instant of registration was always known. A file that says that it was
    cancelled does not say when: its event does, where it is at hand.
    """
    if not _by(registrado_em, em):
        return "sem_protocolo"
    effects = {effect_of(each.chave, each.tipo) for each in in_force(eventos, em)}
    if propria == "cancelado" and em is not None and _cancelled_later(eventos, em):
        propria = "autorizado"
    if propria in _DEFINITIVO:
        return propria
    return next((made for effect, made in _RESULTADO.items() if effect in effects), propria)


def _cancelled_later(eventos: Collection[EventoConhecido], em: datetime) -> bool:
    """Whether the cancelamento is at hand, and none of it was registered by then."""
    cancelling = [
        each for each in in_force(eventos) if effect_of(each.chave, each.tipo) == "cancela"
    ]
    return bool(cancelling) and not any(_by(each.registrado_em, em) for each in cancelling)


def _by(moment: datetime | None, em: datetime | None) -> bool:
    return moment is None or em is None or moment <= em


def _targets(
    canceller: EventoConhecido, eventos: Iterable[EventoConhecido]
) -> Iterator[EventoConhecido]:
    """The events that this one cancels."""
    alvo = canceller.alvo
    if alvo is None or effect_of(canceller.chave, canceller.tipo) != "cancela_evento":
        return
    for each in eventos:
        # No event of this kind can be cancelled itself, and none cancels what ends a document.
        if effect_of(each.chave, each.tipo) is None and each.chave == canceller.chave:
            named = each.protocolo == alvo
            if named or (len(alvo) == _ID_NFSE and _id_nfse(each) == alvo):
                yield each


def _id_nfse(evento: EventoConhecido) -> str:
    """The digits of an Id of the NFS-e."""
    return f"{evento.chave}{evento.tipo}{evento.sequencia or 0:03}"


def _known(chave: str, tipo: str) -> tuple[str, Efeito | None]:
    """The name and the effect."""
    if len(chave) == _CHAVE_NFSE:
        return _NFSE.get(tipo, _UNKNOWN)
    own = _SEFAZ.get(chave[20:22], {})
    return own.get(tipo) or _DE_TODOS.get(tipo, _UNKNOWN)


_Events = Mapping[str, tuple[str, Efeito | None]]
_UNKNOWN: Final[tuple[str, Efeito | None]] = ("", None)

_DE_TODOS: Final[_Events] = {
    "110111": ("Cancelamento", "cancela"),
    "110300": ("Vinculação do pagamento", None),
    "110301": ("Cancelamento da vinculação do pagamento", "cancela_evento"),
}
_NFE: Final[_Events] = {
    "110001": ("Cancelamento de evento", "cancela_evento"),
    "110110": ("Carta de correção", None),
    "110112": ("Cancelamento por substituição", "cancela"),
    "110130": ("Comprovante de entrega da NF-e", None),
    "110131": ("Cancelamento do comprovante de entrega da NF-e", "cancela_evento"),
    "110140": ("EPEC: emissão prévia em contingência", None),
    "110150": ("Ator interessado na NF-e", None),
    "110192": ("Insucesso na entrega da NF-e", None),
    "110193": ("Cancelamento do insucesso na entrega da NF-e", "cancela_evento"),
    "110750": ("Conciliação financeira", None),
    "110751": ("Cancelamento da conciliação financeira", "cancela_evento"),
    "111500": ("Pedido de prorrogação, primeiro prazo", None),
    "111501": ("Pedido de prorrogação, segundo prazo", None),
    "111502": ("Cancelamento do pedido de prorrogação, primeiro prazo", None),
    "111503": ("Cancelamento do pedido de prorrogação, segundo prazo", None),
    "112110": (
        "Efetivo pagamento integral, para liberar crédito presumido do adquirente", None,
    ),
    "112120": ("Importação em ALC/ZFM não convertida em isenção", None),
    "112130": (
        "Perecimento, perda, roubo ou furto no transporte contratado pelo fornecedor", None,
    ),
    "112140": ("Fornecimento não realizado com pagamento antecipado", None),
    "112150": ("Atualização da data de previsão de entrega", None),
    "210200": ("Confirmação da operação", None),
    "210210": ("Ciência da operação", None),
    "210220": ("Desconhecimento da operação", None),
    "210240": ("Operação não realizada", None),
    "211110": ("Solicitação de apropriação de crédito presumido", None),
    "211120": ("Destinação de item para consumo pessoal", None),
    "211124": (
        "Perecimento, perda, roubo ou furto no transporte contratado pelo adquirente", None,
    ),
    "211128": ("Aceite de débito na apuração por emissão de nota de crédito", None),
    "211130": ("Imobilização de item", None),
    "211140": ("Solicitação de apropriação de crédito de combustível", None),
    "211150": (
        "Solicitação de apropriação de crédito que depende de atividade do adquirente", None,
    ),
    "212110": ("Manifestação sobre transferência de crédito de IBS em sucessão", None),
    "212120": ("Manifestação sobre transferência de crédito de CBS em sucessão", None),
    "400200": ("Documento fiscal inidôneo", None),
    "400201": ("Cancelamento da declaração de documento fiscal inidôneo", None),
    "400300": ("Visto eletrônico do fisco", None),
    "410300": ("NF-e referenciada por outra", None),
    "411500": ("Resposta ao pedido de prorrogação, primeiro prazo", None),
    "411501": ("Resposta ao pedido de prorrogação, segundo prazo", None),
    "411502": ("Resposta ao cancelamento do pedido de prorrogação, primeiro prazo", None),
    "411503": ("Resposta ao cancelamento do pedido de prorrogação, segundo prazo", None),
    "412120": ("Manifestação do fisco sobre transferência de crédito de IBS em sucessão", None),
    "412130": ("Manifestação do fisco sobre transferência de crédito de CBS em sucessão", None),
    "610130": ("Comprovante de entrega do CT-e", None),
    "610131": ("Cancelamento do comprovante de entrega do CT-e", None),
    "610500": ("Registro de passagem", None),
    "610501": ("Cancelamento do registro de passagem", None),
    "610510": ("Registro de passagem do MDF-e", None),
    "610511": ("Cancelamento do registro de passagem do MDF-e", None),
    "610514": ("Registro de passagem do MDF-e, por um CT-e", None),
    "610515": ("Cancelamento do registro de passagem do MDF-e, por um CT-e", None),
    "610552": ("Registro de passagem automático do MDF-e", None),
    "610554": ("Registro de passagem automático do MDF-e, por um CT-e", None),
    "610600": ("CT-e autorizado", None),
    "610601": ("CT-e cancelado", None),
    "610610": ("MDF-e autorizado", None),
    "610611": ("MDF-e cancelado", None),
    "610614": ("MDF-e autorizado, por um CT-e", None),
    "610615": ("MDF-e cancelado, por um CT-e", None),
    "790700": ("Averbação para exportação", None),
    "990900": ("Vistoria da SUFRAMA", None),
    "990910": ("Internalização na SUFRAMA", None),
}  # fmt: skip
_CTE: Final[_Events] = {
    "110110": ("Carta de correção", None),
    "110113": ("EPEC: emissão prévia em contingência", None),
    "110160": ("Registro do multimodal", None),
    "110170": ("Informações da GTV", None),
    "110180": ("Comprovante de entrega do CT-e", None),
    "110181": ("Cancelamento do comprovante de entrega do CT-e", "cancela_evento"),
    "110190": ("Insucesso na entrega do CT-e", None),
    "110191": ("Cancelamento do insucesso na entrega do CT-e", "cancela_evento"),
    "240130": ("CT-e complementar autorizado", None),
    "240131": ("CT-e complementar cancelado", None),
    "240140": ("CT-e de substituição autorizado", "substitui"),
    "240150": ("CT-e de anulação autorizado", None),
    "240160": ("Liberação de EPEC", None),
    "240170": ("Liberação do prazo de cancelamento", None),
    "310610": ("MDF-e autorizado", None),
    "310611": ("MDF-e cancelado", None),
    "310620": ("Registro de passagem", None),
    "440130": ("CT-e de redespacho autorizado", None),
    "440140": ("CT-e de redespacho intermediário autorizado", None),
    "440150": ("CT-e de subcontratação autorizado", None),
    "440160": ("CT-e de serviço vinculado a multimodal autorizado", None),
    "510620": ("Registro de passagem automático", None),
    "510630": ("Registro de passagem automático do MDF-e", None),
    "610110": ("Prestação do serviço em desacordo", None),
    "610111": ("Cancelamento da prestação do serviço em desacordo", "cancela_evento"),
}
_MDFE: Final[_Events] = {
    "110112": ("Encerramento", "encerra"),
    "110114": ("Inclusão de condutor", None),
    "110115": ("Inclusão de documento fiscal eletrônico", None),
    "110116": ("Pagamento da operação de transporte", None),
    "110117": ("Confirmação do serviço de transporte", None),
    "110118": ("Alteração do pagamento do serviço de transporte", None),
    "240170": ("Liberação do prazo de cancelamento", None),
    "310112": ("Encerramento pelo fisco", "encerra"),
    "310620": ("Registro de passagem", None),
    "510620": ("Registro de passagem automático", None),
}
_BPE: Final[_Events] = {
    "110115": ("Não embarque", None),
    "110116": ("Alteração de poltrona", None),
    "110117": ("Excesso de bagagem", None),
    "240140": ("BP-e de substituição autorizado", "substitui"),
}
_NOTA_DE_CONSUMO: Final[_Events] = {
    "240140": ("Nota de substituição autorizada", "substitui"),
    "240150": ("Nota de ajuste autorizada", None),
    "240170": ("Liberação do prazo de cancelamento", None),
}
_SEFAZ: Final[Mapping[str, _Events]] = {
    "55": _NFE,
    "65": _NFE,
    "57": _CTE,
    "64": _CTE,
    "67": _CTE,
    "58": _MDFE,
    "63": _BPE,
    "62": _NOTA_DE_CONSUMO,
    "66": _NOTA_DE_CONSUMO,
}
"""by the model in the chave"""
_NFSE: Final[_Events] = {
    "101101": ("Cancelamento de NFS-e", "cancela"),
    "101103": ("Solicitação de análise fiscal para cancelamento de NFS-e", None),
    "105102": ("Cancelamento de NFS-e por substituição", "cancela"),
    "105104": ("Cancelamento de NFS-e deferido por análise fiscal", "cancela"),
    "105105": ("Cancelamento de NFS-e indeferido por análise fiscal", None),
    "202201": ("Confirmação do prestador", None),
    "202205": ("Rejeição do prestador", None),
    "203202": ("Confirmação do tomador", None),
    "203206": ("Rejeição do tomador", None),
    "204203": ("Confirmação do intermediário", None),
    "204207": ("Rejeição do intermediário", None),
    "205204": ("Confirmação tácita", None),
    "205208": ("Anulação da rejeição", "cancela_evento"),
    "305101": ("Cancelamento de NFS-e por ofício", "cancela"),
    "305102": ("Bloqueio de NFS-e por ofício", None),
    "305103": ("Desbloqueio de NFS-e por ofício", "cancela_evento"),
}
