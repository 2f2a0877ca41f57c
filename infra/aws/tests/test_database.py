"""PostgreSQL on RDS: as compose.yaml's is set, encrypted, in two zones, and never alone."""

from __future__ import annotations

import re
from pathlib import Path

from fiscalxml_aws.config import Deployment
from fiscalxml_aws.postgres import DIFFERENT, PARAMETERS

from .templates import Resource, Template

CONF = Path(__file__).parents[2] / "compose" / "postgres" / "postgresql.conf"
_UNITS = {"kB": 1, "MB": 1024, "GB": 1024**2}
_RDS_UNITS = {"work_mem": 1, "max_wal_size": 1024, "max_slot_wal_keep_size": 1024}
"""kB in what RDS takes as one"""
LARGER = {"max_connections", "max_wal_size", "max_slot_wal_keep_size"}
"""the machine is: at least what the small production has"""


def compose() -> dict[str, str]:
    """What infra/compose sets."""
    lines = re.findall(r"^(\w+) = '?([^'\n]+?)'?$", CONF.read_text(), re.M)
    return dict(lines)


def plain(name: str, value: str) -> str:
    """A value of postgresql.conf, as RDS takes it."""
    size = re.fullmatch(r"(\d+)(kB|MB|GB)", value)
    if size:
        return str(int(size[1]) * _UNITS[size[2]] // _RDS_UNITS[name])
    time = re.fullmatch(r"(\d+)(s|min)", value)
    if time:
        seconds = int(time[1]) * (60 if time[2] == "min" else 1)
        return str(seconds * 1000 if name.endswith("_timeout") and "idle" in name else seconds)
    return {"on": "1", "off": "0"}.get(value, value)


def instances(stacks: dict[str, Template], region: str) -> dict[str, Resource]:
    return stacks[f"Banco-{region}"].by("AWS::RDS::DBInstance", "DBInstanceIdentifier")


def test_every_setting_of_compose_is_the_same_or_has_its_reason() -> None:
    for name, value in compose().items():
        if name in DIFFERENT:
            assert name not in PARAMETERS
        elif name in LARGER:
            assert int(PARAMETERS[name]) >= int(plain(name, value))
        else:
            assert PARAMETERS[name] == plain(name, value), name


def test_the_parameters_are_those_of_each_instance(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    for region in deployment.regions:
        group = stacks[f"Banco-{region}"].one("AWS::RDS::DBParameterGroup")
        assert group.properties["Parameters"] == PARAMETERS
        assert group.properties["Family"] == "postgres18"
        for each in instances(stacks, region).values():
            assert each.properties["DBParameterGroupName"] == {"Ref": group.name}


def test_nothing_leaves_unencrypted() -> None:
    assert PARAMETERS["rds.force_ssl"] == "1"
    assert PARAMETERS["ssl_min_protocol_version"] == "TLSv1.2"


def test_instances_are_private_and_stay(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    for region in deployment.regions:
        for each in instances(stacks, region).values():
            said = each.properties
            assert said["PubliclyAccessible"] is False
            assert said["DeletionProtection"] is True
            assert said["MonitoringInterval"] == 15
            assert said["EnableCloudwatchLogsExports"] == ["postgresql", "upgrade"]
            assert said["DeleteAutomatedBackups"] is False
            assert each.all["DeletionPolicy"] in ("Retain", "Snapshot")


def test_the_primary_has_a_standby_backups_and_their_copies(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    said = instances(stacks, deployment.primary)[deployment.prefix].properties
    assert said["MultiAZ"] is True
    assert said["StorageEncrypted"] is True
    assert said["StorageType"] == "gp3"
    assert said["EngineVersion"] == "18"
    assert said["BackupRetentionPeriod"] == deployment.backup_days
    assert said["AutomaticBackupReplicationRegion"] == deployment.recovery
    assert f":{deployment.recovery}:" in said["AutomaticBackupReplicationKmsKeyId"]
    assert "resolve:secretsmanager" in str(said["MasterUserPassword"])


def test_the_far_replica_follows_the_primary_until_it_is_promoted(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    stack = stacks[f"Banco-{deployment.recovery}"]
    said = instances(stacks, deployment.recovery)[deployment.prefix].properties
    source = deployment.arn("rds", f"db:{deployment.prefix}", deployment.primary)
    nothing = {"Ref": "AWS::NoValue"}
    assert said["SourceDBInstanceIdentifier"] == {"Fn::If": ["Segue", source, nothing]}
    assert said["SourceRegion"] == {"Fn::If": ["Segue", deployment.primary, nothing]}
    assert said["MultiAZ"] == {"Fn::If": ["DuasZonas", True, False]}
    assert stack.content["Parameters"]["Promovida"]["Default"] == "nao"
    assert stack.content["Conditions"]["Segue"] == {"Fn::Equals": [{"Ref": "Promovida"}, "nao"]}
    assert said["BackupRetentionPeriod"] == deployment.backup_days
    # Without a key of its own region it could not be made of an encrypted one.
    assert said["KmsKeyId"]


def test_logs_have_our_key_and_an_end(stacks: dict[str, Template], deployment: Deployment) -> None:
    for region in deployment.regions:
        groups = stacks[f"Banco-{region}"].by("AWS::Logs::LogGroup", "LogGroupName")
        for identifier in instances(stacks, region):
            for name in ("postgresql", "upgrade"):
                group = groups[f"/aws/rds/instance/{identifier}/{name}"]
                assert group.properties["KmsKeyId"]
                assert group.properties["RetentionInDays"] == 400


def test_the_class_is_a_setting(deployment: Deployment, stacks: dict[str, Template]) -> None:
    assert {
        each.properties["DBInstanceClass"]
        for each in instances(stacks, deployment.primary).values()
    } == {f"db.{deployment.database_class}"}
