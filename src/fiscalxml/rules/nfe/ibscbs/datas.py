"""When the rules on IBS, CBS and IS are in force (NT 2025.002-RTC, cronograma of v1.51).

They are judged where the groups are informed. Each is in force from the version of the note that
brought it; an exception that a later version added excuses earlier documents, too.
"""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict


class Vigencia(TypedDict, total=False):
    """What a rule is given of it: `**V140`."""

    desde: date
    homologacao: date


PRODUCAO: Final = date(2025, 11, 10)
V130: Final[Vigencia] = {"desde": PRODUCAO, "homologacao": date(2025, 10, 29)}
V130_SEGUNDA_ETAPA: Final[Vigencia] = {
    "desde": date(2026, 2, 2),
    "homologacao": date(2025, 11, 24),
}
"""rules on adjustments, write-offs and presumed credit (UB112-10 to UB133-10, W59f-10, W59g-10)"""
V140: Final[Vigencia] = {"desde": date(2026, 8, 3), "homologacao": date(2026, 7, 1)}
V151: Final[Vigencia] = {"desde": date(2026, 10, 5), "homologacao": date(2026, 9, 1)}
MONOFASIA: Final[Vigencia] = {"desde": date(2027, 1, 4), "homologacao": date(2026, 4, 6)}
"""what single-phase fuels must inform"""
