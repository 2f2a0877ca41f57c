"""What CloudWatch watches of what is not ours: load balancers, the database, the cache.

Our own processes are watched by the rules of `ops/alerts` (`calling`). These are the causes and the
cliffs that those cannot see. Each threshold has its reason beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

GIGABYTE: Final = 1024**3
Comparison = Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"]


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One alarm; `pages`: whether somebody is woken, else it is told in the channel."""

    name: str
    text: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    threshold: float
    statistic: str = "Average"
    comparison: Comparison = "GreaterThanThreshold"
    periods: int = 5
    """of which all must breach"""
    period: int = 60
    missing: Literal["notBreaching", "breaching", "ignore", "missing"] = "notBreaching"
    pages: bool = False
    serving: bool = False
    """whether it means something only where the region serves"""


def of_balancer(name: str, full_name: str, where: str) -> Iterator[Signal]:
    """`full_name`: as CloudWatch calls a load balancer (app/name/id)."""
    dimensions = {"LoadBalancer": full_name}
    yield Signal(
        name=f"{name}-5xx",
        text=f"O balanceador {where} responde 5xx ele mesmo: não alcança quem atende",
        namespace="AWS/ApplicationELB",
        metric="HTTPCode_ELB_5XX_Count",
        dimensions=dimensions,
        # A handful a minute come of callers who leave in the middle.
        threshold=10,
        statistic="Sum",
        pages=True,
        serving=True,
    )
    yield Signal(
        name=f"{name}-conexoes-recusadas",
        text=f"O balanceador {where} recusa conexões: chegou ao seu limite",
        namespace="AWS/ApplicationELB",
        metric="RejectedConnectionCount",
        dimensions=dimensions,
        threshold=0,
        statistic="Sum",
        periods=2,
    )
    yield Signal(
        name=f"{name}-tls",
        text=f"O balanceador {where} recusa apertos de mão TLS: certificado de um dos lados",
        namespace="AWS/ApplicationELB",
        metric="ClientTLSNegotiationErrorCount",
        dimensions=dimensions,
        # Scanners are kept out by addresses; what remains is Cloudflare's certificate, or ours.
        threshold=100,
        statistic="Sum",
    )


def of_database(instance: str, *, replica: bool) -> Iterator[Signal]:
    """An instance of RDS by its identifier."""
    dimensions = {"DBInstanceIdentifier": instance}

    def signal(name: str, text: str, metric: str, threshold: float, **more: object) -> Signal:
        return Signal(
            name=f"{instance}-{name}",
            text=f"Banco {instance}: {text}",
            namespace="AWS/RDS",
            metric=metric,
            dimensions=dimensions,
            threshold=threshold,
            **more,  # type: ignore[arg-type]
        )

    yield signal("cpu", "CPU acima de 80 % por 15 minutos", "CPUUtilization", 80, periods=15)
    yield signal(
        "espaco",
        "menos de 50 GB livres; o armazenamento cresce sozinho até o máximo",
        "FreeStorageSpace",
        50 * GIGABYTE,
        comparison="LessThanThreshold",
        statistic="Minimum",
        pages=True,
    )
    yield signal(
        "memoria",
        "menos de 2 GB livres",
        "FreeableMemory",
        2 * GIGABYTE,
        comparison="LessThanThreshold",
        statistic="Minimum",
        periods=10,
    )
    # db.r5.xlarge has 32 GB: RDS's own max_connections is some 3,300 there (LEAST of memory /
    # 9531392). Pools of ten APIs, twenty workers and the rest, twice over while a version is
    # exchanged, come to some 900.
    yield signal("conexoes", "mais de 1.500 conexões", "DatabaseConnections", 1500)
    yield signal("fila-de-disco", "E/S à espera", "DiskQueueDepth", 32, periods=15)
    if replica:
        yield signal(
            "atraso",
            "a réplica está mais de 5 minutos atrás: RPO de 1 hora em risco",
            "ReplicaLag",
            300,
            statistic="Maximum",
            missing="breaching",
            pages=True,
        )


def of_cache(nodes: Iterable[str]) -> Iterator[Signal]:
    """Nodes of the replication group, by their identifiers."""
    for node in nodes:
        dimensions = {"CacheClusterId": node}
        yield Signal(
            name=f"{node}-memoria",
            text=f"Cache {node}: memória acima de 75 %; com noeviction, a 100 % recusa escritas",
            namespace="AWS/ElastiCache",
            metric="DatabaseMemoryUsagePercentage",
            dimensions=dimensions,
            threshold=75,
            statistic="Maximum",
            pages=True,
        )
        yield Signal(
            name=f"{node}-despejos",
            text=f"Cache {node}: despejou chaves, o que a política proíbe",
            namespace="AWS/ElastiCache",
            metric="Evictions",
            dimensions=dimensions,
            threshold=0,
            statistic="Sum",
            periods=1,
        )
        yield Signal(
            name=f"{node}-cpu",
            text=f"Cache {node}: motor acima de 80 % por 10 minutos",
            namespace="AWS/ElastiCache",
            metric="EngineCPUUtilization",
            dimensions=dimensions,
            threshold=80,
            periods=10,
        )


def of_certificate(arn: str) -> Signal:
    return Signal(
        name="certificado",
        text="O certificado vence em menos de 30 dias e não se renovou: falta o registro de DNS",
        namespace="AWS/CertificateManager",
        metric="DaysToExpiry",
        dimensions={"CertificateArn": arn},
        threshold=30,
        comparison="LessThanThreshold",
        statistic="Minimum",
        periods=1,
        period=86400,
    )


def of_firewall(acl: str, region: str) -> Signal:
    return Signal(
        name="firewall-bloqueios",
        text="O firewall da AWS bloqueou mais de 1.000 pedidos em 5 minutos, depois do Cloudflare",
        namespace="AWS/WAFV2",
        metric="BlockedRequests",
        dimensions={"WebACL": acl, "Region": region, "Rule": "ALL"},
        threshold=1000,
        statistic="Sum",
        periods=1,
        period=300,
    )
