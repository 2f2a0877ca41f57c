"""Where alarms of a region are told: one encrypted topic. Who listens is the watch's affair."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .parts import Part

_SERVICES: Final = ("cloudwatch", "events", "backup", "budgets", "costalerts")


class NoticesStack(Part):
    """`topic`: for alarms of CloudWatch, rules of EventBridge, AWS Backup and budgets."""

    def __init__(
        self, scope: Construct, id_: str, *, deployment: Deployment, region: str, keys: KeysStack
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="avisos")
        self.topic = sns.Topic(
            self,
            "Avisos",
            topic_name=f"{deployment.prefix}-avisos",
            display_name="API Fiscal XML: avisos",
            master_key=keys.notifications,
            enforce_ssl=True,
        )
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ServicosDaConta",
                principals=[iam.ServicePrincipal(f"{each}.amazonaws.com") for each in _SERVICES],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
