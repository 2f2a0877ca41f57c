"""Every role's boundary, what comes before the bootstrap, the steps of a delivery."""

from __future__ import annotations

import json
import os
import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from .test_running import OUT, of, template

HERE = Path(__file__).parents[1]
ROLE = "arn:aws:iam::111122223333:role/"
TEMPLATE_BYTES = 51_200
"""CloudFormation takes no larger one without a bucket"""


def _identities() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OUT / "Identidades.template.json").read_text())
    return found


def _denied(sid: str) -> dict[str, Any]:
    policies = [
        each["Properties"]["PolicyDocument"]["Statement"]
        for each in _identities()["Resources"].values()
        if each["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    (found,) = [each for told in policies for each in told if each.get("Sid") == sid]
    assert found["Effect"] == "Deny"
    statement: dict[str, Any] = found
    return statement


def test_every_role_has_the_boundary() -> None:
    for path in OUT.glob("*.template.json"):
        for name, each in json.loads(path.read_text())["Resources"].items():
            if each["Type"] == "AWS::IAM::Role":
                said = json.dumps(each["Properties"]["PermissionsBoundary"])
                assert ":policy/fiscalxml-producao-limite" in said, (path.name, name)


@pytest.mark.parametrize(
    ("role", "unbounded"),
    [
        # As CloudFormation names them: STACK-LOGICAL ID-LETTERS, shortened to 64 characters.
        ("fiscalxml-producao-segredos-SecretsManagerRDSPostgreSQ-1ABCDEFGHIJK", True),
        ("fiscalxml-producao-segre-SecretsManagerRDSPostgreSQ-1ABCDEFGHIJK", True),
        ("fiscalxml-producao-banco-Administrad-SecretsManagerRDSPo-1ABCDEFGH", True),
        ("fiscalxml-producao-fundo-Tarefaworker1234ABCD-1ABCDEFGHIJK", False),
        ("fiscalxml-producao-fundo-SecretsManager-1ABCDEFGHIJK", False),
        ("administrador", False),
    ],
)
def test_only_functions_that_change_passwords_are_above_the_boundary(
    role: str, *, unbounded: bool
) -> None:
    """AWS's transform makes their roles, and takes no boundary: the stacks could not be made."""
    exempt = _denied("SemLimite")["NotResource"]
    assert any(fnmatchcase(ROLE + role, each) for each in exempt) is unbounded
    for stack in ("Banco", "Segredos"):
        assert "AWS::SecretsManager-" in json.dumps(template(stack)["Transform"])
    # Those that it binds, who deploys among them, do not change it.
    assert _denied("LimiteFica")["Resource"].endswith(":policy/fiscalxml-producao-limite")
    assert "iam:CreatePolicyVersion" in _denied("LimiteFica")["Action"]
    # Nobody's boundary is changed to another, theirs neither.
    assert _denied("OutroLimite")["Resource"] == "*"


def test_identities_come_before_the_bootstrap() -> None:
    """Its roles get the boundary that is made here: so this asks for nothing of it."""
    found = _identities()
    assert "BootstrapVersion" not in found.get("Parameters", {})
    assert "CheckBootstrapVersion" not in found.get("Rules", {})
    assert (OUT / "Identidades.template.json").stat().st_size < TEMPLATE_BYTES
    assert "BootstrapVersion" in template("Rede")["Parameters"]


def test_whoever_deploys_migrates_in_the_region_that_serves() -> None:
    said = json.dumps(
        [
            each["Properties"]["PolicyDocument"]
            for each in _identities()["Resources"].values()
            if each["Type"] == "AWS::IAM::Policy"
        ]
    )
    for region in ("us-east-1", "us-west-2"):
        assert f"ecs:{region}:111122223333:task-definition/fiscalxml-producao-migrate:*" in said
        assert f"ssm:{region}:111122223333:parameter/fiscalxml-producao/tarefas/rede" in said


@pytest.mark.parametrize("stack", ["Tarefas", "Fundo", "Atende"])
def test_guardduty_finds_its_agent(stack: str) -> None:
    """Fargate pulls it by the role that starts the task."""
    starting = [
        json.dumps(each["PolicyDocument"])
        for each in of("AWS::IAM::Policy", stack).values()
        if each["Roles"][0]["Ref"].startswith("Execucao")
    ]
    assert starting
    for each in starting:
        assert "repository/aws-guardduty-agent-fargate" in each


FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >> "$DITO"
case "$*" in
  *describe-stacks*) echo "$ACORDADA" ;;
  *get-parameter*) echo rede ;;
  *run-task*) echo arn:tarefa ;;
  *describe-tasks*) echo "$CODIGO" ;;
esac
"""
"""of AWS's command line and the CDK's: what the script asks of them, and in which order"""


@pytest.mark.parametrize(
    ("awake", "code", "steps"),
    [
        ("sim", 0, ["cdk Tarefas", "aws run-task", "cdk Fundo", "cdk Atende"]),
        ("sim", 1, ["cdk Tarefas", "aws run-task"]),
        ("nao", 0, ["cdk Tarefas", "cdk Fundo", "cdk Atende"]),
        ("None", 0, ["cdk Tarefas"]),
    ],
)
def test_a_delivery_migrates_where_a_region_serves(
    tmp_path: Path, awake: str, code: int, steps: list[str]
) -> None:
    for name in ("aws", "cdk"):
        (tmp_path / name).write_text(FAKE)
        (tmp_path / name).chmod(0o755)
    told = tmp_path / "dito"
    ended = subprocess.run(  # noqa: S603 - our own script
        [
            "/usr/bin/env",
            "bash",
            HERE / "entrega.sh",
            "producao",
            "us-west-2",
            "sha256:a",
            "sha256:b",
            "cdk",
        ],
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "DITO": str(told),
            "ACORDADA": awake,
            "CODIGO": str(code),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    found = re.findall(
        r"^(cdk) .* (Tarefas|Fundo|Atende)-us-west-2|^(aws) ecs (run-task)", told.read_text(), re.M
    )
    assert [" ".join(filter(None, each)) for each in found] == steps
    assert (ended.returncode == 0) is (len(steps) > 2), ended.stderr


def test_commands_of_a_disaster_have_the_rights_that_their_stacks_ask_for() -> None:
    """A stack with a role is refused without `--capabilities`, parameter or not."""
    readme = (HERE / "README.md").read_text()
    commands = re.findall(r"aws cloudformation update-stack(?:[^\n]*\\\n)*[^\n]*", readme)
    assert len(commands) == 3
    for each in commands:
        assert "--capabilities CAPABILITY_NAMED_IAM" in each
    for stack in ("Banco", "Cluster", "Fundo", "Atende"):
        assert "AWS::IAM::Role" in json.dumps(template(stack, "us-west-2")["Resources"])
        assert f"fiscalxml-producao-{stack.lower()}" in readme or "$s" in readme
