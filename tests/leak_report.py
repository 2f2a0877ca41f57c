"""What every run ends with: no log or span of it holds a secret, or says who somebody is."""

from __future__ import annotations

from typing import Any, Final

import pytest

import leaks

_TOLD_AT_MOST: Final = 20
_FOUND: Final = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session", autouse=True)
def _look_into_logs(tmp_path_factory: pytest.TempPathFactory) -> None:
    leaks.look_into(tmp_path_factory.getbasetemp())


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FOUND] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist tells the others' what it found; the run itself fails."""
    found = session.config.stash[_FOUND]
    found += map(str, leaks.check())
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["leaks"] = found
    elif found and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Of xdist: a worker has ended."""
    node.config.stash[_FOUND] += getattr(node, "workeroutput", {}).get("leaks", [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Where it stands."""
    found = config.stash[_FOUND]
    if found:
        terminalreporter.section("secrets or people in logs and spans")
        terminalreporter.write_line(f"{len(found)} found")
        for each in found[:_TOLD_AT_MOST]:
            terminalreporter.write_line(each)
