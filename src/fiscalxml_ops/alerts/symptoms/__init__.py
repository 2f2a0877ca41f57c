"""What an operator must know before, or beside, what the objectives tell: A NEW ALERT stands in one
of these modules.

Each says something that somebody can do something about; what to do is its page in docs/runbooks.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.alerts.symptoms.delivering import EMAILS, WEBHOOKS
from fiscalxml_ops.alerts.symptoms.outside import DE_FORA
from fiscalxml_ops.alerts.symptoms.processing import PROCESSAMENTO
from fiscalxml_ops.alerts.symptoms.roles import FALTA, PAPEIS_FORA
from fiscalxml_ops.alerts.symptoms.servers import SERVIDORES
from fiscalxml_ops.alerts.symptoms.watching import ALERTA, VIGILANCIA

SINTOMAS: Final = (
    *PAPEIS_FORA,
    *PROCESSAMENTO,
    *WEBHOOKS,
    *EMAILS,
    *DE_FORA,
    *SERVIDORES,
    *VIGILANCIA,
)

__all__ = ["ALERTA", "FALTA", "SINTOMAS"]
