"""Where a document is sent to be authorised, when somebody says so and not only the document."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, get_args

from fiscalxml.report import Ambiente

# fmt: off
Autorizador = Literal[
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE",
    "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
    "SVRS", "SVAN", "SVC-AN", "SVC-RS",
]
# fmt: on
"""A state's own SEFAZ; or a virtual one, for several states, always or in contingency (SVC)"""

AUTORIZADORES: Final[tuple[str, ...]] = get_args(Autorizador)
AMBIENTES: Final[tuple[str, ...]] = get_args(Ambiente)
SVC: Final = {"SVC-AN": "6", "SVC-RS": "7"}
"""tpEmis of what the SEFAZ virtual of contingency authorises"""


class Destino(NamedTuple):
    """Who is to authorise a document, and where; None is what the document itself says."""

    autorizador: Autorizador | None = None
    ambiente: Ambiente | None = None
