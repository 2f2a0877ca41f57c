"""Prometheus of Amazon's, and who is called: PagerDuty, Slack, a sentinel outside."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_aps as aps
from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from .calling import manager, rules
from .config import Deployment
from .messenger import messenger
from .native import native
from .notices import NoticesStack
from .operating import Operating
from .parts import Part
from .permits import OWN_POLICY
from .reasons import accept

PAGERDUTY: Final = ("plantao", "gestao")
"""first line and second, as `ops/alerts` has them"""
_SERVICES: Final = ("cloudwatch", "aps")
_PAGERDUTY_URL: Final = r"https://events\.(eu\.)?pagerduty\.com/integration/[0-9A-Za-z]+/enqueue"
_SLACK_ID: Final = "[0-9A-Z]{8,255}"


class MetricsStack(Part):
    """`workspace`, of Prometheus; `pages`, the topic that wakes somebody. What need wake nobody
    goes to the region's notices.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        operating: Operating,
        notices: NoticesStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="medidas")
        self.notices = notices.topic
        self._key = self._make_key()
        self.pages = self._topic("Plantao", "plantao")
        self.alive = self._topic("Sentinela", "sentinela")
        self.workspace = self._workspace(operating.repository)
        self._messenger = messenger(
            self,
            self.pages,
            self._key,
            policy="Acordar",
            description="Regras do EventBridge acordam",
        )
        self._subscribe()
        self._slack()

    def _make_key(self) -> kms.Key:
        key = kms.Key(
            self,
            "Chave",
            alias=f"{self.deployment.prefix}-plantao",
            description="Avisos que acordam alguém, e as chaves do PagerDuty",
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(30),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ServicosDaConta",
                principals=[iam.ServicePrincipal(f"{each}.amazonaws.com") for each in _SERVICES],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return key

    def _topic(self, id_: str, name: str) -> sns.Topic:
        topic = sns.Topic(
            self,
            id_,
            topic_name=f"{self.deployment.prefix}-{name}",
            master_key=self._key,
            enforce_ssl=True,
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ServicosDaConta",
                principals=[iam.ServicePrincipal(f"{each}.amazonaws.com") for each in _SERVICES],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return topic

    def _workspace(self, repository: str) -> aps.CfnWorkspace:
        """Its alerts reach PagerDuty without a topic; CloudWatch's alarms by a subscription."""
        workspace = aps.CfnWorkspace(
            self,
            "Medidas",
            alias=self.deployment.prefix,
            kms_key_arn=self._key.key_arn,
            alert_manager_definition=manager(
                keys={name: self._pagerduty(name).secret_arn for name in PAGERDUTY},
                topics={
                    "avisos": self.notices,
                    "chamados": self.notices,
                    "sentinela": self.alive,
                },
                region=self.region,
            ),
        )
        rules(self, workspace.attr_arn, f"https://github.com/{repository}/blob/main")
        return workspace

    def tell(self, rule: events.Rule) -> None:
        """What the rule sees wakes somebody; by a role, as `messenger` says why."""
        rule.add_target(targets.SnsTopic(self.pages, role=self._messenger.without_policy_updates()))

    def _subscribe(self) -> None:
        for id_, topic, what, pattern in (
            ("PagerDuty", self.pages, "Integração do PagerDuty com o CloudWatch", _PAGERDUTY_URL),
            ("Sentinela", self.alive, "Quem avisa quando o sinal de vida para", "https://.+"),
        ):
            address = cdk.CfnParameter(
                self, f"{id_}Url", description=what, no_echo=True, allowed_pattern=pattern
            )
            sns.CfnSubscription(
                self,
                f"{id_}Assinatura",
                topic_arn=topic.topic_arn,
                protocol="https",
                endpoint=address.value_as_string,
            )

    def _pagerduty(self, name: str) -> secretsmanager.Secret:
        """Empty until somebody gives PagerDuty's key: who deploys sees the first call arrive."""
        secret = secretsmanager.Secret(
            self,
            f"PagerDuty-{name}",
            secret_name=f"{self.deployment.prefix}/pagerduty-{name}",
            encryption_key=self._key,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        native(secret, secretsmanager.CfnSecret).add_property_deletion_override(
            "GenerateSecretString"
        )
        secret.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Prometheus",
                principals=[iam.ServicePrincipal("aps.amazonaws.com")],
                actions=["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        accept(
            secret,
            "A chave é do PagerDuty, que a troca.",
            *("AwsSolutions-SMG4", "NIST.800.53.R5-SecretsManagerRotationEnabled"),
        )
        return secret

    def _slack(self) -> None:
        """Amazon Q Developer in chat applications, which may read alarms and nothing else."""
        names = ("SlackEspaco", "SlackCanal")
        workspace, channel = (
            cdk.CfnParameter(
                self, name, description=name, allowed_pattern=_SLACK_ID
            ).value_as_string
            for name in names
        )
        role = iam.Role(
            self,
            "Slack",
            assumed_by=iam.ServicePrincipal("chatbot.amazonaws.com"),
            inline_policies={
                "ler": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"],
                            resources=["*"],
                        )
                    ]
                )
            },
        )
        accept(role, "Ler alarmes e medidas não tem recurso.", "AwsSolutions-IAM5[Resource::*]")
        accept(role, OWN_POLICY, "NIST.800.53.R5-IAMNoInlinePolicy")
        chatbot.CfnSlackChannelConfiguration(
            self,
            "SlackConfiguracao",
            configuration_name=self.deployment.prefix,
            iam_role_arn=role.role_arn,
            slack_workspace_id=workspace,
            slack_channel_id=channel,
            sns_topic_arns=[self.notices.topic_arn, self.pages.topic_arn],
            guardrail_policies=["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
            logging_level="ERROR",
        )
