"""Each key turns by itself and outlives its stack."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk.assertions import Match, Template

from fiscalxml_aws.config import Deployment
from fiscalxml_aws.keys import KeysStack


def test_every_key_rotates_and_is_kept() -> None:
    app = cdk.App()
    deployment = Deployment.from_context(app.node)
    stack = KeysStack(app, "Chaves", deployment=deployment, region=deployment.primary)
    template = Template.from_stack(stack)
    template.all_resources(
        "AWS::KMS::Key",
        {
            "DeletionPolicy": "Retain",
            "Properties": Match.object_like({"EnableKeyRotation": True}),
        },
    )
