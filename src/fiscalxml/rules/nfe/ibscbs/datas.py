"""When the rules on IBS, CBS and IS are in force: see `reforma`."""

from fiscalxml.rules.nfe.reforma import (
    MONOFASIA,
    PRODUCAO,
    SEM_DATA,
    V130,
    V130_SEGUNDA_ETAPA,
    V140,
    V150,
    V151,
    Vigencia,
)

__all__ = [
    "MONOFASIA",
    "PRODUCAO",
    "SEM_DATA",
    "V130",
    "V130_SEGUNDA_ETAPA",
    "V140",
    "V150",
    "V151",
    "Vigencia",
]
