"""Which stacks a deployment has, in which region, and who gives what to whom."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from .audit import AuditStack
from .backup import BackupStack
from .cache import CacheStack
from .config import Deployment
from .database import DatabaseStack, RecoveryDatabaseStack
from .keys import KeysStack
from .network import NetworkStack
from .notices import NoticesStack
from .secrets import SecretsStack
from .storage import StorageStack


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


def build(scope: Construct, deployment: Deployment) -> None:
    """Every stack of a deployment, in both of its regions."""
    for region in deployment.regions:
        base(scope, deployment, region)
