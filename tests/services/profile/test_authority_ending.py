"""`fiscalxml doctor --conectar` says before the certificates inside end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fiscalxml_ops.compose import authority
from fiscalxml_ops.compose.authority import Autoridade
from fiscalxml_server.kit.profile.connecting import authority_ending
from fiscalxml_server.kit.settings import Settings


@pytest.mark.parametrize(
    ("days", "told"), [((59,), 59), ((61,), None), ((825, 10), None), ((10, 20), 20)]
)
def test_the_authority_that_ends_last_is_told_sixty_days_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: tuple[int, ...], told: int | None
) -> None:
    path = tmp_path / "ca.crt"
    with path.open("w") as file:
        for each in days:
            monkeypatch.setattr(authority, "_DAYS", each)
            file.write(Autoridade(f"de {each} dias").certificado)
    said = [falha.motivo for falha in authority_ending(Settings(ca_file=path))]
    assert len(said) == (told is not None)
    if told is not None:
        assert f"{datetime.now(UTC) + timedelta(days=told):%Y-%m-%d}" in said[0]


def test_without_an_authority_of_one_s_own_there_is_nothing_to_tell() -> None:
    assert not list(authority_ending(Settings(ca_file=None)))
