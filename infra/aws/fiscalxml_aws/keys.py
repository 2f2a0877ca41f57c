"""KMS keys, one for each purpose, so that who may read one thing reads no other."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from .config import Deployment
from .key_policies import PURPOSES, Purpose, master_policy, policy
from .parts import Part
from .reasons import accept

_WAITING: Final = 30
"""days between asking for a key's deletion and the end of all that it encrypts: KMS's most"""
_MASTER: Final = "mestra"
_MAC: Final = "mestra-mac"


class KeysStack(Part):
    """The keys of a region, each with an alias `{prefix}-{purpose}` that is the same in both.

    `master` and `master_mac` are the application's own (FISCALXML_MASTER_KEY_KMS, …_KMS_MAC): they
    wrap the organisations' data keys, so the recovery region has them too, as multi-Region keys.
    """

    def __init__(self, scope: Construct, id_: str, *, deployment: Deployment, region: str) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="chaves")
        made = {each.name: self._key(each) for each in PURPOSES}
        self.documents = made["documentos"]
        self.wrapped = made["chaves-de-dados"]
        self.database = made["banco"]
        self.cache = made["cache"]
        self.backups = made["copias"]
        self.logs = made["registros"]
        self.secrets = made["segredos"]
        self.audit = made["auditoria"]
        self.notifications = made["avisos"]
        master = self._master if region == deployment.primary else self._replica
        self.master = master(_MASTER)
        self.master_mac = master(_MAC)

    def _key(self, purpose: Purpose) -> kms.Key:
        return kms.Key(
            self,
            purpose.name,
            alias=self._alias(purpose.name),
            description=purpose.description,
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(_WAITING),
            policy=policy(purpose, self.account, self.region),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def _master(self, name: str) -> kms.IKey:
        mac = name == _MAC
        key = kms.Key(
            self,
            name,
            alias=self._alias(name),
            description=_description(name),
            key_spec=kms.KeySpec.HMAC_256 if mac else kms.KeySpec.SYMMETRIC_DEFAULT,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC if mac else kms.KeyUsage.ENCRYPT_DECRYPT,
            # KMS turns no HMAC key: what was made with it could not be made again.
            enable_key_rotation=None if mac else True,
            multi_region=True,
            pending_window=cdk.Duration.days(_WAITING),
            policy=iam.PolicyDocument.from_json(master_policy(self.account, mac=mac)),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        if mac:
            accept(key, "O KMS não gira chaves de HMAC.", "CKV_AWS_7")
        cdk.CfnOutput(self, f"Arn-{name}", value=key.key_arn)
        return key

    def _replica(self, name: str) -> kms.IKey:
        # A key's id is drawn by KMS: no name of ours leads from one region to the other.
        primary = cdk.CfnParameter(
            self,
            _parameter(name),
            description=f"Saida Arn{name} da pilha de chaves da regiao primaria",
            allowed_pattern=r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/mrk-[0-9a-f]{32}",
        )
        replica = kms.CfnReplicaKey(
            self,
            name,
            primary_key_arn=primary.value_as_string,
            description=_description(name),
            pending_window_in_days=_WAITING,
            key_policy=master_policy(self.account, mac=name == _MAC),
        )
        replica.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        kms.CfnAlias(
            self,
            f"{name}-alias",
            alias_name=f"alias/{self._alias(name)}",
            target_key_id=replica.attr_key_id,
        )
        return kms.Key.from_key_arn(self, f"{name}-usada", replica.attr_arn)

    def _alias(self, name: str) -> str:
        return f"{self.deployment.prefix}-{name}"


def _description(name: str) -> str:
    if name == _MAC:
        return "Códigos de autenticação da aplicação"
    return "Embrulha as chaves de dados das organizações"


def _parameter(name: str) -> str:
    return "ChaveMestraMac" if name == _MAC else "ChaveMestra"
