"""What every workflow must hold, beside what actionlint and zizmor say of it (`make scan`)."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[3]
WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NAMES: Final = {
    *("ci", "cloudflare", "ensaio", "entrega", "imagem", "infra"),
    *("recuperacao", "reversao", "seguranca", "versao"),
}
_USES: Final = re.compile(r"uses: (?P<what>\S+?)@(?P<ref>\S+)(?P<comment> # v\d+\.\d+\.\d+)?$")
_TARGET: Final = re.compile(r"^([A-Za-z.][\w./$()-]*(?: [A-Za-z][\w-]*)*):(?!=)", re.MULTILINE)

each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def read(path: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(path)["jobs"]
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path).values():
        yield from job.get("steps", [])


def commands(path: Path) -> str:
    return "\n".join(step["run"] for step in steps(path) if "run" in step)


def test_these_are_the_workflows() -> None:
    assert {path.stem for path in WORKFLOWS} == NAMES


@each
def test_every_action_is_pinned_by_its_commit_and_says_its_version(path: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in path.read_text().splitlines()]
    for line in (line for line in lines if line.startswith("uses:") and "./" not in line):
        found = _USES.fullmatch(line)
        assert found, line
        assert re.fullmatch(r"[0-9a-f]{40}", found["ref"]), line
        assert found["comment"], line


def test_an_action_has_one_version_everywhere() -> None:
    refs = defaultdict(set)
    for path in WORKFLOWS:
        for step in steps(path):
            if "uses" in step:
                what, ref = step["uses"].split("@")
                refs[what].add(ref)
    assert len(refs) >= 5
    assert {what: used for what, used in refs.items() if len(used) > 1} == {}


@each
def test_nothing_is_permitted_but_what_a_job_asks_for(path: Path) -> None:
    assert read(path)["permissions"] == {}
    for name, job in jobs(path).items():
        assert job["permissions"], name
        assert "write-all" not in str(job["permissions"])


def test_who_builds_may_write_nothing_and_who_writes_runs_no_code_of_a_checkout() -> None:
    for path in WORKFLOWS:
        for name, job in jobs(path).items():
            if "write" in job["permissions"].values() and "steps" in job:
                used = [step.get("uses", "") for step in job["steps"]]
                assert not any("actions/checkout" in use for use in used), (path.stem, name)


@each
def test_every_job_ends_some_time_and_runs_of_one_kind_do_not_collide(path: Path) -> None:
    assert read(path)["concurrency"]["group"]
    for name, job in jobs(path).items():
        assert "uses" in job or job["timeout-minutes"] <= 60, name


@each
def test_no_foreign_text_is_put_into_a_script(path: Path) -> None:
    assert "${{" not in commands(path)


@each
def test_no_token_is_left_in_a_checkout_and_no_pull_request_gets_secrets(path: Path) -> None:
    assert "pull_request_target" not in path.read_text()
    for step in steps(path):
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@each
def test_what_it_calls_exists(path: Path) -> None:
    text = commands(path)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {name for line in _TARGET.findall(makefile) for name in line.split()}
    assert set(re.findall(r"(?<!\w)make ([a-z][\w-]*)", text)) <= targets
    for script in re.findall(r"\bbash (\S+)", text):
        assert (ROOT / script).is_file(), script
    for module in re.findall(r"python -m (scripts\.\w+)", text):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module


def test_ci_has_every_part_of_the_script_that_is_run_here() -> None:
    job = jobs(ROOT / ".github/workflows/ci.yml")["parte"]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    parts = set(re.findall(r"^  ([a-z]+)\) [a-z_]+ ;;$", script, re.MULTILINE))
    weekly = [ROOT / ".github/workflows" / name for name in ("ensaio.yml", "recuperacao.yml")]
    apart = {part for path in weekly for part in re.findall(r"\.ci/run (\w+)", commands(path))}
    assert apart == {"imagem", "desastres"}
    assert set(job["strategy"]["matrix"]["parte"]) == parts - apart
    for target in re.findall(r"\bmake ([a-z][\w-]*)", script):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), target


@pytest.mark.parametrize(("on_github", "goes_on"), [("true", False), ("", True)])
def test_on_github_no_test_skips_for_want_of_a_package(
    tmp_path: Path, on_github: str, goes_on: bool
) -> None:
    """`.ci/run` on a machine without apt-get."""
    for name in ("dirname", "id"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "make").write_text(f'#!/bin/sh\n: > "{tmp_path}/made"\n')
    (tmp_path / "make").chmod(0o755)
    done = subprocess.run(
        [str(shutil.which("bash")), str(ROOT / ".ci" / "run"), "drills"],
        env={"PATH": str(tmp_path), "GITHUB_ACTIONS": on_github},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "could not be installed" in done.stderr
    assert (done.returncode == 0) is goes_on
    assert (tmp_path / "made").exists() is goes_on


def test_what_is_published_has_passed() -> None:
    folder = ROOT / ".github" / "workflows"
    image, ci, version = (read(folder / f"{each}.yml") for each in ("imagem", "ci", "versao"))
    # YAML reads `on` so. Whoever calls it is one of those below; a pull request publishes nothing.
    assert set(image[True]) == {"pull_request", "workflow_call"}
    assert image["jobs"]["assinar"]["if"] == "github.event_name != 'pull_request'"
    callers = {
        (path.stem, name)
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        if job.get("uses", "").endswith("/imagem.yml")
    }
    assert callers == {("ci", "imagem"), ("versao", "imagem")}
    assert ci["jobs"]["imagem"]["needs"] == "parte"
    assert ci["jobs"]["imagem"]["if"] == "github.event_name == 'push'"
    assert [version["jobs"][each]["needs"] for each in ("notas", "imagem", "publicar")] == [
        "conferir",
        "notas",
        "imagem",
    ]
    assert version["jobs"]["conferir"]["permissions"] == {"actions": "read", "contents": "read"}


def test_production_waits_for_somebody_and_two_switches_never_run_at_once() -> None:
    groups = set()
    for name, job in (("entrega", "trocar"), ("reversao", "voltar")):
        path = ROOT / ".github" / "workflows" / f"{name}.yml"
        assert jobs(path)[job]["environment"]
        first = next(iter(jobs(path).values()))
        assert first["if"] == "github.ref == 'refs/heads/main'"
        groups.add(read(path)["concurrency"]["group"])
        assert read(path)["concurrency"]["cancel-in-progress"] is False
        assert set(read(path)[True]) == {"workflow_dispatch"}  # YAML reads `on` so
    assert len(groups) == 1
