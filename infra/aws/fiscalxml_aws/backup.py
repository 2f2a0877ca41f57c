"""AWS Backup: what is copied when, where to, and how long nobody can delete it."""

from __future__ import annotations

from typing import Final, NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from .bucket_policies import break_glass
from .config import Deployment
from .keys import KeysStack
from .notices import NoticesStack
from .parts import Part
from .reasons import accept
from .restoring import build_restore_tests
from .storage import days

_COOLING: Final = 3
"""days in which a lock of COMPLIANCE can still be taken off: AWS's least"""
_TIER_DAYS: Final = 60
"""after which copies of S3 are in the cheaper warm tier: AWS's least"""
_FAILED: Final = ("FAILED", "ABORTED", "EXPIRED", "PARTIAL")
SHORT: Final = "curto"
CUSTODY: Final = "custodia"
_POLICIES: Final = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
)


class Cycle(NamedTuple):
    """How often (UTC), and for how many days it is kept; `window`: any moment of them."""

    name: str
    schedule: events.Schedule
    days: int
    window: bool = False


class BackupStack(Part):
    """Two vaults of the region. `short`: rows and keys, which nobody keeps longer than erasure is
    promised to take; `custody`: sealed documents and checkpoints, as long as fiscal XML is kept.

    What is copied is chosen by ARN, of names that we gave; in the recovery region nothing is,
    until it is the primary one.
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
        super().__init__(scope, id_, deployment=deployment, region=region, part="copias")
        kept = days(deployment.retention_months)
        self.short = self._vault(SHORT, keys, 7, deployment.backup_days)
        self.custody = self._vault(CUSTODY, keys, deployment.backup_days, kept)
        self.role = self._role()
        self._tell_failures(notices)
        if region == deployment.primary:
            self._there = {self.short: self._far(SHORT), self.custody: self._far(CUSTODY)}
            self._plans(deployment, kept)
            build_restore_tests(
                self,
                self.role,
                {
                    "RDS": [deployment.arn("rds", f"db:{deployment.prefix}", region)],
                    "S3": [f"arn:aws:s3:::{deployment.bucket('chaves', region)}"],
                },
                [deployment.arn("backup", f"backup-vault:{self._vault_name(SHORT)}", region)],
            )

    def _plans(self, deployment: Deployment, kept: int) -> None:
        short = deployment.backup_days
        daily = Cycle("diario", _at(5), short)
        self._plan(
            "banco",
            self.short,
            [daily, Cycle("semanal", _at(6, week_day="SUN"), short)],
            [deployment.arn("rds", f"db:{deployment.prefix}", self.region)],
        )
        bucket = f"arn:aws:s3:::{deployment.bucket('{}', self.region)}"
        moment = Cycle("continuo", _at(4), short, window=True)
        self._plan("chaves", self.short, [moment, daily], [bucket.format("chaves")])
        if deployment.custody_backups:
            self._plan(
                "documentos",
                self.custody,
                [
                    moment,
                    Cycle("semanal", _at(7, week_day="SUN"), short),
                    Cycle("mensal", _at(7, day="1"), kept),
                ],
                [bucket.format("documentos"), bucket.format("auditoria")],
            )
            backup.CfnTieringConfiguration(
                self,
                "Barato",
                tiering_configuration_name=f"{deployment.prefix}_{CUSTODY}".replace("-", "_"),
                backup_vault_name=self._vault_name(CUSTODY),
                resource_selection=[
                    backup.CfnTieringConfiguration.ResourceSelectionProperty(
                        resources=["*"],
                        resource_type="S3",
                        tiering_down_settings_in_days=_TIER_DAYS,
                    )
                ],
            )

    def _vault(self, name: str, keys: KeysStack, least: int, most: int) -> backup.BackupVault:
        locked = self.deployment.lock == "COMPLIANCE"
        return backup.BackupVault(
            self,
            f"Cofre-{name}",
            backup_vault_name=self._vault_name(name),
            encryption_key=keys.backups,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lock_configuration=backup.LockConfiguration(
                min_retention=cdk.Duration.days(least),
                max_retention=cdk.Duration.days(most),
                changeable_for=cdk.Duration.days(_COOLING) if locked else None,
            ),
            access_policy=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="CopiasFicam",
                        effect=iam.Effect.DENY,
                        principals=[iam.AnyPrincipal()],
                        actions=[
                            "backup:DeleteRecoveryPoint",
                            "backup:UpdateRecoveryPointLifecycle",
                        ],
                        resources=["*"],
                        conditions={
                            "ArnNotEquals": {"aws:PrincipalArn": break_glass(self.deployment)}
                        },
                    )
                ]
            ),
        )

    def _vault_name(self, name: str) -> str:
        return f"{self.deployment.prefix}-{name}"

    def _plan(
        self, name: str, vault: backup.BackupVault, cycles: list[Cycle], resources: list[str]
    ) -> None:
        there = self._there[vault]
        plan = backup.BackupPlan(
            self, f"Plano-{name}", backup_plan_name=f"{self.deployment.prefix}-{name}"
        )
        for each in cycles:
            plan.add_rule(
                backup.BackupPlanRule(
                    rule_name=each.name,
                    backup_vault=vault,
                    schedule_expression=each.schedule,
                    start_window=cdk.Duration.hours(1),
                    completion_window=cdk.Duration.hours(24),
                    delete_after=cdk.Duration.days(each.days),
                    enable_continuous_backup=each.window,
                    copy_actions=[]
                    if each.window
                    else [
                        backup.BackupPlanCopyActionProps(
                            destination_backup_vault=there,
                            delete_after=cdk.Duration.days(each.days),
                        )
                    ],
                )
            )
        plan.add_selection(
            "Escolha",
            resources=[backup.BackupResource.from_arn(each) for each in resources],
            role=self.role,
            disable_default_backup_policy=True,
        )

    def _far(self, name: str) -> backup.IBackupVault:
        arn = f"backup-vault:{self._vault_name(name)}"
        return backup.BackupVault.from_backup_vault_arn(
            self,
            f"La-{name}",
            self.deployment.arn("backup", arn, self.deployment.other(self.region)),
        )

    def _role(self) -> iam.Role:
        role = iam.Role(
            self,
            "Copiador",
            assumed_by=iam.ServicePrincipal(
                "backup.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            ),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(each) for each in _POLICIES
            ],
        )
        accept(
            role,
            "As políticas que a AWS mantém para o AWS Backup: o que ele precisa muda com ele.",
            *(
                f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{each}]"
                for each in _POLICIES
            ),
        )
        return role

    def _tell_failures(self, notices: NoticesStack) -> None:
        rule = events.Rule(
            self,
            "Falhas",
            description="Cópia, cópia na outra região ou restauração que não terminou bem",
            event_pattern=events.EventPattern(
                source=["aws.backup"],
                detail_type=[
                    "Backup Job State Change",
                    "Copy Job State Change",
                    "Restore Job State Change",
                ],
                detail={"$or": [{"state": list(_FAILED)}, {"status": list(_FAILED)}]},
            ),
        )
        notices.tell(rule)


def _at(hour: int, *, week_day: str | None = None, day: str | None = None) -> events.Schedule:
    return events.Schedule.cron(minute="0", hour=str(hour), week_day=week_day, day=day)
