"""The account is watched in both regions, and somebody is told."""

from __future__ import annotations

from fiscalxml_aws.config import Deployment

from .templates import Template


def test_one_trail_sees_all_regions_and_proves_itself(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    trail = stacks[f"Auditoria-{deployment.primary}"].one("AWS::CloudTrail::Trail").properties
    assert trail["IsMultiRegionTrail"] is True
    assert trail["EnableLogFileValidation"] is True
    assert trail["IncludeGlobalServiceEvents"] is True
    assert trail["KMSKeyId"]
    assert not stacks[f"Auditoria-{deployment.recovery}"].of("AWS::CloudTrail::Trail")


def test_who_touches_documents_or_keys_is_written_down(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    trail = stacks[f"Auditoria-{deployment.primary}"].one("AWS::CloudTrail::Trail").properties
    fields = {
        each["Field"]: each
        for selector in trail["AdvancedEventSelectors"]
        for each in selector["FieldSelectors"]
    }
    assert set(fields["resources.ARN"]["StartsWith"]) == {
        f"arn:aws:s3:::{deployment.bucket(each, region)}/"
        for each in ("documentos", "chaves", "auditoria")
        for region in deployment.regions
    }


def test_both_regions_are_watched(stacks: dict[str, Template], deployment: Deployment) -> None:
    for region in deployment.regions:
        stack = stacks[f"Auditoria-{region}"]
        detector = stack.one("AWS::GuardDuty::Detector").properties
        assert detector["Enable"] is True
        assert {each["Status"] for each in detector["Features"]} == {"ENABLED"}
        assert {each["Name"] for each in detector["Features"]} >= {
            "S3_DATA_EVENTS",
            "RDS_LOGIN_EVENTS",
            "RUNTIME_MONITORING",
        }
        recorder = stack.one("AWS::Config::ConfigurationRecorder").properties
        assert recorder["RecordingGroup"]["AllSupported"] is True
        assert len(stack.of("AWS::SecurityHub::Standard")) == 2
        assert stack.one("AWS::AccessAnalyzer::Analyzer")


def test_what_has_no_region_is_recorded_once(
    stacks: dict[str, Template], deployment: Deployment
) -> None:
    names = []
    for region in deployment.regions:
        recorder = stacks[f"Auditoria-{region}"].one("AWS::Config::ConfigurationRecorder")
        names.append(recorder.properties["RecordingGroup"]["IncludeGlobalResourceTypes"])
    assert names == [True, False]


def test_somebody_is_told(stacks: dict[str, Template], deployment: Deployment) -> None:
    for region in deployment.regions:
        rules = stacks[f"Auditoria-{region}"].of("AWS::Events::Rule")
        assert len(rules) == 5
        for each in rules.values():
            # By a role: EventBridge knows no conditions in a topic's policy, or its key's.
            assert each.properties["Targets"][0]["RoleArn"]
