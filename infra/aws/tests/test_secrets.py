"""Each secret: ours alone, in both regions, turned by itself or with the reason why not."""

from __future__ import annotations

import ast
from pathlib import Path

from fiscalxml_aws.config import Deployment
from fiscalxml_aws.secrets import DRAWN, GIVEN, OWNER, SERVICES

from .templates import Template, statements

_ROLES = Path(__file__).parents[3] / "src" / "fiscalxml_server" / "stack" / "database.py"


def said(name: str) -> object:
    """The value of a constant there; the module itself wants what is not installed here."""
    for each in ast.parse(_ROLES.read_text()).body:
        if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == name and each.value:
            return ast.literal_eval(each.value)
    raise KeyError(name)


def secrets(stacks: dict[str, Template], region: str) -> dict[str, dict[str, object]]:
    """Name -> properties, of every stack of the region."""
    return {
        name: each.properties
        for id_, template in stacks.items()
        if id_.endswith(region)
        for name, each in template.by("AWS::SecretsManager::Secret", "Name").items()
    }


def test_roles_are_those_of_the_database() -> None:
    assert said("OWNER") == OWNER
    assert said("SERVICES") == SERVICES


def test_all_are_there(stacks: dict[str, Template], deployment: Deployment) -> None:
    databases = {f"banco/{each}" for each in (OWNER, *SERVICES, "administrador")}
    names = databases | {"cache/fiscalxml", "cache/portao", *DRAWN, *GIVEN}
    assert set(secrets(stacks, deployment.primary)) == {
        f"{deployment.prefix}/{each}" for each in names
    }


def test_each_has_our_key_and_a_copy(stacks: dict[str, Template], deployment: Deployment) -> None:
    for each in secrets(stacks, deployment.primary).values():
        assert each["KmsKeyId"]
        assert each["ReplicaRegions"] == [
            {
                "Region": deployment.recovery,
                "KmsKeyId": deployment.arn(
                    "kms", f"alias/{deployment.prefix}-segredos", deployment.recovery
                ),
            }
        ]


def test_the_recovery_region_makes_none_of_its_own(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    assert secrets(stacks, deployment.recovery) == {}


def test_no_other_account_reads_one_in_either_region(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    """A copy has none of its original's policy. (Nobody in the recovery region is administrator:
    its database is a replica.)"""
    counts = []
    owners = []
    for region in deployment.regions:
        policies = [
            each
            for id_, template in stacks.items()
            if id_.endswith(region)
            for each in template.of("AWS::SecretsManager::ResourcePolicy").values()
        ]
        counts.append(len(policies))
        for each in policies:
            assert each.properties["BlockPublicPolicy"] is True
            owners.append((region, str(each.properties["SecretId"])))
            denied = [
                found
                for found in statements(each.properties["ResourcePolicy"])
                if found.get("Sid") == "SoDaConta"
            ]
            assert denied[0]["Effect"] == "Deny"
            assert denied[0]["Condition"] == {
                "StringNotEquals": {"aws:PrincipalAccount": deployment.account}
            }
    assert counts == [len(secrets(stacks, deployment.primary)), counts[0] - 1]
    # A secret has one policy: of two, the later would be all.
    assert len(owners) == len(set(owners))


def test_passwords_of_the_database_turn(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    schedules = [
        each
        for name in ("Segredos", "Banco")
        for each in stacks[f"{name}-{deployment.primary}"]
        .of("AWS::SecretsManager::RotationSchedule")
        .values()
    ]
    kinds = sorted(each.properties["HostedRotationLambda"]["RotationType"] for each in schedules)
    assert kinds == ["PostgreSQLMultiUser"] * len(SERVICES) + ["PostgreSQLSingleUser"] * 2
    for each in schedules:
        # Roles are made after their secrets: a turn before that would fail.
        assert each.properties["RotateImmediatelyOnUpdate"] is False
        assert each.properties["HostedRotationLambda"]["VpcSecurityGroupIds"]


def test_what_others_give_is_empty_until_they_do(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    found = secrets(stacks, deployment.primary)
    for name in GIVEN:
        assert "GenerateSecretString" not in found[f"{deployment.prefix}/{name}"]
        assert "SecretString" not in found[f"{deployment.prefix}/{name}"]


def test_what_is_drawn_is_32_bytes_in_hexadecimal(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    found = secrets(stacks, deployment.primary)
    for name in DRAWN:
        how = found[f"{deployment.prefix}/{name}"]["GenerateSecretString"]
        assert isinstance(how, dict)
        assert how["PasswordLength"] == 64
        assert how["ExcludeUppercase"] is True
        assert how["ExcludePunctuation"] is True
        left = set("abcdefghijklmnopqrstuvwxyz0123456789") - set(how["ExcludeCharacters"])
        assert left == set("0123456789abcdef")
