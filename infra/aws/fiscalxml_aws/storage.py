"""The buckets of a region, their copies in the other one, and how late those are."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from . import lifecycles
from .bucket_policies import RULE, allow_replication, guard, replicate
from .config import Deployment
from .keys import KeysStack
from .notices import NoticesStack
from .parts import Part
from .reasons import accept, resource_of

_KEY_OF: Final = {
    "documentos": "documentos",
    "chaves": "chaves-de-dados",
    "auditoria": "auditoria",
    "copias": "copias",
}
"""bucket -> purpose of its key, in both regions"""
FLOWS: Final = "rede/"
"""in the bucket of logs, where the VPC's go"""
_LATE_SECONDS: Final = 15 * 60
"""what S3's replication time control promises, and the RPO of 1 h has room for"""


class StorageStack(Part):
    """`documents`, `keys` (wrapped data keys), `audit` (sealed checkpoints), `backups`, `logs`.

    FISCALXML_OBJECTS_URL is s3://{documents.bucket_name}/producao, and so on for KEYS and AUDIT.
    Each but `logs` is copied to the bucket of its name in the other region; by the context
    `volta=sim` from the recovery region back, too, which is how one returns after a disaster.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        keys: KeysStack,
        notices: NoticesStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="armazenamento")
        self.logs = self._logs()
        self.documents = self._bucket(
            "documentos", keys.documents, lifecycles.documents(deployment)
        )
        self.keys = self._bucket("chaves", keys.wrapped, lifecycles.keys(deployment))
        self.audit = self._bucket(
            "auditoria",
            keys.audit,
            lifecycles.audit(deployment),
            retention=cdk.Duration.days(days(deployment.retention_months)),
        )
        self.backups = self._bucket(
            "copias",
            keys.backups,
            lifecycles.backups(deployment),
            retention=cdk.Duration.days(deployment.backup_days),
        )
        self._take_flows()
        if region == deployment.primary or deployment.failback:
            self._replicate(notices)
        else:
            for bucket in (self.documents, self.keys, self.audit, self.backups):
                accept(
                    bucket,
                    "É a cópia: copia de volta só depois de um desastre (-c volta=sim).",
                    "NIST.800.53.R5-S3BucketReplicationEnabled",
                )

    def _bucket(
        self,
        purpose: str,
        key: kms.IKey,
        rules: list[s3.LifecycleRule],
        retention: cdk.Duration | None = None,
    ) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            purpose,
            bucket_name=self.deployment.bucket(purpose, self.region),
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            object_lock_enabled=True,
            object_lock_default_retention=self._lock(retention),
            lifecycle_rules=rules,
            inventories=[self._inventory(purpose)],
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix=f"s3/{purpose}/",
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        guard(bucket, self.deployment)
        return bucket

    def _lock(self, retention: cdk.Duration | None) -> s3.ObjectLockRetention | None:
        if retention is None:
            return None
        if self.deployment.lock == "COMPLIANCE":
            return s3.ObjectLockRetention.compliance(retention)
        return s3.ObjectLockRetention.governance(retention)

    def _inventory(self, purpose: str) -> s3.Inventory:
        """A list of all versions each week: what a restore is compared with."""
        return s3.Inventory(
            destination=s3.InventoryDestination(bucket=self.logs, prefix=f"inventario/{purpose}"),
            inventory_id="semanal",
            frequency=s3.InventoryFrequency.WEEKLY,
            format=s3.InventoryFormat.PARQUET,
            include_object_versions=s3.InventoryObjectVersion.ALL,
            optional_fields=["Size", "LastModifiedDate", "ReplicationStatus", "EncryptionStatus"],
        )

    def _logs(self) -> s3.Bucket:
        # S3 and the load balancer write their logs with S3's own keys only, and into no locked
        # bucket: docs.aws.amazon.com/elasticloadbalancing, …/AmazonS3/…/ServerLogs.
        bucket = s3.Bucket(
            self,
            "registros",
            bucket_name=self.deployment.bucket("registros", self.region),
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
        return bucket

    def _take_flows(self) -> None:
        deliverer = iam.ServicePrincipal("delivery.logs.amazonaws.com")
        ours = {"aws:SourceAccount": self.account}
        self.logs.add_to_resource_policy(
            iam.PolicyStatement(
                sid="FluxosDaRede",
                principals=[deliverer],
                actions=["s3:PutObject"],
                resources=[self.logs.arn_for_objects(f"{FLOWS}*")],
                conditions={"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
            )
        )
        self.logs.add_to_resource_policy(
            iam.PolicyStatement(
                sid="FluxosDaRedeAntes",
                principals=[deliverer],
                actions=["s3:GetBucketAcl"],
                resources=[self.logs.bucket_arn],
                conditions={"StringEquals": ours},
            )
        )

    def _replicate(self, notices: NoticesStack) -> None:
        there = self.deployment.other(self.region)
        role = iam.Role(
            self,
            "Replicador",
            assumed_by=iam.ServicePrincipal(
                "s3.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            ),
        )
        policy = iam.ManagedPolicy(
            self, "Replicar", description="Copia baldes para a outra região", roles=[role]
        )
        for bucket in (self.documents, self.keys, self.audit, self.backups):
            purpose = bucket.node.id
            target = self.deployment.bucket(purpose, there)
            alias = self.deployment.arn(
                "kms", f"alias/{self.deployment.prefix}-{_KEY_OF[purpose]}", there
            )
            replicate(bucket, role, target, alias)
            allow_replication(policy, bucket, target, alias, self.region, there)
            self._watch(purpose, bucket, target, notices)
            accept(
                policy,
                "Todo objeto do balde é copiado.",
                f"AwsSolutions-IAM5[Resource::<{self.get_logical_id(resource_of(bucket))}.Arn>/*]",
                f"AwsSolutions-IAM5[Resource::arn:aws:s3:::{target}/*]",
            )
        accept(
            policy,
            "A chave da outra região é conhecida pelo apelido, em kms:ResourceAliases.",
            f"AwsSolutions-IAM5[Resource::arn:aws:kms:{there}:{self.account}:key/*]",
        )

    def _watch(self, purpose: str, bucket: s3.Bucket, target: str, notices: NoticesStack) -> None:
        dimensions = {
            "SourceBucket": bucket.bucket_name,
            "DestinationBucket": target,
            "RuleId": RULE,
        }
        for name, metric, threshold, statistic, says in (
            ("Atraso", "ReplicationLatency", _LATE_SECONDS, "Maximum", "está atrasada"),
            ("Falhas", "OperationsFailedReplication", 1, "Sum", "falhou"),
        ):
            alarm = cloudwatch.Alarm(
                self,
                f"{name}-{purpose}",
                alarm_description=f"A cópia do balde {purpose} na outra região {says}.",
                metric=cloudwatch.Metric(
                    namespace="AWS/S3",
                    metric_name=metric,
                    dimensions_map=dimensions,
                    statistic=statistic,
                    period=cdk.Duration.minutes(5),
                ),
                threshold=threshold,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                evaluation_periods=3 if name == "Atraso" else 1,
                # No metric is sent while there is nothing to copy.
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            alarm.add_alarm_action(actions.SnsAction(notices.topic))


def days(months: int) -> int:
    """No month is shorter than it is: 132 months are 11 years, three of them leap years."""
    return -(-months * 1461 // 48)
