"""What the templates of `make synth` say of everything that runs: tasks, deployments, scaling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fiscalxml_aws import roles, web
from fiscalxml_ops.scaling import policies

Properties = dict[str, Any]
OUT = Path(__file__).parents[1] / "cdk.out"
HERE, THERE = "us-east-1", "us-west-2"
RUNNING = ("Tarefas", "Fundo", "Atende")
BUCKETS = {"documents": "documentos", "keys": "chaves", "audit": "auditoria"}


def template(stack: str, region: str = HERE) -> Properties:
    found: Properties = json.loads((OUT / f"{stack}-{region}.template.json").read_text())
    return found


def of(type_: str, stack: str, region: str = HERE) -> dict[str, Properties]:
    """Logical id -> properties."""
    return {
        name: each.get("Properties", {})
        for name, each in template(stack, region)["Resources"].items()
        if each["Type"] == type_
    }


def tasks() -> Iterator[tuple[str, Properties]]:
    for stack in RUNNING:
        for each in of("AWS::ECS::TaskDefinition", stack).values():
            yield each["Family"].removeprefix("fiscalxml-producao-"), each


def containers() -> Iterator[tuple[str, Properties]]:
    for name, task in tasks():
        for each in task["ContainerDefinitions"]:
            yield name, each


def statements(stack: str, role: str) -> list[Properties]:
    """Of the policies of roles whose logical id begins so."""
    return [
        statement
        for policy in of("AWS::IAM::Policy", stack).values()
        if any(each["Ref"].startswith(role) for each in policy["Roles"])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_every_role_has_a_task() -> None:
    assert {name for name, _ in tasks()} == {role.name for role in roles.ALL} | {"kong"}


def test_no_container_may_more_than_it_must() -> None:
    for task, each in containers():
        where = (task, each["Name"])
        assert each["ReadonlyRootFilesystem"] is True, where
        assert each["Privileged"] is False, where
        assert each["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}, where
        for tmpfs in each["LinuxParameters"].get("Tmpfs", ()):
            assert {"nosuid", "nodev"} <= set(tmpfs["MountOptions"]), where
            assert "noexec" in tmpfs["MountOptions"] or each["Name"] == "kong", where


def test_a_shell_opens_where_an_operator_chose_that_and_its_root_can_be_written_to() -> None:
    """ECS Exec's agent writes to the root; the variant is made by `make check-infra`."""
    variant = OUT.with_name("cdk.out.variante")
    for stack in ("Fundo", "Atende"):
        made = json.loads((variant / f"{stack}-{HERE}.template.json").read_text())["Resources"]
        services = [each for each in made.values() if each["Type"] == "AWS::ECS::Service"]
        assert services
        assert all(each["Properties"]["EnableExecuteCommand"] for each in services)
        for each in made.values():
            if each["Type"] == "AWS::ECS::TaskDefinition":
                role = each["Properties"]["Family"].removeprefix("fiscalxml-producao-")
                roots = {
                    said["Name"]: said["ReadonlyRootFilesystem"]
                    for said in each["Properties"]["ContainerDefinitions"]
                }
                assert [name for name, fixed in roots.items() if not fixed] == [role]


def test_containers_ask_for_no_more_memory_than_their_task_has() -> None:
    """ECS adds up reservations, or limits where there are none, and refuses a definition beyond."""
    for name, task in tasks():
        asked = [
            each.get("MemoryReservation", each.get("Memory"))
            for each in task["ContainerDefinitions"]
        ]
        assert sum(asked) <= int(task["Memory"]), name


def test_services_begin_after_what_they_begin_with() -> None:
    for stack in ("Fundo", "Atende"):
        alarms = of("AWS::CloudWatch::Alarm", stack)
        for each in template(stack)["Resources"].values():
            if each["Type"] != "AWS::ECS::Service":
                continue
            name = each["Properties"]["ServiceName"].removeprefix("fiscalxml-producao-")
            before = each["DependsOn"]
            assert any(one.startswith(f"Execucao{name}DefaultPolicy") for one in before), name
            how = each["Properties"]["DeploymentConfiguration"].get("Alarms", {})
            judges = {
                logical
                for logical, alarm in alarms.items()
                if alarm["AlarmName"] in how.get("AlarmNames", ())
            }
            assert judges <= set(before), name


def test_root_runs_only_before_a_role_without_secrets() -> None:
    root = [(task, each) for task, each in containers() if each["User"].startswith("0")]
    assert {(task, each["Name"]) for task, each in root} == {
        ("worker", "abertura"),
        ("kong", "rotas"),
    }
    for task, each in root:
        assert "Secrets" not in each
        assert each["Essential"] is False
        (main,) = [found for name, found in containers() if name == task and found["Name"] == task]
        assert {"Condition": "SUCCESS", "ContainerName": each["Name"]} in main["DependsOn"]


def test_images_are_known_by_digest() -> None:
    for task, each in containers():
        text = json.dumps(each["Image"])
        assert "@" in text, task
        assert ":latest" not in text, task
    for stack in RUNNING:
        parameter = template(stack)["Parameters"]["Versao"]
        assert parameter["AllowedPattern"] == "sha256:[0-9a-f]{64}"
        assert "Default" not in parameter


def test_secrets_of_a_role_are_read_for_no_other() -> None:
    for role in roles.ALL:
        stack = "Tarefas" if role in roles.ONCE else "Atende" if role in roles.WEB else "Fundo"
        (task,) = [task for name, task in tasks() if name == role.name]
        wanted = {
            json.dumps(secret["ValueFrom"])
            for each in task["ContainerDefinitions"]
            for secret in each.get("Secrets", ())
        }
        granted = {
            json.dumps(resource)
            for statement in statements(stack, f"Execucao{role.name}")
            if "secretsmanager:GetSecretValue" in statement["Action"]
            for resource in (
                statement["Resource"]
                if isinstance(statement["Resource"], list)
                else [statement["Resource"]]
            )
        }
        assert granted == wanted, role.name


@pytest.mark.parametrize("role", roles.ALL, ids=lambda role: role.name)
def test_a_role_reaches_its_own_buckets_and_keys(role: roles.Role) -> None:
    stack = "Tarefas" if role in roles.ONCE else "Atende" if role in roles.WEB else "Fundo"
    found = statements(stack, f"Tarefa{role.name}")
    written = {
        name
        for name, purpose in BUCKETS.items()
        for each in found
        if "s3:PutObject" in each["Action"] and f"-{purpose}-" in json.dumps(each["Resource"])
    }
    assert written == set(role.buckets)
    assert any("kms:GenerateMac" in each["Action"] for each in found) == role.master
    for each in found:
        assert each["Action"] != "*"
        if "auditoria" in json.dumps(each["Resource"]):
            assert "s3:DeleteObject" not in each["Action"]


def test_a_new_version_gets_a_tenth_and_the_old_one_waits() -> None:
    found = of("AWS::ECS::Service", "Atende")
    assert len(found) == len(roles.WEB) + 1
    for each in found.values():
        how = each["DeploymentConfiguration"]
        assert how["Strategy"] == "CANARY"
        assert how["CanaryConfiguration"]["CanaryPercent"] == web.CANARY_PERCENT
        assert how["BakeTimeInMinutes"] == web.BAKE_MINUTES
        assert how["Alarms"]["Enable"] is True
        assert how["Alarms"]["Rollback"] is True
        assert len(how["Alarms"]["AlarmNames"]) == 3
        assert how["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        (balancer,) = each["LoadBalancers"]
        advanced = balancer["AdvancedConfiguration"]
        assert advanced["AlternateTargetGroupArn"] != balancer["TargetGroupArn"]
        assert "ProductionListenerRule" in advanced
    named = {each["AlarmName"] for each in of("AWS::CloudWatch::Alarm", "Atende").values()}
    for each in found.values():
        assert set(each["DeploymentConfiguration"]["Alarms"]["AlarmNames"]) <= named


def test_workers_are_replaced_beside_each_other() -> None:
    for each in of("AWS::ECS::Service", "Fundo").values():
        how = each["DeploymentConfiguration"]
        assert (how["MinimumHealthyPercent"], how["MaximumPercent"]) == (100, 200)
        assert how["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


def test_no_task_is_reached_from_the_internet() -> None:
    for stack in ("Fundo", "Atende"):
        for each in of("AWS::ECS::Service", stack).values():
            network = each["NetworkConfiguration"]["AwsvpcConfiguration"]
            assert network.get("AssignPublicIp", "DISABLED") == "DISABLED"
            assert each["EnableExecuteCommand"] is False


def test_the_recovery_region_sleeps_until_a_parameter_wakes_it() -> None:
    for stack in ("Fundo", "Atende", "Cluster"):
        assert template(stack)["Parameters"]["Acordada"]["Default"] == "sim"
        assert template(stack, THERE)["Parameters"]["Acordada"]["Default"] == "nao"
    for stack in ("Fundo", "Atende"):
        bounded = of("AWS::ApplicationAutoScaling::ScalableTarget", stack, THERE)
        assert len(bounded) == len(of("AWS::ECS::Service", stack, THERE))
        for each in bounded.values():
            for bound in ("MinCapacity", "MaxCapacity"):
                assert each[bound]["Fn::If"][0] == "Atende"
                assert each[bound]["Fn::If"][2] == 0
        for each in of("AWS::ECS::Service", stack, THERE).values():
            assert each["DesiredCount"]["Fn::If"] == ["Atende", {"Ref": "AWS::NoValue"}, 0]


def test_scaling_is_the_policies() -> None:
    found = {
        each["PolicyName"].removeprefix("fiscalxml-producao-"): each
        for stack in ("Fundo", "Atende")
        for each in of("AWS::ApplicationAutoScaling::ScalingPolicy", stack).values()
    }
    wanted = {policy.name: policy for target in policies.TARGETS for policy in target.policies}
    assert set(found) == set(wanted)
    for name, policy in wanted.items():
        made = found[name]["StepScalingPolicyConfiguration"]
        assert made["Cooldown"] == policy.cooldown
        steps = [
            (
                each["ScalingAdjustment"],
                each.get("MetricIntervalLowerBound"),
                each.get("MetricIntervalUpperBound"),
            )
            for each in made["StepAdjustments"]
        ]
        assert steps == [
            (step.change, *step.interval(policy.alarm.threshold)) for step in policy.steps
        ]


def test_what_is_not_measured_scales_nothing_and_wakes_somebody() -> None:
    scaling = [
        each
        for stack in ("Fundo", "Atende")
        for each in of("AWS::CloudWatch::Alarm", stack).values()
        if "-escala-" in each["AlarmName"]
    ]
    assert scaling
    assert {each["TreatMissingData"] for each in scaling} == {"notBreaching"}
    (told,) = [
        each
        for each in of("AWS::CloudWatch::Alarm", "Vigia").values()
        if each["AlarmName"].endswith("-escala-escala-sem-medida")
    ]
    assert told["TreatMissingData"] == "breaching"
    assert "plantao" in json.dumps(told["AlarmActions"]).lower()


def test_machines_give_their_credentials_to_nobody() -> None:
    (made,) = of("AWS::EC2::LaunchTemplate", "Cluster").values()
    data = made["LaunchTemplateData"]
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert data["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
    assert data["ImageId"].startswith("resolve:ssm:/aws/service/bottlerocket/aws-ecs-2/x86_64/")
    assert all(each["Ebs"]["Encrypted"] for each in data["BlockDeviceMappings"])
    assert "awsvpc-block-imds = true" in json.dumps(data["UserData"])
    (group,) = of("AWS::AutoScaling::AutoScalingGroup", "Cluster").values()
    machines = policies.API.machines
    assert machines is not None
    assert group["MaxSize"] == str(2 * machines.maximum)
