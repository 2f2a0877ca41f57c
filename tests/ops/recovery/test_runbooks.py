"""Runbooks of disasters: steps that the drill runs, and commands that AWS has."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from .runbook import PAGES, aws_blocks, steps

_HERE: Final = Path(__file__).parent
_USED: Final = re.compile(r'step\(\s*"([\w-]+)"')
_LINK: Final = re.compile(r"\]\(([^)#]+)")
_GLOBAL: Final = {"region", "query", "output", "profile"}
_SESSION: Final = botocore.session.get_session()


def test_the_drill_runs_every_step_and_no_other() -> None:
    used = {name for path in _HERE.glob("*.py") for name in _USED.findall(path.read_text("utf-8"))}
    assert set(steps()) == used


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_one_needs_and_its_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in _LINK.findall(text):
        assert (page.parent / target).exists(), target
    if page.stem != "README":
        assert text.startswith(f"# {page.stem}\n")
        sections = [line for line in text.splitlines() if line.startswith("## ")]
        assert sections == [
            "## O que significa",
            "## O que o usuário vê",
            "## Primeiros 5 minutos",
            "## Mais fundo",
            "## Quando escalar",
        ]
        assert f"({page.name})" in (page.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize(("page", "script"), [*steps().items(), *aws_blocks()])
def test_each_script_is_one_of_a_shell(page: str, script: str) -> None:
    run = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True)
    assert run.returncode == 0, f"{page}: {run.stderr}"


def test_each_command_of_aws_is_an_operation_with_all_that_it_must_be_given() -> None:
    commands = [(page, line) for page, script in aws_blocks() for line in script.splitlines()]
    assert len(commands) > 20
    assert {page: fault for page, line in commands for fault in faults(line)} == {}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("aws rds promote-read-replica --region x", "--db-instance-identifier"),
        ("aws rds promote-replica --db-instance-identifier x", "promote-replica"),
        ("aws kms describe-key --key x --key-id y", "--key"),
        ("aws rds wait db-instance-there --db-instance-identifier x", "db-instance-there"),
        ("aws rdss promote-read-replica", "rdss"),
    ],
)
def test_a_command_that_aws_does_not_have_is_found(line: str, fault: str) -> None:
    assert any(fault in each for each in faults(line))


def faults(line: str) -> Iterator[str]:
    """What is wrong with a command of the `aws` program, by the models that it is made from."""
    program, service, operation, *rest = shlex.split(line)
    if program != "aws":
        yield f"not a command of aws: {line}"
        return
    service = service.removesuffix("api")  # the program's `s3api` is the service's own operations
    try:
        model = _SESSION.get_service_model(service)
    except UnknownServiceError:
        yield f"no service {service}"
        return
    if operation == "wait":
        name, *rest = rest
        waiters = _SESSION.get_waiter_model(service)
        found = {xform_name(each, "-"): each for each in waiters.waiter_names}
        operation = (
            xform_name(waiters.get_waiter(found[name]).operation, "-") if name in found else ""
        )
        if not operation:
            yield f"{service} has no waiter {name}"
            return
    names = {xform_name(each, "-"): each for each in model.operation_names}
    if operation not in names:
        yield f"{service} has no operation {operation}"
        return
    shape: Any = model.operation_model(names[operation]).input_shape
    members = {xform_name(each, "-"): each for each in shape.members}
    given = {each.removeprefix("--") for each in rest if each.startswith("--")} - _GLOBAL
    for each in given:
        if each not in members and each.removeprefix("no-") not in members:
            yield f"{service} {operation} has no --{each}"
    for each in shape.required_members:
        if xform_name(each, "-") not in given:
            yield f"{service} {operation} needs --{xform_name(each, '-')}"
