"""Valkey on ElastiCache: messages and counts, three nodes in three zones."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from .config import Deployment
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part
from .relations import VALKEY

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
        users = [self._user(name) for name in USERS]
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
        )
        self.endpoint = self.group.attr_primary_end_point_address

    def _secret(
        self, name: str, keys: KeysStack, deployment: Deployment, region: str
    ) -> secretsmanager.ISecret:
        full = f"{deployment.prefix}/cache/{name}"
        if region != deployment.primary:
            return secretsmanager.Secret.from_secret_name_v2(self, f"Senha-{name}", full)
        return secretsmanager.Secret(
            self,
            f"Senha-{name}",
            secret_name=full,
            encryption_key=keys.secrets,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=f'{{"username": "{name}"}}',
                generate_string_key="password",
                password_length=48,
                exclude_punctuation=True,
            ),
        )

    def _user(self, name: str) -> elasticache.CfnUser:
        password = self.users[name].secret_value_from_json("password")
        return elasticache.CfnUser(
            self,
            f"Usuario-{name}",
            engine="valkey",
            user_id=f"{self.deployment.prefix}-{name}",
            user_name=name,
            access_string=USERS[name],
            # A reference, resolved by CloudFormation: the template has no password.
            passwords=[password.unsafe_unwrap()],
        )
