"""Which stacks a deployment has, in which region, and who gives what to whom."""

from __future__ import annotations

from constructs import Construct

from .config import Deployment
from .keys import KeysStack


def build(scope: Construct, deployment: Deployment) -> None:
    """Every stack of a deployment, in both of its regions."""
    for region in (deployment.primary, deployment.recovery):
        KeysStack(scope, f"Chaves-{region}", deployment=deployment, region=region)
