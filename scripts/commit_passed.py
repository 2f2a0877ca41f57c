"""Whether a workflow passed for a commit.

    gh api …/workflows/ci.yml/runs … | python -m scripts.commit_passed COMMIT ci.yml

Reads what GitHub's API says of its runs ("List workflow runs for a workflow"). Exit code 1: it has
not run, has not ended, or did not succeed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


class NotPassed(Exception):
    """Why nothing may be published of the commit."""


def require_success(commit: str, workflow: str, runs: Sequence[Mapping[str, Any]]) -> str:
    """The address of the run that passed: the last one. Raises NotPassed."""
    ours = [run for run in runs if run["head_sha"] == commit]
    if not ours:
        raise NotPassed(f"{workflow} não rodou em {commit}")
    last = max(ours, key=lambda run: int(run["run_number"]))
    if last["status"] != "completed":
        raise NotPassed(f"{workflow} ainda não terminou ({last['status']}): {last['html_url']}")
    if last["conclusion"] != "success":
        raise NotPassed(f"{workflow} não passou ({last['conclusion']}): {last['html_url']}")
    return str(last["html_url"])


def main(commit: str, workflow: str) -> int:
    """Of standard input."""
    try:
        address = require_success(commit, workflow, json.load(sys.stdin)["workflow_runs"])
    except NotPassed as why:
        print(why, file=sys.stderr)
        return 1
    print(f"{workflow} passou: {address}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
