"""Restore tests: each week AWS restores the newest copy of what is small or vital, says whether it
could and how long it took, and deletes what came of it. (What is *in* it is for `ops/recovery`.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam

from .parts import Part

_DAYS: Final = 7
"""of which the newest copy is taken"""


def build_restore_tests(
    stack: Part, role: iam.Role, resources: Mapping[str, Sequence[str]], vaults: Sequence[str]
) -> None:
    """`resources`: kind, as AWS Backup calls it (RDS, S3) -> ARNs. A restored database is in the
    subnets of its original, in the default group, which lets nothing pass.
    """
    name = stack.deployment.prefix.replace("-", "_")
    plan = backup.CfnRestoreTestingPlan(
        stack,
        "Restauracao",
        restore_testing_plan_name=name,
        schedule_expression="cron(0 9 ? * SUN *)",
        start_window_hours=4,
        recovery_point_selection=backup.CfnRestoreTestingPlan.RestoreTestingRecoveryPointSelectionProperty(
            algorithm="LATEST_WITHIN_WINDOW",
            include_vaults=list(vaults),
            recovery_point_types=["SNAPSHOT"],
            selection_window_days=_DAYS,
        ),
    )
    for kind, arns in resources.items():
        selection = backup.CfnRestoreTestingSelection(
            stack,
            f"Restauracao-{kind}",
            restore_testing_plan_name=name,
            restore_testing_selection_name=kind.lower(),
            iam_role_arn=role.role_arn,
            protected_resource_type=kind,
            protected_resource_arns=list(arns),
            validation_window_hours=1,
        )
        selection.add_resource_dependency(plan)
