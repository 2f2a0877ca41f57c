"""Settings that cannot be meant are refused when a process starts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from fiscalxml_server.kit.settings import Settings


@pytest.mark.parametrize(
    "name",
    [
        "database_pool",
        "dispatch_window",
        "job_attempts",
        "job_lease_seconds",
        "job_time_limit_seconds",
        "reconcile_seconds",
    ],
)
def test_a_setting_with_which_nothing_would_ever_be_done_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"FISCALXML_{name.upper()}", "0")
    with pytest.raises(ValidationError, match=name):
        Settings()
