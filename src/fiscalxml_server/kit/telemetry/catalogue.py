"""Every family of metrics that the services have."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.kit.telemetry import deliveries, metrics, pools
from fiscalxml_server.kit.telemetry.sampled import SAMPLED

FAMILIES: Final = (*metrics.FAMILIES, *pools.FAMILIES, *deliveries.FAMILIES)
"""counted where it happens, in each process"""

__all__ = ["FAMILIES", "SAMPLED"]
