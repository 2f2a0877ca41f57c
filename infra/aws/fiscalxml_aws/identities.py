"""Who may deploy: GitHub's workflows by a token of the moment, and what nobody they make may do.

Made once by an administrator, before `cdk bootstrap`, whose roles get the same boundary (README).
"""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from .config import Deployment
from .operating import Operating
from .parts import Part
from .reasons import accept

GITHUB: Final = "token.actions.githubusercontent.com"
QUALIFIER: Final = "hnb659fds"
"""of the CDK's bootstrap, where nobody chose another"""
APPROVED: Final = "infra-producao"
"""GitHub's environment whose rules ask somebody before a deployment"""
ROTATING: Final = ("ban", "seg")
"""how the stacks `banco` and `segredos` begin, whose passwords AWS's functions change;
CloudFormation may shorten what follows in a role's name"""


def boundary_name(deployment: Deployment) -> str:
    return f"{deployment.prefix}-limite"


def bound(scope: IConstruct, deployment: Deployment) -> None:
    """Every role that is made below `scope` has the boundary."""
    iam.PermissionsBoundary.of(scope).apply(
        iam.ManagedPolicy.from_managed_policy_arn(
            cdk.Stack.of(scope),
            "LimiteDosPapeis",
            f"arn:aws:iam::{deployment.account}:policy/{boundary_name(deployment)}",
        )
    )


class IdentitiesStack(Part):
    """Of the account: in the primary region alone, for IAM has none."""

    def __init__(
        self, scope: Construct, id_: str, *, deployment: Deployment, operating: Operating
    ) -> None:
        super().__init__(
            scope,
            id_,
            deployment=deployment,
            region=deployment.primary,
            part="identidades",
            bootstrapped=False,
        )
        self._limit = self._boundary()
        provider = iam.CfnOIDCProvider(
            self, "GitHub", url=f"https://{GITHUB}", client_id_list=["sts.amazonaws.com"]
        )
        repository = f"repo:{operating.repository}"
        self._role(
            "leitura",
            "cdk diff e cdk drift: lê modelos e recursos",
            provider,
            # A fork's pull request gets no such token from GitHub.
            [f"{repository}:pull_request", f"{repository}:ref:refs/heads/main"],
            ["lookup-role"],
        ).add_to_policy(
            iam.PolicyStatement(
                actions=[
                    "cloudformation:DescribeStacks",
                    "cloudformation:GetTemplate",
                    "cloudformation:DetectStackDrift",
                    "cloudformation:DescribeStackDriftDetectionStatus",
                    "cloudformation:DescribeStackResourceDrifts",
                ],
                resources=[
                    f"arn:aws:cloudformation:{region}:{self.account}:stack/{deployment.prefix}-*"
                    for region in deployment.regions
                ],
            )
        )
        deploying = self._role(
            "implantacao",
            "cdk deploy, depois que alguém aprovou",
            provider,
            [f"{repository}:environment:{APPROVED}"],
            ["lookup-role", "deploy-role", "file-publishing-role"],
        )
        self._run_once(deploying)

    def _role(
        self,
        name: str,
        description: str,
        provider: iam.CfnOIDCProvider,
        subjects: list[str],
        assumes: list[str],
    ) -> iam.Role:
        role = iam.Role(
            self,
            name,
            role_name=f"{self.deployment.prefix}-{name}",
            description=description,
            max_session_duration=cdk.Duration.hours(2),
            assumed_by=iam.WebIdentityPrincipal(
                provider.attr_arn,
                conditions={
                    "StringEquals": {
                        f"{GITHUB}:aud": "sts.amazonaws.com",
                        f"{GITHUB}:sub": subjects,
                    }
                },
            ),
        )
        # It has the boundary by name, which does not say that that must be there first.
        role.node.add_dependency(self._limit)
        regions = self.deployment.regions
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                resources=[
                    f"arn:aws:iam::{self.account}:role/cdk-{QUALIFIER}-{each}-{self.account}-{region}"
                    for each in assumes
                    for region in regions
                ],
            )
        )
        accept(role, "A política é de um papel só.", "NIST.800.53.R5-IAMNoInlinePolicy")
        accept(
            role,
            "As pilhas desta instalação, cujo fim do nome a AWS sorteia.",
            *(
                f"AwsSolutions-IAM5[Resource::arn:aws:cloudformation:{region}:{self.account}:"
                f"stack/{self.deployment.prefix}-*]"
                for region in regions
            ),
        )
        return role

    def _run_once(self, role: iam.Role) -> None:
        """The migration, between one stack and the next (`infra/aws/entrega.sh`)."""
        prefix = self.deployment.prefix
        # In either region: the other one serves after a disaster.
        ecs = [f"arn:aws:ecs:{each}:{self.account}" for each in self.deployment.regions]
        definitions = [f"{each}:task-definition/{prefix}-migrate:*" for each in ecs]
        tasks = [f"{each}:task/{prefix}/*" for each in ecs]
        # CloudFormation may shorten a stack's name in a role's.
        roles = f"arn:aws:iam::{self.account}:role/{prefix}-tar*"
        role.add_to_policy(iam.PolicyStatement(actions=["ecs:RunTask"], resources=definitions))
        role.add_to_policy(iam.PolicyStatement(actions=["ecs:DescribeTasks"], resources=tasks))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["ssm:GetParameter"],
                resources=[
                    f"arn:aws:ssm:{each}:{self.account}:parameter/{prefix}/tarefas/rede"
                    for each in self.deployment.regions
                ],
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["cloudformation:DescribeStacks"],
                resources=self._clusters(),
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[roles],
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            )
        )
        accept(
            role,
            "Revisões e tarefas têm nomes que a AWS dá; os papéis, só os das tarefas avulsas.",
            *(
                f"AwsSolutions-IAM5[Resource::{each}]"
                for each in (*definitions, *tasks, roles, *self._clusters())
            ),
        )

    def _clusters(self) -> list[str]:
        """The stacks whose parameter says whether a region serves."""
        return [
            self.deployment.arn("cloudformation", f"stack/{self.deployment.prefix}-cluster/*", each)
            for each in self.deployment.regions
        ]

    def _boundary(self) -> iam.ManagedPolicy:
        """What stays forbidden whatever a role's own policy says: to hide, to outlive, to destroy
        what law keeps."""
        policy = iam.ManagedPolicy(
            self,
            "Limite",
            managed_policy_name=boundary_name(self.deployment),
            description="O que nenhum papel desta instalação pode",
            statements=[
                iam.PolicyStatement(sid="OQuePodem", actions=["*"], resources=["*"]),
                _never(
                    "Esconder",
                    "cloudtrail:StopLogging",
                    "cloudtrail:DeleteTrail",
                    "config:StopConfigurationRecorder",
                    "config:DeleteConfigurationRecorder",
                    "guardduty:DeleteDetector",
                    "guardduty:DisassociateFromAdministratorAccount",
                    "securityhub:DisableSecurityHub",
                    "access-analyzer:DeleteAnalyzer",
                ),
                _never(
                    "Destruir",
                    "kms:ScheduleKeyDeletion",
                    "s3:BypassGovernanceRetention",
                    "backup:DeleteBackupVaultLockConfiguration",
                    "backup:DeleteRecoveryPoint",
                ),
                _never(
                    "Ficar",
                    "iam:CreateUser",
                    "iam:CreateAccessKey",
                    "iam:CreateLoginProfile",
                    "iam:DeleteRolePermissionsBoundary",
                    "organizations:*",
                    "account:*",
                ),
                *self._unbounded(),
            ],
        )
        accept(
            policy,
            "É um limite, não uma permissão: o que não nega, deixa à política de cada papel.",
            *("AwsSolutions-IAM5[Action::*]", "AwsSolutions-IAM5[Resource::*]"),
            *("NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess",),
            *("NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",),
            *("CKV_AWS_107", "CKV_AWS_108", "CKV_AWS_109", "CKV_AWS_110", "CKV_AWS_111"),
        )
        return policy

    def _unbounded(self) -> list[iam.PolicyStatement]:
        """A role without this boundary would be above it, and so would whoever could change it.

        But for those of AWS's own functions that change passwords: the transform that makes them
        takes no boundary (aws-secrets-manager-rotation-lambdas#27), and names them
        STACK-SecretsManager… (#115). Such a role comes only by a template that somebody approved;
        versions and copies are denied to it by their own policies, and a key that it would delete
        wakes somebody (`ChavesEmRisco`).
        """
        name = f"arn:aws:iam::{self.account}:policy/{boundary_name(self.deployment)}"
        role = f"arn:aws:iam::{self.account}:role/{self.deployment.prefix}"
        other = {"StringNotEquals": {"iam:PermissionsBoundary": name}}
        return [
            iam.PolicyStatement(
                sid="SemLimite",
                effect=iam.Effect.DENY,
                actions=["iam:CreateRole"],
                not_resources=[f"{role}-{each}*-SecretsManager*" for each in ROTATING],
                conditions=other,
            ),
            iam.PolicyStatement(
                sid="OutroLimite",
                effect=iam.Effect.DENY,
                actions=["iam:PutRolePermissionsBoundary"],
                resources=["*"],
                conditions=other,
            ),
            iam.PolicyStatement(
                sid="LimiteFica",
                effect=iam.Effect.DENY,
                actions=[
                    "iam:CreatePolicyVersion",
                    "iam:DeletePolicy",
                    "iam:DeletePolicyVersion",
                    "iam:SetDefaultPolicyVersion",
                ],
                resources=[name],
            ),
        ]


def _never(sid: str, *actions: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid, effect=iam.Effect.DENY, actions=list(actions), resources=["*"]
    )
