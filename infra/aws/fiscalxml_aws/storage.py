"""The buckets of a region."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .parts import Part


class StorageStack(Part):
    """`documents`, `keys` (wrapped data keys), `audit` (sealed checkpoints), `backups`, `logs`.

    FISCALXML_OBJECTS_URL is s3://{documents.bucket_name}/producao, and so on for KEYS and AUDIT.
    """

    def __init__(
        self, scope: Construct, id_: str, *, deployment: Deployment, region: str, keys: KeysStack
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="armazenamento")
        self.logs = s3.Bucket(
            self,
            "registros",
            bucket_name=deployment.bucket("registros", region),
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        self.documents = self._bucket("documentos", keys.documents)
        self.keys = self._bucket("chaves", keys.wrapped)
        self.audit = self._bucket("auditoria", keys.audit)
        self.backups = self._bucket("copias", keys.backups)

    def _bucket(self, purpose: str, key: kms.IKey) -> s3.Bucket:
        return s3.Bucket(
            self,
            purpose,
            bucket_name=self.deployment.bucket(purpose, self.region),
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            object_lock_enabled=True,
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix=f"s3/{purpose}/",
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
