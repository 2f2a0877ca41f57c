"""The CDK app: one deployment, small stacks by concern, two regions. `make synth` runs it."""

from __future__ import annotations

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks

from fiscalxml_aws.build import build
from fiscalxml_aws.config import Deployment

app = cdk.App()
build(app, Deployment.from_context(app.node))
# A finding that nobody acknowledged, with its reason, ends the synthesis.
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), NIST80053R5Checks(app))
app.synth()
