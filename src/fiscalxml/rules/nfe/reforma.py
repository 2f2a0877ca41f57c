"""When the versions of NT 2025.002-RTC came into force, after the schedule in the note itself.

("Histórico de Alterações / Cronograma", v1.52.) IBS and CBS are judged where they are informed.
Each rule is in force from the version that brought it.
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
"""rules on delivery dates, adjustments, write-offs and presumed credit (B10a, UB112 to UB133)"""
V140: Final[Vigencia] = {"desde": date(2026, 8, 3), "homologacao": date(2026, 7, 1)}
"""and v1.36"""
V150: Final[Vigencia] = {"desde": date(2026, 11, 3), "homologacao": date(2026, 9, 1)}
"""the fuels' new groups"""
V151: Final[Vigencia] = {"desde": date(2026, 10, 5), "homologacao": date(2026, 9, 1)}
V152: Final[Vigencia] = {"desde": date(2026, 11, 3), "homologacao": date(2026, 10, 5)}
SEM_IE: Final = date(2026, 11, 3)
"""from here on who only has IBS and CBS to pay has no IE"""
NT_2026_007: Final[Vigencia] = {"desde": SEM_IE, "homologacao": date(2026, 9, 1)}
MONOFASIA: Final[Vigencia] = {"desde": date(2027, 1, 4)}
"""what single-phase fuels must inform

The note had it in homologação from April 2026 on; since v1.50 it says there "future", undated.
"""

EMISSAO_V140: Final = "2026-08-03"
EMISSAO_V151: Final = "2026-09-01"
"""first day of emission to which exceptions of v1.51 may apply (in homologação)"""
SEM_DATA: Final = "A nota técnica não diz a data."
"""doubt about what it calls future"""
