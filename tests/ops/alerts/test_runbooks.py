"""Runbooks: what they tell one to paste at night works."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest
import yaml

from parts import found

from .names import known_metrics, metrics_of
from .pages import PAGES, blocks

_LINK: Final = re.compile(r"\]\(([^)#]+)")


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
            run = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True)
            assert run.returncode == 0, f"{script}\n{run.stderr}"


def test_each_link_between_runbooks_leads_somewhere() -> None:
    for page in PAGES:
        for target in _LINK.findall(page.read_text(encoding="utf-8")):
            if "/" not in target:
                assert (page.parent / target).exists(), f"{page.stem}: {target}"
