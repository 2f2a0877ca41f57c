"""The whole of what services stand on, made once: a look at a template costs nothing then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from fiscalxml_aws.build import base
from fiscalxml_aws.config import Deployment
from fiscalxml_aws.flags import FLAGS

from .templates import Template


def synthesize(context: Mapping[str, Any]) -> tuple[Deployment, dict[str, Template]]:
    """Stack's id -> its template, for a deployment by this context."""
    app = cdk.App(context={**FLAGS, **context})
    deployment = Deployment.from_context(app.node)
    for region in deployment.regions:
        base(app, deployment, region)
    return deployment, {each.id: Template(each.template) for each in app.synth().stacks}


@pytest.fixture(scope="session")
def made() -> tuple[Deployment, dict[str, Template]]:
    return synthesize({})


@pytest.fixture(scope="session")
def deployment(made: tuple[Deployment, dict[str, Template]]) -> Deployment:
    return made[0]


@pytest.fixture(scope="session")
def stacks(made: tuple[Deployment, dict[str, Template]]) -> dict[str, Template]:
    return made[1]
