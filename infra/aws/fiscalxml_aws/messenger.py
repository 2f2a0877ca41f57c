"""By whom EventBridge tells an encrypted topic of what its rules see.

By a role: in the policies of topics and of their keys EventBridge knows no conditions, and what it
may not send is lost without a word (SNS, "Encryption at rest", on EventBridge).
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns


def messenger(
    stack: cdk.Stack, topic: sns.ITopic, key: kms.IKey, *, policy: str, description: str
) -> iam.Role:
    """A role that may publish in the topic, and by the topic alone use its key.

    `policy`: the id of its managed policy in the stack.
    """
    role = iam.Role(
        stack,
        "Mensageiro",
        assumed_by=iam.ServicePrincipal(
            "events.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        ),
    )
    by_the_topic = {"StringEquals": {"kms:ViaService": f"sns.{stack.region}.amazonaws.com"}}
    iam.ManagedPolicy(
        stack,
        policy,
        description=description,
        roles=[role],
        statements=[
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[key.key_arn],
                conditions=by_the_topic,
            ),
        ],
    )
    return role
