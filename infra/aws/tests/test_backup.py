"""Copies: when, where, for how long; and that nobody, ourselves included, makes them fewer."""

from __future__ import annotations

from typing import Any

import pytest

from fiscalxml_aws.config import Deployment
from fiscalxml_aws.storage import days

from .conftest import synthesize
from .templates import Resource, Template, statements


def plans(stacks: dict[str, Template], region: str) -> dict[str, list[dict[str, Any]]]:
    return {
        each.properties["BackupPlan"]["BackupPlanName"]: each.properties["BackupPlan"][
            "BackupPlanRule"
        ]
        for each in stacks[f"Copias-{region}"].of("AWS::Backup::BackupPlan").values()
    }


def vaults(stacks: dict[str, Template], region: str) -> dict[str, Resource]:
    return stacks[f"Copias-{region}"].by("AWS::Backup::BackupVault", "BackupVaultName")


@pytest.mark.parametrize("where", ["primary", "recovery"])
def test_vaults_are_locked_in_both_regions(
    stacks: dict[str, Template], deployment: Deployment, where: str
) -> None:
    found = vaults(stacks, getattr(deployment, where))
    locks = {name: each.properties["LockConfiguration"] for name, each in found.items()}
    assert locks == {
        f"{deployment.prefix}-curto": {
            "MinRetentionDays": 7,
            "MaxRetentionDays": deployment.backup_days,
            "ChangeableForDays": 3,
        },
        f"{deployment.prefix}-custodia": {
            "MinRetentionDays": deployment.backup_days,
            "MaxRetentionDays": days(132),
            "ChangeableForDays": 3,
        },
    }
    for each in found.values():
        (denied,) = statements(each.properties["AccessPolicy"])
        assert denied["Effect"] == "Deny"
        assert "backup:DeleteRecoveryPoint" in denied["Action"]
        assert each.properties["EncryptionKeyArn"]
        assert each.all["DeletionPolicy"] == "Retain"


def test_rows_and_keys_are_forgotten_when_it_is_promised(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    found = plans(stacks, deployment.primary)
    for name in ("banco", "chaves"):
        for rule in found[f"{deployment.prefix}-{name}"]:
            assert rule["Lifecycle"] == {"DeleteAfterDays": deployment.backup_days}


def test_documents_are_kept_for_their_custody(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    rules = {
        str(each["RuleName"]): each
        for each in plans(stacks, deployment.primary)[f"{deployment.prefix}-documentos"]
    }
    assert rules["mensal"]["Lifecycle"] == {"DeleteAfterDays": days(132)}
    assert rules["continuo"]["EnableContinuousBackup"] is True
    tiers = stacks[f"Copias-{deployment.primary}"].one("AWS::Backup::TieringConfiguration")
    assert tiers.properties["BackupVaultName"] == f"{deployment.prefix}-custodia"


def test_each_copy_has_one_in_the_other_region(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    there = vaults(stacks, deployment.recovery)
    for rules in plans(stacks, deployment.primary).values():
        for each in rules:
            if each.get("EnableContinuousBackup"):
                continue
            (copy,) = each["CopyActions"]
            start = f"arn:aws:backup:{deployment.recovery}:{deployment.account}:backup-vault:"
            assert copy["DestinationBackupVaultArn"].removeprefix(start) in there
            assert copy["Lifecycle"] == each["Lifecycle"]


def test_what_is_copied_exists(stacks: dict[str, Template], deployment: Deployment) -> None:
    region = deployment.primary
    buckets = stacks[f"Armazenamento-{region}"].by("AWS::S3::Bucket", "BucketName")
    instances = stacks[f"Banco-{region}"].by("AWS::RDS::DBInstance", "DBInstanceIdentifier")
    known = {f"arn:aws:s3:::{each}" for each in buckets}
    known |= {deployment.arn("rds", f"db:{each}", region) for each in instances}
    selections = stacks[f"Copias-{region}"].of("AWS::Backup::BackupSelection").values()
    chosen = {
        resource
        for each in selections
        for resource in each.properties["BackupSelection"]["Resources"]
    }
    assert chosen <= known
    assert len(chosen) == 4


def test_a_copy_that_failed_is_told(stacks: dict[str, Template], deployment: Deployment) -> None:
    for region in deployment.regions:
        rule = stacks[f"Copias-{region}"].one("AWS::Events::Rule").properties
        assert set(rule["EventPattern"]["detail-type"]) == {
            "Backup Job State Change",
            "Copy Job State Change",
            "Restore Job State Change",
        }
        assert rule["Targets"][0]["RoleArn"]


def test_custody_copies_are_a_setting() -> None:
    deployment, stacks = synthesize({"copias_custodia": "nao"})
    assert f"{deployment.prefix}-documentos" not in plans(stacks, deployment.primary)


def test_copies_are_restored_each_week(stacks: dict[str, Template], deployment: Deployment) -> None:
    stack = stacks[f"Copias-{deployment.primary}"]
    plan = stack.one("AWS::Backup::RestoreTestingPlan").properties
    assert plan["ScheduleExpression"] == "cron(0 9 ? * SUN *)"
    assert set(stack.by("AWS::Backup::RestoreTestingSelection", "ProtectedResourceType")) == {
        "RDS",
        "S3",
    }
