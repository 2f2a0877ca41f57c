"""PostgreSQL on RDS: the primary and its standby, a replica to read from, one far away."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part

ENGINE: Final = rds.DatabaseInstanceEngine.postgres(
    version=rds.PostgresEngineVersion.of("18.6", "18")
)
ADMINISTRATOR: Final = "administrador"
DATABASE: Final = "fiscalxml"


class DatabaseStack(Part):
    """`primary` and `replica`; `administrator` is the secret that only one-off tasks read."""

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
        self.administrator = rds.DatabaseSecret(
            self,
            "Administrador",
            username=ADMINISTRATOR,
            secret_name=f"{deployment.prefix}/banco/{ADMINISTRATOR}",
            encryption_key=keys.secrets,
        )
        self.primary = rds.DatabaseInstance(
            self,
            "Primario",
            engine=ENGINE,
            instance_identifier=deployment.prefix,
            instance_type=ec2.InstanceType(deployment.database_class),
            vpc=network.vpc,
            vpc_subnets=network.data,
            security_groups=[network.groups["database"]],
            multi_az=True,
            credentials=rds.Credentials.from_secret(self.administrator),
            allocated_storage=deployment.database_gigabytes,
            max_allocated_storage=deployment.database_gigabytes_most,
            storage_type=rds.StorageType.GP3,
            storage_encryption_key=keys.database,
            backup_retention=cdk.Duration.days(deployment.backup_days),
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.SNAPSHOT,
        )
        self.replica = rds.DatabaseInstanceReadReplica(
            self,
            "Replica",
            source_database_instance=self.primary,
            instance_identifier=f"{deployment.prefix}-leitura",
            instance_type=ec2.InstanceType(deployment.database_class),
            vpc=network.vpc,
            vpc_subnets=network.data,
            security_groups=[network.groups["database"]],
            storage_encryption_key=keys.database,
            deletion_protection=True,
        )


class RecoveryDatabaseStack(Part):
    """`replica`, in the recovery region: promoted when the primary one is lost."""

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
        source = rds.DatabaseInstance.from_database_instance_attributes(
            self,
            "Primario",
            instance_identifier=deployment.prefix,
            instance_endpoint_address="",
            port=5432,
            security_groups=[],
            engine=ENGINE,
        )
        self.replica = rds.DatabaseInstanceReadReplica(
            self,
            "Replica",
            source_database_instance=source,
            instance_identifier=deployment.prefix,
            instance_type=ec2.InstanceType(deployment.database_class),
            vpc=network.vpc,
            vpc_subnets=network.data,
            security_groups=[network.groups["database"]],
            storage_encryption_key=keys.database,
            deletion_protection=True,
        )
