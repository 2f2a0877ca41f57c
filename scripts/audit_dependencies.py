"""Known vulnerabilities of the packages that lock files name, by `pip-audit --strict`.

    python -m scripts.audit_dependencies PIP_AUDIT LOCK...

Exit code 1: some package has one, or could not be looked up. Where the service of vulnerabilities
does not answer, nothing was audited, and that is said: a failure on GitHub, where it always can be
reached, and no more than a warning elsewhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

FOUND: Final = 1
NOT_AUDITED: Final = 2


def audit(program: str, lock: Path) -> int:
    """0, FOUND or NOT_AUDITED; prints what it came to."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(  # noqa: S603 - a program of our own environment
            [
                *(
                    program,
                    "--strict",
                    "--disable-pip",
                    "--require-hashes",
                    "--progress-spinner=off",
                ),
                *("--timeout", "20", "--format", "json", "--output", str(report)),
                *("--requirement", str(lock)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists() or not report.read_text():
            print(f"{lock}: não examinado. {_last_line(done.stderr)}", file=sys.stderr)
            return NOT_AUDITED
        return judge(lock, json.loads(report.read_text()))


def judge(lock: Path, report: dict[str, Any]) -> int:
    """Of what pip-audit wrote: an empty list of packages is no clean one."""
    packages = report["dependencies"]
    vulnerable = [each for each in packages if each.get("vulns")]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    for each in vulnerable:
        for vuln in each["vulns"]:
            mended = ", ".join(vuln["fix_versions"]) or "sem correção"
            print(f"{each['name']} {each['version']}: {vuln['id']} (corrigido em {mended})")
    print(f"{lock}: {len(packages)} pacotes, {len(vulnerable)} vulneráveis, {len(skipped)} pulados")
    return FOUND if vulnerable or skipped or not packages else 0


def main(program: str, *locks: str) -> int:
    """The worst of them."""
    codes = {audit(program, Path(lock)) for lock in locks}
    if FOUND in codes:
        return FOUND
    if NOT_AUDITED in codes:
        return NOT_AUDITED if os.environ.get("GITHUB_ACTIONS") == "true" else 0
    return 0


def _last_line(text: str) -> str:
    return next(iter(reversed(text.strip().splitlines())), "pip-audit não disse por quê.")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
