"""What tasks, and ECS for them, may do."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from .kit import Kit
from .reasons import accept

ANY_RESOURCE: Final = "AwsSolutions-IAM5[Resource::*]"
GUARD_AGENT: Final = "aws-guardduty-agent-fargate"
"""of GuardDuty: its page on the repository of the agent on AWS Fargate"""
OWN_POLICY: Final = "a policy of one role alone, which lives and dies with it"


def execution_role(scope: Construct, name: str, kit: Kit) -> iam.Role:
    """What ECS itself does for a task: pull its image, and that of GuardDuty's agent, which it puts
    beside it. Logs and secrets are granted one by one."""
    # Of an account of AWS's, another in each region.
    agent = f"arn:aws:ecr:{kit.place.region}:*:repository/{GUARD_AGENT}"
    role = iam.Role(
        scope,
        f"Execucao-{name}",
        assumed_by=_tasks(scope),
        description=f"ECS starts {name}",
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=[
                "ecr:BatchCheckLayerAvailability",
                "ecr:GetDownloadUrlForLayer",
                "ecr:BatchGetImage",
            ],
            resources=[*kit.repositories, agent],
        )
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["kms:Decrypt"],
            resources=[kit.secrets_key],
            conditions={
                "StringEquals": {
                    "kms:ViaService": f"secretsmanager.{kit.place.region}.amazonaws.com"
                }
            },
        )
    )
    role.add_to_policy(iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]))
    accept(role, "GetAuthorizationToken knows no resource", ANY_RESOURCE)
    accept(
        role,
        "an image of GuardDuty's, whose account differs from region to region",
        f"AwsSolutions-IAM5[Resource::{agent}]",
    )
    accept(role, OWN_POLICY, "NIST.800.53.R5-IAMNoInlinePolicy")
    return role


def task_role(scope: Construct, name: str) -> iam.Role:
    role = iam.Role(
        scope,
        f"Tarefa-{name}",
        assumed_by=_tasks(scope),
        description=f"What {name} itself may do",
    )
    accept(role, OWN_POLICY, "NIST.800.53.R5-IAMNoInlinePolicy")
    return role


def _tasks(scope: Construct) -> iam.PrincipalBase:
    """Tasks of this account's own clusters alone, for nobody else (confused deputy)."""
    stack = cdk.Stack.of(scope)
    return iam.ServicePrincipal(
        "ecs-tasks.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{stack.region}:{stack.account}:*"},
        },
    )
