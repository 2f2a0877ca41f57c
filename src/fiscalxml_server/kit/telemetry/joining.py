"""Where the values of this process's metrics live: alone, or in the folder of its role."""

from __future__ import annotations

from pathlib import Path

from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.catalogue import FAMILIES
from fiscalxml_server.kit.telemetry.metrics import build
from fiscalxml_server.kit.telemetry.sharing import SharedFolder


class _Sharing:
    """The folder that this process, or the one it was forked from, has joined."""

    folder: SharedFolder | None = None
    path: Path | None = None


def configure_metrics(papel: str) -> SharedFolder | None:
    """Shares the counters of the role's processes, where `metrics_dir` is set; once a process.

    A process that was forked from a configured one is configured. Raises OSError where the
    folder cannot be written.
    """
    root = settings().metrics_dir
    if root is not None and _Sharing.path != root / papel:
        _Sharing.path = root / papel
        _Sharing.folder = SharedFolder(_Sharing.path)
        for family in FAMILIES:
            family.forget()
        _Sharing.folder.use()
    build.at(settings().versao, papel).set(1)
    return _Sharing.folder


def leave_metrics() -> None:
    """Before a process of a role ends: its gauges go, its counts stay."""
    if _Sharing.folder is not None:
        _Sharing.folder.leave()
