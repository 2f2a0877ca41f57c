"""KMS keys, one for each purpose, so that who may read one thing reads no other."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from .config import Deployment


class KeysStack(cdk.Stack):
    """The keys of a region."""

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, region: str) -> None:
        super().__init__(scope, id_, env=deployment.environment(region))
        self.documents = self._key("Documentos", "XML guardado, com a chave de cada organização")

    def _key(self, id_: str, description: str) -> kms.Key:
        return kms.Key(
            self,
            id_,
            description=description,
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
