"""What the tasks of a stack are made with, gathered from the stacks that they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from .cache import CacheStack
from .cluster import ClusterStack
from .database import ADMINISTRATOR, DatabaseStack, RecoveryDatabaseStack
from .gateway import DIGEST
from .hosts import Hosts
from .keys import KeysStack
from .kit import Images, Kit
from .metrics import MetricsStack
from .network import NetworkStack
from .notices import NoticesStack
from .operating import Operating
from .parts import Part
from .reasons import accept
from .roles import WORKER, Role
from .secrets import SecretsStack
from .settings import Place
from .storage import StorageStack

_DIGEST = "sha256:[0-9a-f]{64}"


@dataclass(frozen=True)
class Region:
    """The stacks under the services of a region."""

    name: str
    operating: Operating
    keys: KeysStack
    notices: NoticesStack
    network: NetworkStack
    storage: StorageStack
    database: DatabaseStack | RecoveryDatabaseStack
    cache: CacheStack
    secrets: SecretsStack
    cluster: ClusterStack
    metrics: MetricsStack


def kit(stack: Part, region: Region, *, metered: bool) -> Kit:
    """Images are parameters of the stack: who deploys something else leaves them as they are.
    `metered`: whether its tasks have a collector."""
    service = _parameter(stack, "Versao", "Digest da imagem do serviço (sha256:…)")
    collector = (
        _parameter(stack, "Coletor", "Digest da imagem do coletor da AWS (sha256:…)")
        if metered
        else service
    )
    repositories = region.cluster.repositories

    def image(name: str, digest: str) -> ecs.ContainerImage:
        return ecs.ContainerImage.from_registry(f"{repositories[name].repository_uri}@{digest}")

    metrics = region.metrics.workspace
    return Kit(
        place=_place(region),
        images=Images(
            service=image("servico", service),
            gateway=image("gateway", DIGEST),
            collector=image("coletor", collector),
        ),
        repositories=tuple(each.repository_arn for each in repositories.values()),
        secrets=_known(stack, "arquivo", region.secrets.files),
        databases=_known(stack, "banco", _databases(region)),
        caches=_known(stack, "cache", region.secrets.cache),
        secrets_key=region.keys.secrets.key_arn,
        logs_key=region.keys.logs,
        metrics=metrics.attr_arn,
        remote_write=f"{metrics.attr_prometheus_endpoint}api/v1/remote_write",
        arm=region.operating.arm,
        execute=region.operating.execute,
        prefix=stack.deployment.prefix,
    )


def _known(
    stack: Part, kind: str, secrets: Mapping[str, secretsmanager.ISecret]
) -> dict[str, secretsmanager.ISecret]:
    """By ARN alone: who reads a secret is said in the reader's role, not in the key's policy, which
    is of a stack that knows no services."""
    return {
        name: secretsmanager.Secret.from_secret_complete_arn(
            stack, f"{kind}-{name}", secret.secret_full_arn
        )
        if secret.secret_full_arn
        else secretsmanager.Secret.from_secret_partial_arn(
            stack, f"{kind}-{name}", secret.secret_arn
        )
        for name, secret in secrets.items()
    }


def _databases(region: Region) -> dict[str, secretsmanager.ISecret]:
    """Of each role and, where there is a primary, of RDS's administrator."""
    database = region.database
    found = dict(region.secrets.database)
    if isinstance(database, DatabaseStack):
        found[ADMINISTRATOR] = database.administrator
    return found


def _parameter(stack: Part, name: str, description: str) -> str:
    return cdk.CfnParameter(
        stack, name, description=description, allowed_pattern=_DIGEST
    ).value_as_string


def _place(region: Region) -> Place:
    database = region.database
    # In the recovery region the replica is all there is: it is read until it is promoted.
    primary = database.primary if isinstance(database, DatabaseStack) else database.replica
    storage = region.storage
    deployment = storage.deployment
    return Place(
        region=region.name,
        environment=deployment.name,
        hosts=Hosts.of(deployment),
        database=primary.db_instance_endpoint_address,
        replica=database.replica.db_instance_endpoint_address,
        cache=region.cache.endpoint,
        buckets={
            "documents": storage.documents.bucket_name,
            "keys": storage.keys.bucket_name,
            "audit": storage.audit.bucket_name,
        },
        master=region.keys.master.key_arn,
        master_mac=region.keys.master_mac.key_arn,
        cluster=region.cluster.cluster.cluster_name,
        workers=f"{deployment.prefix}-{WORKER.name}",
    )


def allow(task: ecs.TaskDefinition, role: Role, region: Region) -> None:
    """What the role itself may do: its buckets under our prefix, its keys, and nothing else."""
    keys = region.keys
    buckets = {
        "documents": ("documentos", keys.documents),
        "keys": ("chaves", keys.wrapped),
        "audit": ("auditoria", keys.audit),
    }
    deployment = region.storage.deployment
    for name in role.buckets:
        purpose, key = buckets[name]
        bucket = f"arn:aws:s3:::{deployment.bucket(purpose, region.name)}"
        # What sealed checkpoints are is for ever: nobody's task deletes one.
        actions = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
        if name != "audit":
            actions.append("s3:DeleteObject")
        task.add_to_task_role_policy(
            iam.PolicyStatement(actions=actions, resources=[f"{bucket}/producao/*"])
        )
        task.add_to_task_role_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[bucket],
                conditions={"StringLike": {"s3:prefix": ["producao/*"]}},
            )
        )
        task.add_to_task_role_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"s3.{region.name}.amazonaws.com"}},
            )
        )
        accept(
            task.task_role,
            "objects of the services, all under one prefix of a bucket of their own",
            f"AwsSolutions-IAM5[Resource::{bucket}/producao/*]",
        )
    if role.master:
        _wrap(task, region)


def _wrap(task: ecs.TaskDefinition, region: Region) -> None:
    """Only with the context that the service always gives: whose data key it is."""
    task.add_to_task_role_policy(
        iam.PolicyStatement(
            actions=["kms:Encrypt", "kms:Decrypt"],
            resources=[region.keys.master.key_arn],
            conditions={
                "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["fiscalxml"]},
                "Null": {"kms:EncryptionContextKeys": "false"},
            },
        )
    )
    task.add_to_task_role_policy(
        iam.PolicyStatement(actions=["kms:GenerateMac"], resources=[region.keys.master_mac.key_arn])
    )
