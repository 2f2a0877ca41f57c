"""What is looked at to scale: names and periods of metrics, and what of each is too much.

Standard library only: the CDK app reads it.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.scaling.alarms import Metric

NAMESPACE: Final = "FiscalXML/Escala"
DIMENSIONS: Final = ("Ambiente", "Papel")
"""of our own metrics; the second is `worker`"""
PERIOD: Final = 10
"""seconds between two datapoints of ours: `fiscalxml-ops escala publicar`"""
PRESSURE: Final = "Pressao"
"""what workers are scaled by: 1 where there are too few, made of the three below"""
DEPTH: Final = "Profundidade"
AGE: Final = "IdadeDoMaisAntigo"
BUSY: Final = "Ocupacao"
BACKLOG: Final = "ProfundidadePorWorker"
WORKERS: Final = "Workers"

DEPTH_PER_WORKER: Final = 100
"""jobs (blocks of up to 200 documents) that may wait for each worker: pressure 1"""
AGE_SECONDS: Final = 60.0
"""that the oldest job may have waited: pressure 1; new lotes are refused at 900"""
BUSY_HIGH: Final = 0.7
"""share of the workers' processes that is at work: pressure 1"""
BUSY_LOW: Final = 0.3
CPU_HIGH: Final = 70.0
CPU_LOW: Final = 30.0


def own(name: str) -> Metric:
    """One of ours."""
    return Metric(namespace=NAMESPACE, name=name, dimensions=DIMENSIONS, period=PERIOD, delay=5)


CPU: Final = Metric(
    namespace="AWS/ECS",
    name="CPUUtilization",
    dimensions=("ClusterName", "ServiceName"),
    # MonitoringConfiguration of the service, ResolutionSeconds 20 (since June 2026; 60 without).
    period=20,
    delay=20,
)
RESERVATION: Final = Metric(
    namespace="AWS/ECS/ManagedScaling",
    name="CapacityProviderReservation",
    dimensions=("CapacityProviderName", "ClusterName"),
    period=60,
    delay=15,
)
"""percent of the machines that tasks need: below 100, some are free"""
