"""A task of ECS is what a container of compose.yaml is; what differs is named here, with why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from fiscalxml_aws import gateway, roles, settings
from fiscalxml_aws.hosts import Hosts
from fiscalxml_aws.roles import Role

ROOT = Path(__file__).parents[3]
PLACE = settings.Place(
    region="us-east-1",
    environment="producao",
    hosts=Hosts("fiscal.example.com.br"),
    database="banco",
    replica="leitura",
    cache="cache",
    buckets={"documents": "documentos", "keys": "chaves", "audit": "auditoria"},
    master="arn:mestra",
    master_mac="arn:mac",
    cluster="cluster",
    workers="workers",
)
SERVICES: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
OF_COMPOSE = [role for role in roles.ALL if role.name in SERVICES]

NOT_HERE = {
    # Amazon's own S3, and a task has a role of its own.
    "FISCALXML_OBJECTS_ENDPOINT",
    # KMS holds the master key.
    "FISCALXML_MASTER_KEY_FILE",
}
ONLY_HERE = {
    "FISCALXML_MASTER_KEY_KMS",
    "FISCALXML_MASTER_KEY_KMS_MAC",
    "FISCALXML_TLS_CERTIFICATE_FILE",
    "FISCALXML_TLS_KEY_FILE",
    "FISCALXML_DANFE_SECONDS",
    "FISCALXML_SEGREDOS",
    # The canary: the two services have a host each.
    "FISCALXML_WEBHOOKS_URL",
}
AS_PATHS = {"canario": {"FISCALXML_SECRETS_DIR"}}
"""compose.yaml mounts its one secret at a path"""
FILES_NOT_HERE = {
    "mestra.key",
    "fiscalxml_objects_access_key",
    "fiscalxml_objects_secret_key",
}


def _compose_files(service: Mapping[str, Any]) -> set[str]:
    return {
        each if isinstance(each, str) else each["target"] for each in service.get("secrets", ())
    }


def _ours(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith("FISCALXML_")}


def test_no_role_of_ours_is_forgotten() -> None:
    ours = {
        name
        for name, service in SERVICES.items()
        if str(service.get("image", "")).startswith("${IMAGEM:-fiscalxml}")
    }
    # Buckets are made by their stack; `auth-interno` is the load balancer inside.
    assert ours - {"baldes", "auth-interno"} == {role.name for role in OF_COMPOSE}
    assert {role.name for role in roles.ALL} - ours == {"escala", "papeis"}


@pytest.mark.parametrize("role", OF_COMPOSE, ids=lambda role: role.name)
def test_settings_are_those_of_compose(role: Role) -> None:
    expected = _ours(set(SERVICES[role.name]["environment"])) - NOT_HERE
    found = _ours(set(settings.environment(role, PLACE))) - ONLY_HERE
    found -= AS_PATHS.get(role.name, set())
    assert found == expected


@pytest.mark.parametrize("role", OF_COMPOSE, ids=lambda role: role.name)
def test_secrets_are_those_of_compose(role: Role) -> None:
    expected = _compose_files(SERVICES[role.name]) - FILES_NOT_HERE
    assert set(settings.files(role, PLACE)) == expected
    sources = {
        each["target"]: each["source"]
        for each in SERVICES[role.name].get("secrets", ())
        if isinstance(each, dict)
    }
    for file, source in role.files.items():
        assert source == sources.get(file, file)


@pytest.mark.parametrize("role", OF_COMPOSE, ids=lambda role: role.name)
def test_commands_and_patience_are_those_of_compose(role: Role) -> None:
    service = SERVICES[role.name]
    given = [*service.get("entrypoint", ["fiscalxml"]), *service.get("command", ())]
    assert list(role.command) == given
    assert role.size.stop == int(service["stop_grace_period"].removesuffix("s"))


def test_a_lease_is_given_back_before_fargate_kills() -> None:
    assert roles.WORKER.size.stop <= 120


def test_each_database_login_is_of_its_own_role() -> None:
    for role in roles.ALL:
        found = [each for each in settings.logins(role, PLACE) if each.kind == "database"]
        assert {each.user for each in found} <= {role.database}
    assert len({role.database for role in roles.WEB}) == len(roles.WEB)


def test_no_setting_holds_a_secret() -> None:
    for role in roles.ALL:
        for name, value in settings.environment(role, PLACE).items():
            assert "{password}" in value or "password" not in value, name


def test_the_gateway_is_composes() -> None:
    service = SERVICES["gateway"]
    assert service["image"] == gateway.IMAGE
    assert service["user"] == gateway.USER
    kongs = dict(
        line.split("=", 1)
        for line in (ROOT / "infra/kong/kong.env").read_text().splitlines()
        if re.match("KONG_", line)
    )
    found = gateway.environment("10.40.0.0/16")
    assert set(kongs) < set(found)
    changed = {name for name in kongs if found[name] != kongs[name]}
    assert changed == {"KONG_PROXY_LISTEN", "KONG_TRUSTED_IPS", "KONG_REAL_IP_HEADER"}
