"""Runbooks: what they tell one to paste at night works."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import click
import pytest
import yaml

from fiscalxml.cli.main import cli
from fiscalxml_ops.artefacts import ROOT
from parts import found

from .names import known_metrics, metrics_of
from .pages import PAGES, blocks

_LINK: Final = re.compile(r"\]\(([^)#]+)")
_COMPOSE: Final = re.compile(
    r"docker compose (\w+)(?: -[\w-]+(?: (?:\d\w*|HUP))?)* (\w[\w-]*) ?([\w-]*)"
)


def test_each_expression_is_one_on_metrics_that_there_are(tmp_path: Path) -> None:
    rules = [
        {"record": f"runbook:{page}:{number}", "expr": expr}
        for number, (page, expr) in enumerate(blocks("promql"))
    ]
    assert len(rules) > 10
    known = known_metrics()
    for page, expr in blocks("promql"):
        assert not set(metrics_of(expr)) - known, f"{page}: {expr}"
    file = tmp_path / "runbooks.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "runbooks", "rules": rules}]}))
    run = subprocess.run(
        [found("promtool"), "check", "rules", file], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_command_is_one_of_a_shell(page: Path) -> None:
    for name, script in blocks("sh"):
        if name == page.stem:
            assert ".venv" not in script, "a service's machine has the image and no checkout"
            run = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True)
            assert run.returncode == 0, f"{script}\n{run.stderr}"


def test_each_container_that_is_named_is_one_and_gets_arguments_of_its_own_program() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    found_ones = [
        (page.stem, *each)
        for page in PAGES
        for each in _COMPOSE.findall(page.read_text(encoding="utf-8"))
    ]
    assert len(found_ones) > 30
    for page, verb, service, word in found_ones:
        assert service in services, f"{page}: {service}"
        if verb == "run":
            program = services[service].get("entrypoint", ["fiscalxml"])
            # After the image's own program come its arguments, and not its name again.
            known = [] if len(program) > 1 else cli.list_commands(click.Context(cli))
            assert word.startswith("--") or word in known, f"{page}: {' '.join(program)} {word}"


def test_each_link_between_runbooks_leads_somewhere() -> None:
    for page in PAGES:
        for target in _LINK.findall(page.read_text(encoding="utf-8")):
            if "/" not in target:
                assert (page.parent / target).exists(), f"{page.stem}: {target}"
