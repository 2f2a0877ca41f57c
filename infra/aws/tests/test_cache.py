"""Valkey: by TLS, by users of their own, in three zones, and never evicting a message."""

from __future__ import annotations

import re
from pathlib import Path

from fiscalxml_aws.cache import USERS
from fiscalxml_aws.config import Deployment

from .templates import Template

_SOURCE = Path(__file__).parents[3] / "src" / "fiscalxml_ops" / "compose" / "secrets.py"
_CONF = Path(__file__).parents[2] / "compose" / "valkey" / "valkey.conf"


def test_users_have_the_rights_of_composes() -> None:
    lines = re.findall(r'"user (\w+) on >\{\w+\} ([^"\\]+)', _SOURCE.read_text())
    assert {name: f"on {rights}" for name, rights in lines} == USERS


def test_nothing_is_evicted(stacks: dict[str, Template], deployment: Deployment) -> None:
    (policy,) = re.findall(r"^maxmemory-policy (\S+)$", _CONF.read_text(), re.M)
    for region in deployment.regions:
        parameters = stacks[f"Cache-{region}"].one("AWS::ElastiCache::ParameterGroup")
        assert parameters.properties["Properties"] == {"maxmemory-policy": policy}


def test_nodes_are_encrypted_and_take_over(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    for region, nodes in ((deployment.primary, 3), (deployment.recovery, 2)):
        group = stacks[f"Cache-{region}"].one("AWS::ElastiCache::ReplicationGroup").properties
        assert group["Engine"] == "valkey"
        assert group["NumCacheClusters"] == nodes
        assert group["MultiAZEnabled"] is True
        assert group["AutomaticFailoverEnabled"] is True
        assert group["TransitEncryptionEnabled"] is True
        assert group["TransitEncryptionMode"] == "required"
        assert group["AtRestEncryptionEnabled"] is True
        assert group["KmsKeyId"]
        # Clusters have one database; messages and counts are in two.
        assert "NumNodeGroups" not in group


def test_nobody_is_the_default_user_and_no_password_is_told(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    for region in deployment.regions:
        users = stacks[f"Cache-{region}"].by("AWS::ElastiCache::User", "UserName")
        assert set(users) == {*USERS, "default"}
        assert users["default"].properties["AccessString"] == "off ~* -@all"
        for each in users.values():
            (password,) = each.properties["Passwords"]
            assert "resolve:secretsmanager" in str(password)
