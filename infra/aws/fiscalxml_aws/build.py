"""Which stacks a deployment has, in which region, and who gives what to whom."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from .audit import AuditStack
from .background import BackgroundStack, TasksStack
from .backup import BackupStack
from .cache import CacheStack
from .cluster import ClusterStack
from .config import Deployment
from .database import DatabaseStack, RecoveryDatabaseStack
from .edge import EdgeStack
from .identities import IdentitiesStack, bound
from .inner import InnerStack
from .keys import KeysStack
from .kits import Region
from .metrics import MetricsStack
from .network import NetworkStack
from .notices import NoticesStack
from .operating import Operating
from .parts import Part
from .secrets import SecretsStack
from .spending import SpendingStack
from .storage import StorageStack
from .watch import WatchStack
from .web import WebStack


@dataclass(frozen=True)
class Base:
    """What the services of a region stand on."""

    region: str
    keys: KeysStack
    notices: NoticesStack
    network: NetworkStack
    storage: StorageStack
    database: DatabaseStack | RecoveryDatabaseStack
    cache: CacheStack
    secrets: SecretsStack
    backup: BackupStack
    audit: AuditStack


def base(scope: Construct, deployment: Deployment, region: str) -> Base:
    """Every stack that one region's services stand on."""
    primary = region == deployment.primary
    keys = KeysStack(scope, f"Chaves-{region}", deployment=deployment, region=region)
    notices = NoticesStack(
        scope, f"Avisos-{region}", deployment=deployment, region=region, keys=keys
    )
    storage = StorageStack(
        scope,
        f"Armazenamento-{region}",
        deployment=deployment,
        region=region,
        keys=keys,
        notices=notices,
    )
    network = NetworkStack(
        scope, f"Rede-{region}", deployment=deployment, region=region, storage=storage
    )
    database: DatabaseStack | RecoveryDatabaseStack
    if primary:
        database = DatabaseStack(
            scope,
            f"Banco-{region}",
            deployment=deployment,
            region=region,
            keys=keys,
            network=network,
        )
    else:
        database = RecoveryDatabaseStack(
            scope,
            f"Banco-{region}",
            deployment=deployment,
            region=region,
            keys=keys,
            network=network,
        )
    cache = CacheStack(
        scope,
        f"Cache-{region}",
        deployment=deployment,
        region=region,
        keys=keys,
        network=network,
    )
    secrets = SecretsStack(
        scope,
        f"Segredos-{region}",
        deployment=deployment,
        region=region,
        keys=keys,
        network=network,
        cache=cache,
        database=database if isinstance(database, DatabaseStack) else None,
    )
    return Base(
        region,
        keys,
        notices,
        network,
        storage,
        database,
        cache,
        secrets,
        BackupStack(
            scope,
            f"Copias-{region}",
            deployment=deployment,
            region=region,
            keys=keys,
            notices=notices,
        ),
        AuditStack(
            scope,
            f"Auditoria-{region}",
            deployment=deployment,
            region=region,
            keys=keys,
            storage=storage,
            notices=notices,
        ),
    )


def services(scope: Construct, deployment: Deployment, operating: Operating, below: Base) -> None:
    """Every stack of what runs in a region; in the recovery region nothing does, until it is woken
    (`awake`)."""
    name = below.region
    cluster = ClusterStack(
        scope,
        f"Cluster-{name}",
        deployment=deployment,
        region=name,
        operating=operating,
        network=below.network,
        keys=below.keys,
    )
    edge = EdgeStack(
        scope,
        f"Borda-{name}",
        deployment=deployment,
        region=name,
        network=below.network,
        storage=below.storage,
        keys=below.keys,
    )
    inner = InnerStack(
        scope,
        f"Interno-{name}",
        deployment=deployment,
        region=name,
        network=below.network,
        storage=below.storage,
        edge=edge,
    )
    metrics = MetricsStack(
        scope,
        f"Medidas-{name}",
        deployment=deployment,
        region=name,
        operating=operating,
        notices=below.notices,
    )
    region = Region(
        name=name,
        operating=operating,
        keys=below.keys,
        notices=below.notices,
        network=below.network,
        storage=below.storage,
        database=below.database,
        cache=below.cache,
        secrets=below.secrets,
        cluster=cluster,
        metrics=metrics,
    )
    TasksStack(scope, f"Tarefas-{name}", deployment=deployment, region=region)
    BackgroundStack(scope, f"Fundo-{name}", deployment=deployment, region=region, edge=edge)
    WebStack(scope, f"Atende-{name}", deployment=deployment, region=region, edge=edge, inner=inner)
    WatchStack(
        scope,
        f"Vigia-{name}",
        deployment=deployment,
        region=region,
        edge=edge,
        inner=inner,
        metrics=metrics,
    )


def build(scope: Construct, deployment: Deployment) -> None:
    """Every stack of a deployment, in both of its regions."""
    operating = Operating.from_context(scope.node)
    IdentitiesStack(scope, "Identidades", deployment=deployment, operating=operating)
    for region in deployment.regions:
        below = base(scope, deployment, region)
        services(scope, deployment, operating, below)
        if region == deployment.primary:
            SpendingStack(
                scope,
                "Gastos",
                deployment=deployment,
                operating=operating,
                notices=below.notices,
            )
    for each in scope.node.children:
        if isinstance(each, Part):
            bound(each, deployment)
