"""PostgreSQL on RDS: the primary and its standby, a replica to read from, one far away."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part
from .postgres import ENGINE, PARAMETERS
from .reasons import accept, resource_of
from .secret import kept, login, rotate

ADMINISTRATOR: Final = "administrador"
_LOGS: Final = ("postgresql", "upgrade")
_BACKUP_WINDOW: Final = "05:00-06:00"
_MAINTENANCE_WINDOW: Final = "sun:06:30-sun:07:30"
"""UTC: from two to half past four in Brasília"""


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
        shared = _shared(self, deployment, keys, network)
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
            preferred_backup_window=_BACKUP_WINDOW,
            removal_policy=cdk.RemovalPolicy.SNAPSHOT,
            **shared,
        )
        self.administrator = self.primary.secret or administrator
        rotate(self.administrator, f"{identifier}-senha-{ADMINISTRATOR}", network)
        _keep_logs(self, self.primary, identifier, keys)
        _explain(self.primary)
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
        _keep_logs(self, self.replica, identifier, keys)
        _one_zone(self.replica)
        _explain(self.replica)


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
            preferred_backup_window=_BACKUP_WINDOW,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            **_shared(self, deployment, keys, network),
        )
        instance = resource_of(self.replica)
        instance.add_property_override(
            "SourceDBInstanceIdentifier",
            deployment.arn("rds", f"db:{identifier}", deployment.primary),
        )
        instance.add_property_override("SourceRegion", deployment.primary)
        # The L2 still thinks that PostgreSQL's replicas have none; they have since 14.1.
        instance.add_property_override("BackupRetentionPeriod", deployment.backup_days)
        instance.add_property_deletion_override("StorageEncrypted")
        accept(
            self.replica,
            "Cifrada com KmsKeyId; o CloudFormation não deixa dizer StorageEncrypted ao lado.",
            "CKV_AWS_16",
        )
        _keep_logs(self, self.replica, identifier, keys)
        _one_zone(self.replica)
        _explain(self.replica)


def _shared(
    stack: Part, deployment: Deployment, keys: KeysStack, network: NetworkStack
) -> dict[str, Any]:
    """What each instance of a region has alike."""
    return {
        "instance_type": ec2.InstanceType(deployment.database_class),
        "vpc": network.vpc,
        "subnet_group": rds.SubnetGroup(
            stack,
            "Subredes",
            description="Camada de dados",
            subnet_group_name=f"{deployment.prefix}-dados",
            vpc=network.vpc,
            vpc_subnets=network.data,
        ),
        "security_groups": [network.groups["database"]],
        "parameter_group": rds.ParameterGroup(
            stack,
            "Parametros",
            engine=ENGINE,
            description="Como infra/compose/postgres/postgresql.conf",
            parameters=PARAMETERS,
        ),
        "storage_type": rds.StorageType.GP3,
        "ca_certificate": rds.CaCertificate.RDS_CA_RSA2048_G1,
        # For people, who then need no password; a role enters so only where it has rds_iam.
        "iam_authentication": True,
        "publicly_accessible": False,
        "copy_tags_to_snapshot": True,
        "delete_automated_backups": False,
        "deletion_protection": True,
        "auto_minor_version_upgrade": True,
        "preferred_maintenance_window": _MAINTENANCE_WINDOW,
        "monitoring_interval": cdk.Duration.seconds(15),
        "enable_performance_insights": True,
        "performance_insight_encryption_key": keys.database,
        "cloudwatch_logs_exports": list(_LOGS),
    }


def _keep_logs(
    stack: Part, instance: rds.IDatabaseInstance, identifier: str, keys: KeysStack
) -> None:
    """RDS would make the groups itself, without our key and for ever."""
    for name in _LOGS:
        group = logs.LogGroup(
            stack,
            f"Registro-{instance.node.id}-{name}",
            log_group_name=f"/aws/rds/instance/{identifier}/{name}",
            encryption_key=keys.logs,
            retention=logs.RetentionDays.THIRTEEN_MONTHS,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        instance.node.add_dependency(group)


def _one_zone(replica: rds.DatabaseInstanceReadReplica) -> None:
    accept(
        replica,
        "Réplica: sem ela lê-se do primário; promovida, passa a Multi-AZ (runbook da região).",
        "AwsSolutions-RDS3",
        "NIST.800.53.R5-RDSMultiAZSupport",
        "CKV_AWS_157",
    )


def _explain(instance: rds.IDatabaseInstance) -> None:
    accept(
        instance.node.find_child("MonitoringRole"),
        "A política que a AWS mantém para o monitoramento do RDS; só escreve o registro dele.",
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
        "AmazonRDSEnhancedMonitoringRole]",
    )
    accept(
        instance,
        "Outra porta não esconde nada de quem já está na rede; só os grupos da tabela a alcançam.",
        "AwsSolutions-RDS11",
    )
    accept(
        instance,
        "O plano de cópias é da pilha Copias, que escolhe pelo ARN; este exame vê uma pilha só.",
        "NIST.800.53.R5-RDSInBackupPlan",
    )
