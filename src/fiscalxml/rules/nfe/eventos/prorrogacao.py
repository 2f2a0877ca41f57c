"""Pedido de prorrogação of the suspended ICMS, and its cancelling (NT 2015.001)."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.eventos.scopes import Evento, do_evento

_CANCELA: Final = {"111502": "111500", "111503": "111501"}
"""tpEvento of the cancelling -> of the pedido"""


@do_evento(
    "nfe:P1319",
    "636",
    *sorted(_CANCELA),
    com="detEvento:idPedidoCancelado",
    fonte="NT 2015.001",
    causa="O cancelamento do 1º prazo cita um pedido do 2º, ou o contrário.",
    correcao="Use 111502 para cancelar um pedido 111500 e 111503 para cancelar um 111501.",
)
def pedido_de_outro_tipo(evento: Evento) -> Falha | None:
    """The Id of the pedido (ID + tpEvento + chave + sequence) is of the kind that is cancelled."""
    pedido = evento.detalhe["idPedidoCancelado"]
    tipo, esperado = pedido.removeprefix("ID")[:6], _CANCELA[evento.tipo]
    if tipo == esperado:
        return None
    return Falha("detEvento/idPedidoCancelado", f"tpEvento {tipo}", f"tpEvento {esperado}")
