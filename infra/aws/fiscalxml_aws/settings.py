"""What each role finds in its environment, and which secrets become files: as compose.yaml says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fiscalxml_ops.cloudflare import origin
from fiscalxml_ops.ecs.starting import NAMES, template, variable

from .hosts import Hosts
from .roles import EVERYWHERE, Bucket, Role

FOLDER: Final = "/run/fiscalxml/segredos"
METRICS_PORT: Final = 9464
OTLP: Final = "http://127.0.0.1:4318"
"""of the collector that each task has beside the role"""
PROXIES: Final = origin.PROXIES["sem_borda"] + 1
"""in front of a service: Cloudflare, the load balancer, the gateway, the load balancer inside"""
_URLS: Final[Mapping[Bucket, str]] = {
    "documents": "FISCALXML_OBJECTS_URL",
    "keys": "FISCALXML_KEYS_URL",
    "audit": "FISCALXML_AUDIT_URL",
}
KEEP_ALIVE_SECONDS: Final = 60
"""for which granian keeps an idle connection: the longest that it can"""
DANFE_SECONDS: Final = 35
"""and ten of waiting: an answer begins before the load balancer inside gives up (`inner`)"""


@dataclass(frozen=True)
class Place:
    """What the roles of one region are told of it. Values may be CloudFormation's references."""

    region: str
    environment: str
    hosts: Hosts
    database: str
    """host of the primary"""
    replica: str
    cache: str
    buckets: Mapping[Bucket, str]
    master: str
    master_mac: str
    cluster: str
    workers: str
    """ECS's name of their service"""


@dataclass(frozen=True)
class Login:
    """A file with an address, into which a JSON secret's user and password are put."""

    file: str
    address: str
    kind: str
    """`database` or `cache`"""
    user: str


def logins(role: Role, place: Place) -> Iterator[Login]:
    """The addresses that have a password in them."""
    if role.database is not None:
        yield _database("fiscalxml_database_url", place.database, role.database)
        if role.replica:
            yield _database("fiscalxml_database_replica_url", place.replica, role.database)
    if role.broker:
        yield _cache("fiscalxml_broker_url", place, 0)
    if role.limits:
        yield _cache("fiscalxml_limits_url", place, 1)


def _database(file: str, host: str, user: str) -> Login:
    address = f"postgresql://{{username}}:{{password}}@{host}:5432/fiscalxml?ssl=verify-full"
    return Login(file, address, "database", user)


def _cache(file: str, place: Place, number: int) -> Login:
    address = f"rediss://{{username}}:{{password}}@{place.cache}:6379/{number}"
    return Login(file, address, "cache", "fiscalxml")


def files(role: Role, place: Place) -> list[str]:
    """Names in FISCALXML_SECRETS_DIR: what compose.yaml mounts there."""
    return [*role.files, *role.logins, *(each.file for each in logins(role, place))]


def environment(role: Role, place: Place) -> dict[str, str]:
    """Everything but secrets."""
    values = {
        "FISCALXML_SECRETS_DIR": FOLDER,
        NAMES: " ".join(files(role, place)),
        **{template(each.file): each.address for each in logins(role, place)},
        **role.settings,
    }
    if "ca.crt" in role.files:
        values["FISCALXML_CA_FILE"] = f"{FOLDER}/ca.crt"
    if role.profile:
        values |= _profile(role, place)
    for bucket in role.buckets:
        values[_URLS[bucket]] = f"s3://{place.buckets[bucket]}/producao"
        values["FISCALXML_OBJECTS_REGION"] = place.region
    if role.master:
        values["FISCALXML_MASTER_KEY_KMS"] = place.master
        values["FISCALXML_MASTER_KEY_KMS_MAC"] = place.master_mac
        values["AWS_DEFAULT_REGION"] = place.region
    return values | _own(role, place)


def _own(role: Role, place: Place) -> dict[str, str]:
    """What follows from what the role does."""
    values: dict[str, str] = {}
    if role.web:
        values |= _web()
    if role.asks_auth:
        values["FISCALXML_AUTH_URL"] = f"https://{place.hosts.inner_auth}"
        values["FISCALXML_SERVICE_KEY_FILE"] = f"{FOLDER}/servico.jwk"
    if role.accounts:
        values |= _accounts(place)
    if role.name == "api":
        values["FISCALXML_DANFE_SECONDS"] = str(DANFE_SECONDS)
    if role.name == "canario":
        values |= _canary(role, place)
    if role.measures:
        values["AWS_DEFAULT_REGION"] = place.region
        values["FISCALXML_ESCALA_AMBIENTE"] = place.environment
        values["FISCALXML_ESCALA_CLUSTER"] = place.cluster
        values["FISCALXML_ESCALA_SERVICO"] = place.workers
    return values


def _profile(role: Role, place: Place) -> dict[str, str]:
    values = {
        "FISCALXML_PERFIL": "producao",
        "FISCALXML_AUTH_ISSUER": f"https://{place.hosts.auth}",
        "FISCALXML_METRICS_HOST": "127.0.0.1",
        "FISCALXML_METRICS_PORT": str(METRICS_PORT),
        "FISCALXML_LOG_LEVEL": "INFO",
        "FISCALXML_TRACE_RATIO": "0.01",
        "FISCALXML_DATABASE_ROLE": str(role.database),
    }
    return values | ({"FISCALXML_OTLP_ENDPOINT": OTLP} if role.metered else {})


def _web() -> dict[str, str]:
    return {
        "FISCALXML_TRUSTED_PROXIES": str(PROXIES),
        "FISCALXML_TLS_CERTIFICATE_FILE": f"{FOLDER}/tarefa.crt",
        "FISCALXML_TLS_KEY_FILE": f"{FOLDER}/tarefa.key",
        # A load balancer reuses a connection for as long as it likes: it must be the first to tire.
        "GRANIAN_HTTP1_HEADER_READ_TIMEOUT": str(KEEP_ALIVE_SECONDS * 1000),
    }


def _accounts(place: Place) -> dict[str, str]:
    return {
        "FISCALXML_PUBLIC_URL": f"https://{place.hosts.auth}",
        "FISCALXML_MAIL_FROM": f"API Fiscal XML <nao-responda@{place.hosts.base}>",
        "FISCALXML_SIGNUP_OPEN": "true",
    }


def _canary(role: Role, place: Place) -> dict[str, str]:
    return {
        "FISCALXML_URL": f"https://{place.hosts.api}",
        "FISCALXML_WEBHOOKS_URL": f"https://{place.hosts.webhooks}",
        "FISCALXML_CANARY_KEY_FILE": f"{FOLDER}/canario",
        "FISCALXML_CANARY_RECEIVER_URL": f"https://canario.{place.hosts.base}/",
        "FISCALXML_CANARY_LISTEN": f"{EVERYWHERE}:{role.receives}",
        "FISCALXML_METRICS_HOST": "127.0.0.1",
        "FISCALXML_METRICS_PORT": str(METRICS_PORT),
    }


def secret_variable(file: str) -> str:
    """The variable that ECS puts a file's content into."""
    return variable(file)
