"""One bucket of a kind: sealed and kept, or of logs."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import region_info

from . import lifecycles
from .bucket_policies import guard
from .parts import Part
from .reasons import accept

FLOWS: Final = "rede/"
BALANCERS: Final = ("alb", "interno")
BALANCER_LOGS: Final = ("access", "connection")
CONFIG: Final = "config"
"""in the bucket of logs: where the VPC's go, the load balancers', and AWS Config's"""


def kept_bucket(
    stack: Part,
    purpose: str,
    key: kms.IKey,
    logs: s3.IBucket,
    rules: list[s3.LifecycleRule],
    retention: cdk.Duration | None = None,
) -> s3.Bucket:
    """Versioned, with object lock, sealed by `key`. `retention`: for which each object is locked
    from its beginning; who writes there must send a checksum. Without it, legal holds still can be.
    """
    bucket = s3.Bucket(
        stack,
        purpose,
        bucket_name=stack.deployment.bucket(purpose, stack.region),
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        versioned=True,
        object_lock_enabled=True,
        object_lock_default_retention=_lock(stack, retention),
        lifecycle_rules=rules,
        inventories=[_inventory(purpose, logs)],
        server_access_logs_bucket=logs,
        server_access_logs_prefix=f"s3/{purpose}/",
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    guard(bucket, stack.deployment)
    return bucket


def log_bucket(stack: Part) -> s3.Bucket:
    """Where services of AWS write: S3's accesses, the load balancer's, the network's, Config's.

    S3 and the load balancer write with S3's own keys only, S3 and Config into no bucket with a
    default lock (docs.aws.amazon.com: Elastic Load Balancing, "Enable access logs"; S3, "Object
    Lock considerations"; Config, "Permissions for the Amazon S3 Bucket").
    """
    bucket = s3.Bucket(
        stack,
        "registros",
        bucket_name=stack.deployment.bucket("registros", stack.region),
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        versioned=True,
        lifecycle_rules=lifecycles.logs(),
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    accept(
        bucket,
        "O S3 e o balanceador só escrevem registros com as chaves do próprio S3.",
        "NIST.800.53.R5-S3DefaultEncryptionKMS",
    )
    accept(
        bucket,
        "Registros de acesso: perdidos com a região, não falta a ninguém o que guardamos.",
        "NIST.800.53.R5-S3BucketReplicationEnabled",
    )
    accept(bucket, "Registros do acesso a registros não teriam fim.", "CKV_AWS_18")
    _deliver_balancers(bucket)
    _deliver(bucket, "Fluxos", "delivery.logs", f"{FLOWS}*", ["s3:GetBucketAcl"])
    _deliver(bucket, "Config", "config", f"{CONFIG}/*", ["s3:GetBucketAcl", "s3:ListBucket"])
    return bucket


def _lock(stack: Part, retention: cdk.Duration | None) -> s3.ObjectLockRetention | None:
    if retention is None:
        return None
    if stack.deployment.lock == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(retention)
    return s3.ObjectLockRetention.governance(retention)


def _inventory(purpose: str, logs: s3.IBucket) -> s3.Inventory:
    """A list of all versions each week: what a restore is compared with."""
    return s3.Inventory(
        destination=s3.InventoryDestination(bucket=logs, prefix=f"inventario/{purpose}"),
        inventory_id="semanal",
        frequency=s3.InventoryFrequency.WEEKLY,
        format=s3.InventoryFormat.PARQUET,
        include_object_versions=s3.InventoryObjectVersion.ALL,
        optional_fields=["Size", "LastModifiedDate", "ReplicationStatus", "EncryptionStatus"],
    )


def _deliver(bucket: s3.Bucket, sid: str, service: str, path: str, asking: list[str]) -> None:
    """A service of AWS writes below `path`, for this account, having looked at the bucket."""
    account = {"aws:SourceAccount": bucket.stack.account}
    for suffix, actions, resource, conditions in (
        ("", ["s3:PutObject"], bucket.arn_for_objects(path), _OWNED),
        ("Antes", asking, bucket.bucket_arn, {}),
    ):
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"{sid}{suffix}",
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=actions,
                resources=[resource],
                conditions={"StringEquals": {**account, **conditions}},
            )
        )


def _deliver_balancers(bucket: s3.Bucket) -> None:
    """Load balancers of this account and region write; without it none could be made that does
    (Elastic Load Balancing, "Enable access logs", step 2)."""
    stack = bucket.stack
    places = [
        bucket.arn_for_objects(f"{name}/{kind}/AWSLogs/{stack.account}/*")
        for name in BALANCERS
        for kind in BALANCER_LOGS
    ]
    balancers = f"arn:aws:elasticloadbalancing:{stack.region}:{stack.account}:loadbalancer/*"
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="Balanceadores",
            principals=[iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=places,
            conditions={"ArnLike": {"aws:SourceArn": balancers}},
        )
    )
    # Regions from before August 2022 also write by an account of AWS's, which the CDK knows.
    account = region_info.RegionInfo.get(stack.region).elbv2_account
    if account is not None:
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="BalanceadoresDeAntes",
                principals=[iam.ArnPrincipal(f"arn:aws:iam::{account}:root")],
                actions=["s3:PutObject"],
                resources=places,
            )
        )


_OWNED: Final = {"s3:x-amz-acl": "bucket-owner-full-control"}
