"""KMS keys, one for each purpose, so that who may read one thing reads no other."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from .config import Deployment
from .parts import Part


class KeysStack(Part):
    """The keys of a region.

    `master` and `master_mac` are the application's own (FISCALXML_MASTER_KEY_KMS, …_KMS_MAC): they
    wrap the organisations' data keys, so the recovery region has them too, as multi-Region keys.
    """

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, region: str) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="chaves")
        self.documents = self._key("documentos", "XML guardado, com a chave de cada organização")
        self.database = self._key("banco", "Banco de dados, suas réplicas e seus snapshots")
        self.cache = self._key("cache", "Filas e contadores")
        self.backups = self._key("copias", "Cofres e baldes de cópias de segurança")
        self.logs = self._key("registros", "Registros de serviços e de rede")
        self.secrets = self._key("segredos", "Segredos dos serviços")
        self.audit = self._key("auditoria", "Trilha da conta e selos da auditoria")
        self.notifications = self._key("avisos", "Avisos de alarmes")
        self.wrapped = self._key("chaves-de-dados", "Balde das chaves de dados embrulhadas")
        if region == deployment.primary:
            self.master: kms.IKey = self._master("mestra", kms.KeySpec.SYMMETRIC_DEFAULT)
            self.master_mac: kms.IKey = self._master("mestra-mac", kms.KeySpec.HMAC_256)
        else:
            self.master = self._replica("mestra", "ChaveMestra")
            self.master_mac = self._replica("mestra-mac", "ChaveMestraMac")

    def _key(self, purpose: str, description: str) -> kms.Key:
        return kms.Key(
            self,
            purpose,
            alias=f"{self.deployment.prefix}-{purpose}",
            description=description,
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(30),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def _master(self, purpose: str, spec: kms.KeySpec) -> kms.Key:
        mac = spec == kms.KeySpec.HMAC_256
        key = kms.Key(
            self,
            purpose,
            alias=f"{self.deployment.prefix}-{purpose}",
            description="Embrulha as chaves de dados das organizações",
            key_spec=spec,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC if mac else kms.KeyUsage.ENCRYPT_DECRYPT,
            enable_key_rotation=None if mac else True,
            multi_region=True,
            pending_window=cdk.Duration.days(30),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        cdk.CfnOutput(self, f"Arn-{purpose}", value=key.key_arn)
        return key

    def _replica(self, purpose: str, parameter: str) -> kms.IKey:
        # A key's id is drawn by KMS: no name of ours leads from one region to the other.
        primary = cdk.CfnParameter(
            self,
            parameter,
            description=f"Saída Arn-{purpose} da pilha de chaves da região primária",
            allowed_pattern=r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/mrk-[0-9a-f]{32}",
        )
        replica = kms.CfnReplicaKey(
            self,
            purpose,
            primary_key_arn=primary.value_as_string,
            description="Embrulha as chaves de dados das organizações (cópia)",
            pending_window_in_days=30,
            key_policy={
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{self.account}:root"},
                        "Action": "kms:*",
                        "Resource": "*",
                    }
                ],
            },
        )
        replica.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        key = kms.Key.from_key_arn(self, f"{purpose}-usada", replica.attr_arn)
        kms.CfnAlias(
            self,
            f"{purpose}-alias",
            alias_name=f"alias/{self.deployment.prefix}-{purpose}",
            target_key_id=replica.attr_key_id,
        )
        return key
