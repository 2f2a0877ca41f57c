"""Where alarms of a region are told: one encrypted topic. Who listens is the watch's affair."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .parts import Part

_SERVICES: Final = ("cloudwatch", "backup", "budgets", "costalerts")


class NoticesStack(Part):
    """`topic`: for alarms of CloudWatch, AWS Backup and budgets; rules of EventBridge by `tell`."""

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
        self._messenger = self._role(keys)

    def tell(self, rule: events.Rule) -> None:
        """What the rule sees is told to the topic.

        By a role: in the policies of topics and of their keys EventBridge knows no conditions, and
        what it may not send is lost without a word (SNS, "Encryption at rest", on EventBridge).
        """
        rule.add_target(targets.SnsTopic(self.topic, role=self._messenger.without_policy_updates()))

    def _role(self, keys: KeysStack) -> iam.Role:
        role = iam.Role(
            self,
            "Mensageiro",
            assumed_by=iam.ServicePrincipal(
                "events.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            ),
        )
        iam.ManagedPolicy(
            self,
            "Avisar",
            description="Regras do EventBridge avisam",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["sns:Publish"], resources=[self.topic.topic_arn]),
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=[keys.notifications.key_arn],
                    conditions={
                        "StringEquals": {"kms:ViaService": f"sns.{self.region}.amazonaws.com"}
                    },
                ),
            ],
        )
        return role
