"""The buckets of a region, their copies in the other one, and how late those are."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from . import lifecycles
from .bucket_policies import RULE, allow_replication, replicate
from .buckets import kept_bucket, log_bucket
from .config import Deployment
from .keys import KeysStack
from .notices import NoticesStack
from .parts import Part
from .reasons import accept, resource_of
from .trail import allow_trail

_KEY_OF: Final = {
    "documentos": "documentos",
    "chaves": "chaves-de-dados",
    "auditoria": "auditoria",
    "copias": "copias",
    "trilha": "auditoria",
}
"""bucket -> purpose of its key, in both regions"""
_LATE_SECONDS: Final = 15 * 60
"""what S3's replication time control promises, and the RPO of 1 h has room for"""


class StorageStack(Part):
    """`documents`, `keys` (wrapped data keys), `audit` (sealed checkpoints), `backups`, `trail`
    (of the account), `logs`.

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
        self.logs = log_bucket(self)
        short = cdk.Duration.days(deployment.backup_days)
        long = cdk.Duration.days(days(deployment.retention_months))
        self.documents = kept_bucket(
            self, "documentos", keys.documents, self.logs, lifecycles.documents(deployment)
        )
        self.keys = kept_bucket(
            self, "chaves", keys.wrapped, self.logs, lifecycles.keys(deployment)
        )
        self.audit = kept_bucket(
            self, "auditoria", keys.audit, self.logs, lifecycles.audit(deployment), long
        )
        self.backups = kept_bucket(
            self, "copias", keys.backups, self.logs, lifecycles.backups(deployment), short
        )
        self.trail = kept_bucket(
            self,
            "trilha",
            keys.audit,
            self.logs,
            lifecycles.trail(),
            cdk.Duration.days(lifecycles.TRAIL_LOCK),
        )
        if region == deployment.primary:
            allow_trail(self.trail, deployment)
        self._kept = (self.documents, self.keys, self.audit, self.backups, self.trail)
        if region == deployment.primary or deployment.failback:
            self._replicate(notices)
        else:
            for bucket in self._kept:
                accept(
                    bucket,
                    "É a cópia: copia de volta só depois de um desastre (-c volta=sim).",
                    "NIST.800.53.R5-S3BucketReplicationEnabled",
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
        for bucket in self._kept:
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
