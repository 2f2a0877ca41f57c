"""What is kept, for how long, from whom, and where its copies are."""

from __future__ import annotations

from typing import Any

import pytest

from fiscalxml_aws.config import Deployment
from fiscalxml_aws.storage import days

from .conftest import synthesize
from .templates import Resource, Template, statements

KEPT = {"documentos", "chaves", "auditoria", "copias", "trilha"}


def buckets(
    stacks: dict[str, Template], deployment: Deployment, region: str
) -> dict[str, Resource]:
    """Purpose -> bucket."""
    named = stacks[f"Armazenamento-{region}"].by("AWS::S3::Bucket", "BucketName")
    start, end = f"{deployment.prefix}-", f"-{deployment.account}-{region}"
    return {name.removeprefix(start).removesuffix(end): each for name, each in named.items()}


def policies(template: Template) -> dict[str, list[dict[str, Any]]]:
    """Logical id of a bucket -> statements of its policy."""
    return {
        each.properties["Bucket"]["Ref"]: statements(each.properties["PolicyDocument"])
        for each in template.of("AWS::S3::BucketPolicy").values()
    }


@pytest.fixture(params=["primary", "recovery"])
def region(request: pytest.FixtureRequest, deployment: Deployment) -> str:
    return str(getattr(deployment, request.param))


@pytest.fixture
def found(stacks: dict[str, Template], deployment: Deployment, region: str) -> dict[str, Resource]:
    return buckets(stacks, deployment, region)


def test_no_bucket_is_public_or_forgets(found: dict[str, Resource]) -> None:
    assert set(found) == KEPT | {"registros"}
    for each in found.values():
        assert all(each.properties["PublicAccessBlockConfiguration"].values())
        assert each.properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert each.all["DeletionPolicy"] == "Retain"
        owner = each.properties["OwnershipControls"]["Rules"]
        assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_what_is_kept_has_a_key_of_ours_and_can_be_held(found: dict[str, Resource]) -> None:
    for purpose in KEPT:
        properties = found[purpose].properties
        (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["BucketKeyEnabled"] is True
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        assert properties["ObjectLockEnabled"] is True


def test_what_is_locked_from_its_beginning(found: dict[str, Resource]) -> None:
    """Documents are not: they must be erasable, and clients send no checksum (decision 38)."""
    locked = {
        purpose: each.properties.get("ObjectLockConfiguration", {}).get("Rule")
        for purpose, each in found.items()
        if purpose in KEPT
    }
    assert locked == {
        "documentos": None,
        "chaves": None,
        "auditoria": {"DefaultRetention": {"Days": days(132), "Mode": "COMPLIANCE"}},
        "copias": {"DefaultRetention": {"Days": 35, "Mode": "COMPLIANCE"}},
        "trilha": {"DefaultRetention": {"Days": 400, "Mode": "COMPLIANCE"}},
    }


def test_132_months_are_eleven_years_with_their_leap_days() -> None:
    assert days(132) == 11 * 365 + 3


def test_documents_are_read_at_once_for_all_of_their_custody(found: dict[str, Resource]) -> None:
    for purpose in ("documentos", "chaves"):
        rules = found[purpose].properties["LifecycleConfiguration"]["Rules"]
        classes = {each["StorageClass"] for rule in rules for each in rule.get("Transitions", [])}
        assert classes <= {"STANDARD_IA", "GLACIER_IR"}
        assert not any("ExpirationInDays" in rule for rule in rules)


def test_what_was_erased_is_gone_when_certificates_say_so(
    found: dict[str, Resource], deployment: Deployment
) -> None:
    for purpose in ("documentos", "chaves"):
        rules = found[purpose].properties["LifecycleConfiguration"]["Rules"]
        (gone,) = [each for each in rules if "NoncurrentVersionExpiration" in each]
        assert gone["NoncurrentVersionExpiration"] == {"NoncurrentDays": deployment.backup_days}


def test_uploads_that_nobody_completes_go(found: dict[str, Resource]) -> None:
    for each in found.values():
        rules = each.properties["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)


def test_only_tls_and_no_version_is_deleted(
    stacks: dict[str, Template], found: dict[str, Resource], region: str
) -> None:
    said = policies(stacks[f"Armazenamento-{region}"])
    for purpose, bucket in found.items():
        denied = [each for each in said[bucket.name] if each["Effect"] == "Deny"]
        assert any(
            each["Condition"].get("Bool") == {"aws:SecureTransport": "false"} for each in denied
        )
        assert any("NumericLessThan" in each["Condition"] for each in denied)
        if purpose in KEPT:
            (versions,) = [each for each in denied if each.get("Sid") == "VersoesFicam"]
            assert {"s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"} <= set(
                versions["Action"]
            )
            assert list(versions["Condition"]) == ["ArnNotEquals"]


def test_copies_are_in_the_other_region(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    there = deployment.recovery
    for purpose, each in buckets(stacks, deployment, deployment.primary).items():
        if purpose not in KEPT:
            continue
        (rule,) = each.properties["ReplicationConfiguration"]["Rules"]
        assert rule["Status"] == "Enabled"
        assert rule["Filter"] == {"Prefix": ""}
        # What is erased here is erased there.
        assert rule["DeleteMarkerReplication"] == {"Status": "Enabled"}
        target = rule["Destination"]
        assert target["Bucket"] == f"arn:aws:s3:::{deployment.bucket(purpose, there)}"
        assert target["ReplicationTime"] == {"Status": "Enabled", "Time": {"Minutes": 15}}
        alias = target["EncryptionConfiguration"]["ReplicaKmsKeyID"].split(":", 5)[5]
        assert alias in stacks[f"Chaves-{there}"].by("AWS::KMS::Alias", "AliasName")


def test_a_late_copy_is_told(stacks: dict[str, Template], deployment: Deployment) -> None:
    alarms = stacks[f"Armazenamento-{deployment.primary}"].of("AWS::CloudWatch::Alarm")
    assert len(alarms) == 2 * len(KEPT)
    for each in alarms.values():
        assert each.properties["AlarmActions"]


def test_one_returns_by_copying_back() -> None:
    deployment, stacks = synthesize({"volta": "sim"})
    found = buckets(stacks, deployment, deployment.recovery)
    for purpose in KEPT:
        (rule,) = found[purpose].properties["ReplicationConfiguration"]["Rules"]
        assert deployment.primary in rule["Destination"]["Bucket"]


def test_a_lock_of_governance_is_a_setting() -> None:
    deployment, stacks = synthesize({"trava": "governance"})
    found = buckets(stacks, deployment, deployment.primary)
    rule = found["auditoria"].properties["ObjectLockConfiguration"]["Rule"]
    assert rule["DefaultRetention"]["Mode"] == "GOVERNANCE"


def test_a_lock_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="trava"):
        synthesize({"trava": "talvez"})
