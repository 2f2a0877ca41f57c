"""Who did what in the account, whether it is as it should be, and who is told when it is not."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_events as events
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_securityhub as securityhub
from constructs import Construct

from .bucket_policies import break_glass
from .config import Deployment
from .keys import KeysStack
from .notices import NoticesStack
from .parts import Part
from .posture import build_posture
from .storage import StorageStack
from .trail import build_trail

_FEATURES: Final = (
    "S3_DATA_EVENTS",
    "RDS_LOGIN_EVENTS",
    "EBS_MALWARE_PROTECTION",
    "LAMBDA_NETWORK_LOGS",
)
_AGENTS: Final = ("ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")
_STANDARDS: Final = (
    "aws-foundational-security-best-practices/v/1.0.0",
    "nist-800-53/v/5.0.0",
)
_GRAVE: Final = 7
"""GuardDuty's "high" begins here"""


class AuditStack(Part):
    """CloudTrail (one, in the primary region), Config, GuardDuty, Security Hub, Access Analyzer.

    What CloudFormation cannot turn on (encryption of new disks by default, Inspector, the
    account's block of public buckets) is commands of the README, and a rule of Config says when
    they were forgotten.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        keys: KeysStack,
        storage: StorageStack,
        notices: NoticesStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="auditoria")
        if region == deployment.primary:
            build_trail(self, deployment, keys, storage.trail)
        build_posture(self, deployment, storage.logs)
        self._guard_duty()
        self._hub()
        accessanalyzer.CfnAnalyzer(self, "Acessos", type="ACCOUNT", analyzer_name=deployment.prefix)
        for name, description, pattern in _events(deployment):
            rule = events.Rule(self, name, description=description, event_pattern=pattern)
            notices.tell(rule)

    def _guard_duty(self) -> None:
        feature = guardduty.CfnDetector.CFNFeatureConfigurationProperty
        agent = guardduty.CfnDetector.CFNFeatureAdditionalConfigurationProperty
        guardduty.CfnDetector(
            self,
            "GuardDuty",
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            features=[
                *(feature(name=each, status="ENABLED") for each in _FEATURES),
                feature(
                    name="RUNTIME_MONITORING",
                    status="ENABLED",
                    additional_configuration=[
                        agent(name=each, status="ENABLED") for each in _AGENTS
                    ],
                ),
            ],
        )

    def _hub(self) -> None:
        hub = securityhub.CfnHub(
            self,
            "SecurityHub",
            enable_default_standards=False,
            control_finding_generator="SECURITY_CONTROL",
        )
        for each in _STANDARDS:
            standard = securityhub.CfnStandard(
                self,
                f"Norma-{each.partition('/')[0]}",
                standards_arn=f"arn:aws:securityhub:{self.region}::standards/{each}",
            )
            standard.add_resource_dependency(hub)


def _events(deployment: Deployment) -> list[tuple[str, str, events.EventPattern]]:
    """Name, what it says, pattern: what somebody is woken for."""
    return [
        (
            "Ataque",
            "O GuardDuty achou algo grave",
            events.EventPattern(
                source=["aws.guardduty"],
                detail_type=["GuardDuty Finding"],
                detail={"severity": [{"numeric": [">=", _GRAVE]}]},
            ),
        ),
        (
            "QuebraVidro",
            "Alguém assumiu o papel que pode apagar versões e cópias",
            _call("aws.sts", ["AssumeRole"], {"roleArn": [break_glass(deployment)]}),
        ),
        (
            "ChavesEmRisco",
            "Uma chave do KMS foi desligada, posta para apagar, ou teve a política trocada",
            _call("aws.kms", ["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"]),
        ),
        (
            "TrilhaCalada",
            "A trilha, o Config ou o GuardDuty foi parado",
            events.EventPattern(
                source=["aws.cloudtrail", "aws.config", "aws.guardduty"],
                detail_type=["AWS API Call via CloudTrail"],
                detail={
                    "eventName": [
                        *("StopLogging", "DeleteTrail", "UpdateTrail"),
                        *("StopConfigurationRecorder", "DeleteConfigurationRecorder"),
                        *("DeleteDetector", "UpdateDetector"),
                    ]
                },
            ),
        ),
        (
            "Raiz",
            "A raiz da conta entrou",
            events.EventPattern(
                detail_type=["AWS Console Sign In via CloudTrail"],
                detail={"userIdentity": {"type": ["Root"]}},
            ),
        ),
    ]


def _call(
    source: str, names: list[str], parameters: dict[str, list[str]] | None = None
) -> events.EventPattern:
    return events.EventPattern(
        source=[source],
        detail_type=["AWS API Call via CloudTrail"],
        detail={
            "eventName": names,
            **({"requestParameters": parameters} if parameters else {}),
        },
    )
