"""Valkey on ElastiCache: messages and counts, three nodes in three zones."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part
from .reasons import accept
from .relations import VALKEY
from .secret import copied, kept, login

ENGINE: Final = "9.1"
FAMILY: Final = "valkey9"
USERS: Final = {
    "fiscalxml": "on ~* &* +@all -@admin",
    "portao": "on ~ratelimit:* +@all -@admin -@dangerous",
}
"""as in `fiscalxml_ops.compose.secrets`: the services, and the gateway that only counts"""


class CacheStack(Part):
    """`endpoint` is the host of the primary node; `users[name]` the secret {username, password}.

    FISCALXML_BROKER_URL is database 0 of it, FISCALXML_LIMITS_URL database 1: cluster mode is off.
    In the recovery region the passwords are those of the primary one (replicated secrets).
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
        super().__init__(scope, id_, deployment=deployment, region=region, part="cache")
        primary = region == deployment.primary
        self.users = {name: self._secret(name, keys, deployment, region) for name in USERS}
        users = [self._user(name, name, access) for name, access in USERS.items()]
        # A group must have a user of this name, and nobody is it.
        users.append(self._user("default", next(iter(USERS)), "off ~* -@all"))
        group = elasticache.CfnUserGroup(
            self,
            "Usuarios",
            engine="valkey",
            user_group_id=deployment.prefix,
            user_ids=[each.ref for each in users],
        )
        subnets = elasticache.CfnSubnetGroup(
            self,
            "Subredes",
            description="Camada de dados",
            subnet_ids=network.vpc.select_subnets(subnet_group_name="dados").subnet_ids,
        )
        parameters = elasticache.CfnParameterGroup(
            self,
            "Parametros",
            cache_parameter_group_family=FAMILY,
            description="Como infra/compose/valkey/valkey.conf",
            properties={"maxmemory-policy": "noeviction"},
        )
        self.group = elasticache.CfnReplicationGroup(
            self,
            "Grupo",
            replication_group_id=deployment.prefix,
            replication_group_description="Filas e limites",
            engine="valkey",
            engine_version=ENGINE,
            cache_node_type=deployment.cache_class if primary else deployment.cache_class_recovery,
            cache_parameter_group_name=parameters.ref,
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[network.groups["cache"].security_group_id],
            num_cache_clusters=3 if primary else 2,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=True,
            kms_key_id=keys.cache.key_arn,
            port=VALKEY,
            user_group_ids=[group.ref],
            snapshot_retention_limit=1,
            snapshot_window="05:00-06:00",
            preferred_maintenance_window="sun:06:30-sun:07:30",
            auto_minor_version_upgrade=True,
        )
        engine_log = logs.LogGroup(
            self,
            "Registro",
            log_group_name=f"/aws/elasticache/{deployment.prefix}",
            encryption_key=keys.logs,
            retention=logs.RetentionDays.THIRTEEN_MONTHS,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        # Not the slow log: it quotes commands, and limits count by address.
        self.group.log_delivery_configurations = [
            elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty(
                log_type="engine-log",
                log_format="json",
                destination_type="cloudwatch-logs",
                destination_details=elasticache.CfnReplicationGroup.DestinationDetailsProperty(
                    cloud_watch_logs_details=elasticache.CfnReplicationGroup.CloudWatchLogsDestinationDetailsProperty(
                        log_group=engine_log.log_group_name
                    )
                ),
            )
        ]
        self._explain()
        self.endpoint = self.group.attr_primary_end_point_address

    def _secret(
        self, name: str, keys: KeysStack, deployment: Deployment, region: str
    ) -> secretsmanager.ISecret:
        full = f"{deployment.prefix}/cache/{name}"
        if region != deployment.primary:
            return copied(self, f"Senha-{name}", full, keys)
        return kept(
            self,
            f"Senha-{name}",
            full,
            keys,
            "Trocada por comando, nas duas regiões (README): o ElastiCache guarda a senha de agora "
            "e a de antes.",
            generate_secret_string=login(name),
        )

    def _user(self, name: str, secret: str, access: str) -> elasticache.CfnUser:
        password = self.users[secret].secret_value_from_json("password")
        return elasticache.CfnUser(
            self,
            f"Usuario-{name}",
            engine="valkey",
            user_id=f"{self.deployment.prefix}-{name}",
            user_name=name,
            access_string=access,
            # A reference, resolved by CloudFormation: the template has no password.
            passwords=[password.unsafe_unwrap()],
        )

    def _explain(self) -> None:
        accept(
            self.group,
            "Usuários com senha e direitos próprios (RBAC) no lugar de uma senha para todos.",
            "AwsSolutions-AEC6",
        )
        accept(
            self.group,
            "Mensagens e contagens: nada ali é a única cópia de algo, e uma fila antiga, "
            "restaurada, faria trabalho de novo.",
            "NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup",
        )
