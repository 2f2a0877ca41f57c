"""Nothing is published of a commit whose CI did not pass."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from scripts.commit_passed import NotPassed, require_success

COMMIT, OTHER = "a" * 40, "b" * 40


def run(number: int, status: str, conclusion: str | None, commit: str = COMMIT) -> dict[str, Any]:
    return {
        "head_sha": commit,
        "run_number": number,
        "status": status,
        "conclusion": conclusion,
        "html_url": f"https://github.com/o/r/actions/runs/{number}",
    }


def test_the_last_run_of_the_commit_counts() -> None:
    runs = [
        run(7, "completed", "failure"),
        run(8, "completed", "success"),
        run(9, "completed", "failure", OTHER),
    ]
    assert require_success(COMMIT, "ci.yml", runs).endswith("/8")


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([], "não rodou"),
        ([run(1, "completed", "success", OTHER)], "não rodou"),
        ([run(1, "completed", "success"), run(2, "in_progress", None)], "não terminou"),
        ([run(1, "queued", None)], "não terminou"),
        *(
            ([run(1, "completed", "success"), run(2, "completed", end)], f"não passou \\({end}")
            for end in ("failure", "cancelled", "timed_out", "skipped")
        ),
    ],
)
def test_anything_else_is_no_success(runs: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(NotPassed, match=told):
        require_success(COMMIT, "ci.yml", runs)


@pytest.mark.parametrize(("conclusion", "code"), [("success", 0), ("failure", 1)])
def test_as_the_workflow_calls_it(conclusion: str, code: int) -> None:
    answer = json.dumps({"total_count": 1, "workflow_runs": [run(3, "completed", conclusion)]})
    done = subprocess.run(
        [sys.executable, "-m", "scripts.commit_passed", COMMIT, "ci.yml"],
        input=answer,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert "runs/3" in done.stdout + done.stderr
