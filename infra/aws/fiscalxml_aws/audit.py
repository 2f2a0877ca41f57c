"""Who did what in the account, and whether it is as it should be."""

from __future__ import annotations

from aws_cdk import aws_guardduty as guardduty
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .parts import Part
from .storage import StorageStack


class AuditStack(Part):
    """CloudTrail, GuardDuty, Config, Security Hub, Access Analyzer, Inspector of a region."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        keys: KeysStack,
        storage: StorageStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="auditoria")
        self._keys, self._storage = keys, storage
        guardduty.CfnDetector(self, "GuardDuty", enable=True)
