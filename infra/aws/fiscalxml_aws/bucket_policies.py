"""What no principal may do on a bucket, and how its copies reach the other region."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from .config import Deployment

BREAK_GLASS: Final = "quebra-vidro"
"""role, of the account's administrators: whoever needs it makes it, and its use is an alarm"""
RULE: Final = "outra-regiao"
"""of the replication; metrics of it are by this name"""


def guard(bucket: s3.Bucket, deployment: Deployment) -> None:
    """Versions are not deleted but by the lifecycle, and objects have no other encryption than
    the bucket's own.
    """
    for sid, condition in (
        ("SoKms", {"s3:x-amz-server-side-encryption": "aws:kms"}),
        ("SoADaqui", {"s3:x-amz-server-side-encryption-aws-kms-key-id": _key_arn(bucket)}),
    ):
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects("*")],
                conditions={"StringNotEqualsIfExists": condition},
            )
        )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="VersoesFicam",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=[
                "s3:BypassGovernanceRetention",
                "s3:DeleteBucket",
                "s3:DeleteObjectVersion",
                "s3:PutBucketVersioning",
            ],
            resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
            conditions={"ArnNotEquals": {"aws:PrincipalArn": break_glass(deployment)}},
        )
    )


def break_glass(deployment: Deployment) -> str:
    """ARN of the one role that may do what `guard` forbids."""
    return f"arn:aws:iam::{deployment.account}:role/{deployment.prefix}-{BREAK_GLASS}"


def replicate(bucket: s3.Bucket, role: iam.Role, target: str, alias: str) -> None:
    """Everything, with S3's promise of 15 minutes, and deletions too: what is erased here is
    erased there. `alias`: ARN of the alias of the key there.
    """
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError(bucket.node.path)
    minutes = s3.CfnBucket.ReplicationTimeValueProperty(minutes=15)
    resource.replication_configuration = s3.CfnBucket.ReplicationConfigurationProperty(
        role=role.role_arn,
        rules=[
            s3.CfnBucket.ReplicationRuleProperty(
                id=RULE,
                status="Enabled",
                priority=1,
                filter=s3.CfnBucket.ReplicationRuleFilterProperty(prefix=""),
                delete_marker_replication=s3.CfnBucket.DeleteMarkerReplicationProperty(
                    status="Enabled"
                ),
                source_selection_criteria=s3.CfnBucket.SourceSelectionCriteriaProperty(
                    sse_kms_encrypted_objects=s3.CfnBucket.SseKmsEncryptedObjectsProperty(
                        status="Enabled"
                    )
                ),
                destination=s3.CfnBucket.ReplicationDestinationProperty(
                    bucket=f"arn:aws:s3:::{target}",
                    encryption_configuration=s3.CfnBucket.EncryptionConfigurationProperty(
                        replica_kms_key_id=alias
                    ),
                    metrics=s3.CfnBucket.MetricsProperty(status="Enabled", event_threshold=minutes),
                    replication_time=s3.CfnBucket.ReplicationTimeProperty(
                        status="Enabled", time=minutes
                    ),
                ),
            )
        ],
    )


def allow_replication(
    policy: iam.ManagedPolicy, bucket: s3.Bucket, target: str, alias: str, region: str, there: str
) -> None:
    """What the copying of one bucket needs. A key of another region is known by its alias only."""
    account = bucket.stack.account
    for actions, resources in (
        (
            ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            [bucket.bucket_arn],
        ),
        (
            [
                "s3:GetObjectLegalHold",
                "s3:GetObjectRetention",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            [bucket.arn_for_objects("*")],
        ),
        (
            ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            [f"arn:aws:s3:::{target}/*"],
        ),
    ):
        policy.add_statements(iam.PolicyStatement(actions=actions, resources=resources))
    policy.add_statements(
        iam.PolicyStatement(
            actions=["kms:Decrypt"],
            resources=[_key_arn(bucket)],
            conditions={"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
        )
    )
    policy.add_statements(
        iam.PolicyStatement(
            actions=["kms:Encrypt", "kms:GenerateDataKey"],
            resources=[f"arn:aws:kms:{there}:{account}:key/*"],
            conditions={
                "StringEquals": {"kms:ViaService": f"s3.{there}.amazonaws.com"},
                "ForAnyValue:StringEquals": {
                    "kms:ResourceAliases": f"alias/{alias.partition(':alias/')[2]}"
                },
            },
        )
    )


def _key_arn(bucket: s3.Bucket) -> str:
    if bucket.encryption_key is None:
        raise TypeError(f"{bucket.node.path} has no key of its own")
    return bucket.encryption_key.key_arn
