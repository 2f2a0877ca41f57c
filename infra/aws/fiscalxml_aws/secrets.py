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
from .secret import copied, kept, login, rotate

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
DRAWN: Final = {
    "auth.key": "Trocar o segredo do Auth pede o de antes ao lado até tudo ser refeito.",
    "webhooks.key": "Trocar o segredo dos webhooks pede o de antes ao lado até tudo ser refeito.",
}
"""32 bytes in hexadecimal, drawn by Secrets Manager: nobody has seen them"""
GIVEN: Final = {
    "ca.crt": "Certificados públicos das autoridades de dentro e da AWS.",
    "servico-api.jwk": "O par público está em servicos.json: os dois trocam juntos, por comando.",
    "servico-webhooks.jwk": "O par público está em servicos.json: os dois trocam juntos.",
    "servicos.json": "Chaves públicas dos serviços.",
    "correio": "De outra empresa: o servidor de correio a troca.",
    "canario": "Chave de API do canário: o produto a troca, com sobreposição.",
}
"""empty until somebody gives them: from `fiscalxml-ops segredos`, or from another company"""


class SecretsStack(Part):
    """By region: in the recovery one, the same names refer to the copies.

    `database[role]`: JSON {engine, host, port, username, password, …}, as AWS's rotation keeps it;
    `cache[user]`: {username, password}; `files[name]`: the text of the file of that name of
    compose.yaml's secrets. Tasks get them as files: see `fiscalxml_ops.aws.segredos`.
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
        self.cache = cache.users
        if database is None:
            self.database = {role: self._copy(f"banco/{role}", keys) for role in (OWNER, *SERVICES)}
            self.files = {name: self._copy(name, keys) for name in (*DRAWN, *GIVEN)}
            return
        self.database = {
            role: self._role(role, keys, network, database) for role in (OWNER, *SERVICES)
        }
        self.files = {
            **{name: self._drawn(name, keys, why) for name, why in DRAWN.items()},
            **{name: kept(self, name, self._name(name), keys, why) for name, why in GIVEN.items()},
        }

    def _name(self, name: str) -> str:
        return f"{self.deployment.prefix}/{name}"

    def _copy(self, name: str, keys: KeysStack) -> secretsmanager.ISecret:
        return copied(self, name.replace("/", "-"), self._name(name), keys)

    def _drawn(self, name: str, keys: KeysStack, why: str) -> secretsmanager.Secret:
        return kept(
            self,
            name,
            self._name(name),
            keys,
            why,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64,
                exclude_uppercase=True,
                exclude_punctuation=True,
                exclude_characters="ghijklmnopqrstuvwxyz",
                require_each_included_type=False,
            ),
        )

    def _role(
        self, role: str, keys: KeysStack, network: NetworkStack, database: DatabaseStack
    ) -> secretsmanager.ISecret:
        """The owner has no second login: only one-off tasks use it, and what a clone made would be
        the clone's.
        """
        secret = kept(
            self,
            f"banco-{role}",
            self._name(f"banco/{role}"),
            keys,
            generate_secret_string=login(role),
        ).attach(database.primary)
        rotate(
            secret,
            f"{self.deployment.prefix}-senha-{role.removeprefix('fiscalxml_')}",
            network,
            None if role == OWNER else database.administrator,
        )
        return secret
