"""PostgreSQL on RDS: the primary and its standby, a replica to read from, one far away."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_rds as rds
from constructs import Construct

from .config import Deployment
from .instances import BACKUP_WINDOW, alike, explain, keep_logs, one_zone
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part
from .postgres import ENGINE
from .reasons import accept, resource_of
from .secret import kept, login, rotate

ADMINISTRATOR: Final = "administrador"


class DatabaseStack(Part):
    """`primary` and `replica` (instances); `administrator`, the secret of who makes the roles.

    Nothing but one-off tasks reads that secret: services have roles and secrets of their own
    (`secrets.SecretsStack`).
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        keys: KeysStack,
        network: NetworkStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="banco")
        administrator = kept(
            self,
            "Administrador",
            f"{deployment.prefix}/banco/{ADMINISTRATOR}",
            keys,
            generate_secret_string=login(ADMINISTRATOR),
        )
        shared = alike(self, deployment, keys, network)
        identifier = deployment.prefix
        self.primary = rds.DatabaseInstance(
            self,
            "Primario",
            engine=ENGINE,
            instance_identifier=identifier,
            multi_az=True,
            credentials=rds.Credentials.from_secret(administrator),
            allocated_storage=deployment.database_gigabytes,
            max_allocated_storage=deployment.database_gigabytes_most,
            storage_encryption_key=keys.database,
            backup_retention=cdk.Duration.days(deployment.backup_days),
            preferred_backup_window=BACKUP_WINDOW,
            removal_policy=cdk.RemovalPolicy.SNAPSHOT,
            **shared,
        )
        self.administrator = self.primary.secret or administrator
        rotate(self.administrator, f"{identifier}-senha-{ADMINISTRATOR}", network)
        keep_logs(self, self.primary, identifier, keys)
        explain(self.primary)
        instance = resource_of(self.primary)
        # Its log, minute by minute, in the other region: a moment of the past can be restored
        # there even when what is wrong has reached the replica.
        instance.add_property_override("AutomaticBackupReplicationRegion", deployment.recovery)
        instance.add_property_override(
            "AutomaticBackupReplicationKmsKeyId",
            deployment.arn("kms", f"alias/{deployment.prefix}-banco", deployment.recovery),
        )
        identifier = f"{deployment.prefix}-leitura"
        self.replica = rds.DatabaseInstanceReadReplica(
            self,
            "Replica",
            source_database_instance=self.primary,
            instance_identifier=identifier,
            **shared,
        )
        # Both are its source's, in the same region.
        resource_of(self.replica).add_property_deletion_override("StorageEncrypted")
        resource_of(self.replica).add_property_deletion_override("KmsKeyId")
        accept(
            self.replica,
            "A cifra é a da origem; o CloudFormation não deixa dizê-la outra vez.",
            "AwsSolutions-RDS2",
            "NIST.800.53.R5-RDSStorageEncrypted",
            "CKV_AWS_16",
        )
        keep_logs(self, self.replica, identifier, keys)
        one_zone(self.replica)
        explain(self.replica)


class RecoveryDatabaseStack(Part):
    """`replica`, in the recovery region: promoted by the parameter `Promovida` when the primary one
    is lost."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        deployment: Deployment,
        region: str,
        keys: KeysStack,
        network: NetworkStack,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="banco")
        identifier = deployment.prefix
        source = rds.DatabaseInstance.from_database_instance_attributes(
            self,
            "Primario",
            instance_identifier=identifier,
            instance_endpoint_address="",
            port=5432,
            security_groups=[],
            engine=ENGINE,
        )
        self.replica = rds.DatabaseInstanceReadReplica(
            self,
            "Replica",
            source_database_instance=source,
            instance_identifier=identifier,
            storage_encryption_key=keys.database,
            preferred_backup_window=BACKUP_WINDOW,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            **alike(self, deployment, keys, network),
        )
        instance = resource_of(self.replica)
        primary = deployment.arn("rds", f"db:{identifier}", deployment.primary)
        self._promote(instance, primary, deployment.primary)
        # The L2 still thinks that PostgreSQL's replicas have none; they have since 14.1.
        instance.add_property_override("BackupRetentionPeriod", deployment.backup_days)
        instance.add_property_deletion_override("StorageEncrypted")
        accept(
            self.replica,
            "Cifrada com KmsKeyId; o CloudFormation não deixa dizer StorageEncrypted ao lado.",
            "CKV_AWS_16",
        )
        keep_logs(self, self.replica, identifier, keys)
        one_zone(self.replica)
        explain(self.replica)

    def _promote(self, instance: cdk.CfnResource, primary: str, region: str) -> None:
        """A parameter, not code: CloudFormation alone must be up, and the template that is there
        is used again. What has no source any more is promoted (AWS::RDS::DBInstance).
        """
        parameter = cdk.CfnParameter(
            self,
            "Promovida",
            description="Depois do desastre: sim (escreve-se nela), depois multiaz",
            allowed_values=["nao", "sim", "multiaz"],
            default="nao",
        ).value_as_string
        follows = cdk.CfnCondition(
            self, "Segue", expression=cdk.Fn.condition_equals(parameter, "nao")
        )
        doubled = cdk.CfnCondition(
            self, "DuasZonas", expression=cdk.Fn.condition_equals(parameter, "multiaz")
        )
        for name, condition, then, otherwise in (
            ("SourceDBInstanceIdentifier", follows, primary, cdk.Aws.NO_VALUE),
            ("SourceRegion", follows, region, cdk.Aws.NO_VALUE),
            ("MultiAZ", doubled, True, False),
        ):
            value = cdk.Fn.condition_if(condition.logical_id, then, otherwise)
            instance.add_property_override(name, value)
