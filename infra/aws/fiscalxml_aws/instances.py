"""What each instance of PostgreSQL on RDS has alike, and what of it the checkers are told."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds

from .config import Deployment
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part
from .postgres import ENGINE, PARAMETERS
from .reasons import accept

_LOGS: Final = ("postgresql", "upgrade")
_MAINTENANCE_WINDOW: Final = "sun:06:30-sun:07:30"
BACKUP_WINDOW: Final = "05:00-06:00"
"""UTC: from two to half past four in Brasília"""


def alike(
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


def keep_logs(
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


def one_zone(replica: rds.DatabaseInstanceReadReplica) -> None:
    accept(
        replica,
        "Réplica: sem ela lê-se do primário; promovida, passa a Multi-AZ por parâmetro.",
        "AwsSolutions-RDS3",
        "NIST.800.53.R5-RDSMultiAZSupport",
        "CKV_AWS_157",
    )


def explain(instance: rds.IDatabaseInstance) -> None:
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
