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
from .messenger import messenger
from .parts import Part

_SERVICES: Final = ("cloudwatch", "backup", "budgets", "costalerts", "aps")


class NoticesStack(Part):
    """`topic`: for alarms of CloudWatch and Prometheus, AWS Backup, budgets; for rules, `tell`."""

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
        self._messenger = messenger(
            self,
            self.topic,
            keys.notifications,
            policy="Avisar",
            description="Regras do EventBridge avisam",
        )

    def tell(self, rule: events.Rule) -> None:
        """What the rule sees is told to the topic, by a role (`messenger` says why)."""
        rule.add_target(targets.SnsTopic(self.topic, role=self._messenger.without_policy_updates()))
