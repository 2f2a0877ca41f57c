"""CloudTrail: who did what in the account, in any region, and who touched documents and keys."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from .config import Deployment
from .keys import KeysStack
from .parts import Part
from .reasons import accept

_SELECTOR: Final = cloudtrail.CfnTrail.AdvancedEventSelectorProperty
_FIELD: Final = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty
_INSIGHT: Final = cloudtrail.CfnTrail.InsightSelectorProperty
_WATCHED: Final = ("documentos", "chaves", "auditoria")


def build_trail(stack: Part, deployment: Deployment, keys: KeysStack, bucket: s3.Bucket) -> None:
    """One for all regions, into the locked bucket of the primary one."""
    name = deployment.prefix
    arn = deployment.arn("cloudtrail", f"trail/{name}", stack.region)
    group = logs.LogGroup(
        stack,
        "Trilha-registro",
        log_group_name=_group(deployment),
        encryption_key=keys.logs,
        retention=logs.RetentionDays.THIRTEEN_MONTHS,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    cloudtrail.CfnTrail(
        stack,
        "Trilha",
        trail_name=name,
        is_logging=True,
        is_multi_region_trail=True,
        include_global_service_events=True,
        enable_log_file_validation=True,
        kms_key_id=keys.audit.key_arn,
        s3_bucket_name=bucket.bucket_name,
        cloud_watch_logs_log_group_arn=group.log_group_arn,
        cloud_watch_logs_role_arn=_writer(stack, arn).role_arn,
        advanced_event_selectors=[
            _SELECTOR(
                name="Administração",
                field_selectors=[_FIELD(field="eventCategory", equal_to=["Management"])],
            ),
            _SELECTOR(
                name="Documentos, chaves e selos",
                field_selectors=[
                    _FIELD(field="eventCategory", equal_to=["Data"]),
                    _FIELD(field="resources.type", equal_to=["AWS::S3::Object"]),
                    _FIELD(
                        field="resources.ARN",
                        starts_with=[
                            f"arn:aws:s3:::{deployment.bucket(each, region)}/"
                            for each in _WATCHED
                            for region in deployment.regions
                        ],
                    ),
                ],
            ),
        ],
        insight_selectors=[
            _INSIGHT(insight_type="ApiCallRateInsight"),
            _INSIGHT(insight_type="ApiErrorRateInsight"),
        ],
    )


def allow_trail(bucket: s3.Bucket, deployment: Deployment) -> None:
    """The bucket takes what CloudTrail writes of this account's trail."""
    arn = deployment.arn("cloudtrail", f"trail/{deployment.prefix}", bucket.stack.region)
    writer = iam.ServicePrincipal("cloudtrail.amazonaws.com")
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="TrilhaAntes",
            principals=[writer],
            actions=["s3:GetBucketAcl"],
            resources=[bucket.bucket_arn],
            conditions={"StringEquals": {"aws:SourceArn": arn}},
        )
    )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="Trilha",
            principals=[writer],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"AWSLogs/{deployment.account}/*")],
            conditions={
                "StringEquals": {
                    "aws:SourceArn": arn,
                    "s3:x-amz-acl": "bucket-owner-full-control",
                }
            },
        )
    )


def _writer(stack: Part, trail: str) -> iam.Role:
    role = iam.Role(
        stack,
        "Trilha-escritor",
        assumed_by=iam.ServicePrincipal(
            "cloudtrail.amazonaws.com", conditions={"StringEquals": {"aws:SourceArn": trail}}
        ),
    )
    streams = stack.deployment.arn(
        "logs",
        f"log-group:{_group(stack.deployment)}:log-stream:{stack.account}_CloudTrail_*",
        stack.region,
    )
    policy = iam.ManagedPolicy(
        stack,
        "Trilha-escrever",
        description="A trilha escreve no seu grupo de registros",
        roles=[role],
        statements=[
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams]
            )
        ],
    )
    accept(
        policy,
        "O nome de cada fluxo de registros é dado pelo CloudTrail.",
        f"AwsSolutions-IAM5[Resource::{streams}]",
    )
    return role


def _group(deployment: Deployment) -> str:
    return f"/fiscalxml/{deployment.name}/trilha"
