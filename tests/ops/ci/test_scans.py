"""The scanners find what they are there for, and what they are told to pass over is little."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Final

import pytest
import yaml
from scripts.audit_dependencies import FOUND, judge

from fiscalxml_server.kit.api_keys import PATTERN, new_key
from parts import missing

ROOT: Final = Path(__file__).parents[3]
RULES: Final = ROOT / "ops" / "scan" / "semgrep"
_PEM: Final = "-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n"


def scanner(name: str) -> Path:
    path = ROOT / ".venv-scan" / "bin" / name
    if not path.exists():
        missing(f"no {name}: make .venv-scan/.installed")
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A new one, with our configuration of gitleaks."""
    _git(tmp_path, "init", "--quiet")
    shutil.copy(ROOT / ".gitleaks.toml", tmp_path)
    _commit(tmp_path)
    return tmp_path


def leaks(repository: Path) -> int:
    """Exit code: 1 where something was found."""
    command = [str(scanner("gitleaks")), "git", "--no-banner", "--redact", str(repository)]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    "text",
    [
        new_key(teste=False),
        f"FISCALXML_TOKEN={new_key(teste=True)}",
        _PEM.format(kind="PRIVATE KEY", body="MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw" * 4),
    ],
    ids=["key", "test key", "private key"],
)
def test_a_secret_is_found_even_if_it_was_taken_out_again(repository: Path, text: str) -> None:
    assert leaks(repository) == 0
    (repository / "config.py").write_text(f'X = """{text}"""\n')
    _commit(repository)
    (repository / "config.py").write_text("X = 1\n")
    _commit(repository)
    assert leaks(repository) == 1


def test_a_secret_beside_one_that_is_passed_over_is_found(repository: Path) -> None:
    known = "whsec_c2VncmVkbw== fx_live_00000000_00000000000000000000000vJ9J8\n"
    (repository / "test_x.py").write_text(known)
    _commit(repository)
    assert leaks(repository) == 0
    (repository / "test_x.py").write_text(known + new_key(teste=False))
    _commit(repository)
    assert leaks(repository) == 1


def test_our_keys_are_looked_for_by_the_shape_that_the_service_gives_them() -> None:
    config = tomllib.loads((ROOT / ".gitleaks.toml").read_text(encoding="utf-8"))
    assert [rule["regex"] for rule in config["rules"]] == [PATTERN]
    assert all(each["description"] for each in config["allowlists"])


def semgrep_test(rules: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [scanner("semgrep"), "scan", "--test", "--metrics=off", "--config", rules, rules],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_rule_that_no_longer_finds_its_bad_sample_fails(tmp_path: Path) -> None:
    """`make scan` asks all of them; here one, as it is and spoilt."""
    rule = tmp_path / "tls-sem-verificacao.yaml"
    for suffix in (".yaml", ".py"):
        shutil.copy((RULES / rule.name).with_suffix(suffix), tmp_path)
    done = semgrep_test(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    rule.write_text(rule.read_text().replace("verify=False", "verify=True"))
    assert semgrep_test(tmp_path).returncode != 0


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_rule_has_samples_of_both_kinds_and_stops_the_scan(path: Path) -> None:
    (rule,) = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
    assert (rule["id"], rule["severity"]) == (path.stem, "ERROR")
    sample = path.with_suffix(".py").read_text(encoding="utf-8")
    for kind in ("ruleid", "ok"):
        assert re.search(rf"# {kind}: {re.escape(path.stem)}$", sample, re.MULTILINE), kind


def test_what_bandit_passes_over_ruff_judges() -> None:
    skips = yaml.safe_load((ROOT / "ops/scan/bandit.yaml").read_text(encoding="utf-8"))["skips"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lint = project["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert not {skip.replace("B", "S") for skip in skips} & set(lint["ignore"])
    assert not any(pattern.startswith("src") for pattern in lint["per-file-ignores"])


def test_an_audit_that_looked_at_nothing_or_passed_over_a_package_is_no_clean_one() -> None:
    lock, clean = Path("x.lock"), {"name": "a", "version": "1", "vulns": []}
    bad = {"id": "PYSEC-1", "fix_versions": ["2"]}
    assert judge(lock, {"dependencies": [clean]}) == 0
    assert judge(lock, {"dependencies": []}) == FOUND
    assert judge(lock, {"dependencies": [clean, {"name": "b", "skip_reason": "?"}]}) == FOUND
    assert judge(lock, {"dependencies": [clean | {"vulns": [bad]}]}) == FOUND


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "x")


def _git(folder: Path, *command: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *command], check=True)
