"""Of every stack: its protection, its tags, and that it can be somewhere else."""

from __future__ import annotations

import json

import aws_cdk as cdk
import pytest

from fiscalxml_aws.build import base
from fiscalxml_aws.config import Deployment
from fiscalxml_aws.flags import FLAGS

from .conftest import synthesize
from .templates import Template

KEEPING = {
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::KMS::ReplicaKey",
    "AWS::SecretsManager::Secret",
    "AWS::Backup::BackupVault",
    "AWS::RDS::DBInstance",
    "AWS::Logs::LogGroup",
}


def test_what_keeps_something_outlives_its_stack(stacks: dict[str, Template]) -> None:
    for template in stacks.values():
        for type_ in KEEPING:
            for each in template.of(type_).values():
                assert each.all.get("DeletionPolicy") in ("Retain", "Snapshot"), each.name
                assert each.all["DeletionPolicy"] == each.all["UpdateReplacePolicy"]


def test_no_secret_is_in_a_template(stacks: dict[str, Template]) -> None:
    for template in stacks.values():
        for name in ("SecretString", "AuthToken"):
            assert f'"{name}":' not in json.dumps(template.content)


@pytest.mark.parametrize("region", ["sa-east-1"])
def test_brazil_is_a_setting(region: str) -> None:
    deployment, stacks = synthesize({"regiao": region, "regiao_recuperacao": "us-east-1"})
    assert deployment.primary == region
    assert f"Banco-{region}" in stacks
    assert "us-west-2" not in json.dumps([each.content for each in stacks.values()])


def test_every_stack_is_protected_and_tagged() -> None:
    app = cdk.App(context=FLAGS)
    deployment = Deployment.from_context(app.node)
    base(app, deployment, deployment.primary)
    app.synth()
    made = [each for each in app.node.children if isinstance(each, cdk.Stack)]
    assert len(made) == 9
    for each in made:
        assert each.termination_protection
        assert each.tags.tag_values()["ambiente"] == deployment.name
