"""Each key turns by itself, outlives its stack, and is used only as it is meant to be."""

from __future__ import annotations

from typing import Any

import pytest

from fiscalxml_aws.config import Deployment

from .templates import Template, statements

USE = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:GenerateMac", "kms:CreateGrant"}


def keys(template: Template) -> list[dict[str, Any]]:
    found = [*template.of("AWS::KMS::Key").values(), *template.of("AWS::KMS::ReplicaKey").values()]
    return [each.all for each in found]


def test_both_regions_have_the_same_aliases(
    deployment: Deployment, stacks: dict[str, Template]
) -> None:
    names = [
        set(stacks[f"Chaves-{region}"].by("AWS::KMS::Alias", "AliasName"))
        for region in deployment.regions
    ]
    assert names[0] == names[1]
    assert len(names[0]) == 11


def test_every_key_turns_and_is_kept(deployment: Deployment, stacks: dict[str, Template]) -> None:
    for region in deployment.regions:
        for key in keys(stacks[f"Chaves-{region}"]):
            properties = key["Properties"]
            assert key["DeletionPolicy"] == "Retain"
            assert properties["PendingWindowInDays"] == 30
            if key["Type"] == "AWS::KMS::Key" and properties.get("KeySpec") != "HMAC_256":
                assert properties["EnableKeyRotation"] is True


def test_who_administers_a_key_decrypts_nothing(
    deployment: Deployment, stacks: dict[str, Template]
) -> None:
    for region in deployment.regions:
        for key in keys(stacks[f"Chaves-{region}"]):
            for each in statements(key["Properties"]["KeyPolicy"]):
                actions = set(each["Action"])
                assert not {action for action in actions if action in ("kms:*", "*")}
                if "kms:PutKeyPolicy" in actions:
                    assert not actions & USE


def test_a_key_is_used_by_its_services_alone(
    deployment: Deployment, stacks: dict[str, Template]
) -> None:
    for region in deployment.regions:
        for key in keys(stacks[f"Chaves-{region}"]):
            for each in statements(key["Properties"]["KeyPolicy"]):
                if set(each["Action"]) & USE:
                    said = {name for block in each["Condition"].values() for name in block}
                    assert said & {
                        "kms:ViaService",
                        "kms:CallerAccount",
                        "aws:SourceAccount",
                        "kms:EncryptionContext:aws:cloudtrail:arn",
                        "kms:EncryptionContext:aws:logs:arn",
                    }


def test_the_master_key_wraps_only_in_an_organisations_name(
    deployment: Deployment, stacks: dict[str, Template]
) -> None:
    """`kit.storage.kms` says whose key it is in the encryption context."""
    for region in deployment.regions:
        found = [
            each
            for key in keys(stacks[f"Chaves-{region}"])
            for each in statements(key["Properties"]["KeyPolicy"])
            if each.get("Sid") == "Aplicacao" and "kms:Encrypt" in each["Action"]
        ]
        assert len(found) == 1
        assert found[0]["Condition"]["Null"] == {"kms:EncryptionContext:fiscalxml": "false"}


def test_the_master_keys_are_in_both_regions(
    deployment: Deployment, stacks: dict[str, Template]
) -> None:
    primary = stacks[f"Chaves-{deployment.primary}"].of("AWS::KMS::Key").values()
    multi = [each for each in primary if each.properties.get("MultiRegion")]
    assert len(multi) == 2
    recovery = stacks[f"Chaves-{deployment.recovery}"]
    copies = recovery.of("AWS::KMS::ReplicaKey").values()
    named = {str(each.properties["PrimaryKeyArn"]) for each in copies}
    assert named == {"{'Ref': 'ChaveMestra'}", "{'Ref': 'ChaveMestraMac'}"}
    # No default: a deployment that forgot them stops.
    assert not any(
        "Default" in recovery.content["Parameters"][each]
        for each in ("ChaveMestra", "ChaveMestraMac")
    )


@pytest.mark.parametrize("purpose", ["documentos", "chaves-de-dados"])
def test_documents_and_their_keys_have_different_keys(
    deployment: Deployment, stacks: dict[str, Template], purpose: str
) -> None:
    aliases = stacks[f"Chaves-{deployment.primary}"].by("AWS::KMS::Alias", "AliasName")
    targets = [str(each.properties["TargetKeyId"]) for each in aliases.values()]
    assert (
        targets.count(
            str(aliases[f"alias/{deployment.prefix}-{purpose}"].properties["TargetKeyId"])
        )
        == 1
    )


def test_cloudtrail_may_ask_what_its_key_is(
    deployment: Deployment, stacks: dict[str, Template]
) -> None:
    """Without an encryption context, which such a question does not have."""
    (found,) = [
        each
        for key in keys(stacks[f"Chaves-{deployment.primary}"])
        for each in statements(key["Properties"]["KeyPolicy"])
        if each.get("Sid") == "ServicoCloudtrailDescricao"
    ]
    assert found["Action"] == ["kms:DescribeKey"]
    assert list(found["Condition"]) == ["StringLike"]
    assert list(found["Condition"]["StringLike"]) == ["aws:SourceArn"]
