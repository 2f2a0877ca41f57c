"""What every stack has: its name, its region, its tags, and protection against deletion."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import Construct

from .config import PRODUCT, Deployment


class Part(cdk.Stack):
    """A stack of one concern in one region.

    `id_` is what the CDK's command line calls it; CloudFormation's own name of it is the same in
    each region, and tells deployments of one account apart.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        part: str,
        bootstrapped: bool = True,
    ) -> None:
        super().__init__(
            scope,
            id_,
            env=deployment.environment(region),
            stack_name=f"{deployment.prefix}-{part}",
            termination_protection=True,
            # What comes before the CDK's bootstrap must not look for it.
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=bootstrapped),
        )
        self.deployment = deployment
        for key, value in (("projeto", PRODUCT), ("ambiente", deployment.name), ("parte", part)):
            cdk.Tags.of(self).add(key, value)
