"""AWS Backup: what is copied when, where to, and how long nobody can delete it."""

from __future__ import annotations

from aws_cdk import aws_backup as backup
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .parts import Part


class BackupStack(Part):
    """`vault` of the region; what is copied is chosen by ARN of our own names."""

    def __init__(
        self, scope: Construct, id_: str, *, deployment: Deployment, region: str, keys: KeysStack
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="copias")
        self.vault = backup.BackupVault(
            self,
            "Cofre",
            backup_vault_name=f"{deployment.prefix}-copias",
            encryption_key=keys.backups,
        )
