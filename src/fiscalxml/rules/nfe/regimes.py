"""Group Z13: the numbers of regimes especiais, which each state writes its own way."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import Nota, de_cada
from fiscalxml.tables import operador

_DE_REGIME_ESPECIAL: Final = frozenset({"08", "10"})


@de_cada(
    "infAdic/procRef",
    "nfe:Z13-10",
    "941",
    tabela="regime_especial",
    correcao="Escreva em nProc o número do regime especial como a UF o publica.",
    causa="Número do processo, ou número sem a pontuação da UF, no lugar do número do regime.",
)
def numero_do_regime_especial(processo: Grupo, nota: Nota) -> Falha | None:
    """The operator's table has a pattern for each UF; a UF that is not in it is not judged."""
    if processo["tpAto"] not in _DE_REGIME_ESPECIAL:
        return None
    uf = nota.ender_emit["UF"]
    row = (operador.tabela("regime_especial") or {}).get(uf)
    if row is None or re.fullmatch(row["padrao"], processo["nProc"]):
        return None
    return Falha("nProc", processo["nProc"], f"número de regime especial de {uf}")
