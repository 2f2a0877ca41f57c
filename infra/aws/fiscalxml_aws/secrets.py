"""What the services keep secret, in Secrets Manager, with copies in the recovery region."""

from __future__ import annotations

from typing import Final

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from .cache import CacheStack
from .config import Deployment
from .database import DatabaseStack
from .keys import KeysStack
from .network import NetworkStack
from .parts import Part

OWNER: Final = "fiscalxml_dono"
SERVICES: Final = (
    "fiscalxml_api",
    "fiscalxml_worker",
    "fiscalxml_relay",
    "fiscalxml_auth",
    "fiscalxml_webhooks",
    "fiscalxml_entregador",
)
"""roles of the database, as `fiscalxml_server.stack.database` has them"""
DRAWN: Final = ("auth.key", "webhooks.key")
"""32 bytes in hexadecimal, drawn by Secrets Manager: nobody has seen them"""
GIVEN: Final = (
    "ca.crt",
    "servico-api.jwk",
    "servico-webhooks.jwk",
    "servicos.json",
    "auth-interno.crt",
    "auth-interno.key",
    "correio",
    "canario",
)
"""empty until somebody gives them: from `fiscalxml-ops segredos`, or from another company"""


class SecretsStack(Part):
    """By region: in the recovery one, the same names refer to the copies.

    `database[role]`: JSON {engine, host, port, username, password, …}, as AWS's rotation keeps it;
    `cache[user]`: {username, password}; `files[name]`: the text of the file of that name of
    compose.yaml's secrets.
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
        cache: CacheStack,
        database: DatabaseStack | None,
    ) -> None:
        super().__init__(scope, id_, deployment=deployment, region=region, part="segredos")
        self._network, self._database = network, database
        self.cache = cache.users
        names = (*(f"banco/{role}" for role in (OWNER, *SERVICES)), *DRAWN, *GIVEN)
        made = {name: self._secret(name, keys) for name in names}
        self.database = {role: made[f"banco/{role}"] for role in (OWNER, *SERVICES)}
        self.files = {name: made[name] for name in (*DRAWN, *GIVEN)}

    def _secret(self, name: str, keys: KeysStack) -> secretsmanager.ISecret:
        full = f"{self.deployment.prefix}/{name}"
        if self.region != self.deployment.primary:
            return secretsmanager.Secret.from_secret_name_v2(self, name, full)
        return secretsmanager.Secret(self, name, secret_name=full, encryption_key=keys.secrets)
