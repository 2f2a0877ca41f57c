"""Which revisions are applied before the switch, and which after."""

from __future__ import annotations

from pathlib import Path

import pytest

from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.phases import faults, pending, scripts

_REVISION = """
revision = "{name}"
down_revision = {before!r}
{more}

def upgrade() -> None:
    execute("{sql}")
"""
_DROP = "ALTER TABLE lotes DROP COLUMN nome"
_ADD = "ALTER TABLE lotes ADD COLUMN titulo text"
_CONTRACTS = 'fase = "contrai"'


def _chain(folder: Path, *revisions: tuple[str, str, str]) -> Path:
    """Revisions in order, the first after `0015`; each: name, SQL, what else it says."""
    (folder / "versions").mkdir()
    before: str | None = None
    for name, sql, more in (("0015", "SELECT 1", ""), *revisions):
        text = _REVISION.format(name=name, before=before, more=more, sql=sql)
        (folder / "versions" / f"{name}.py").write_text(text)
        before = name
    return folder


def test_what_contracts_waits_for_the_end_of_the_old_version(tmp_path: Path) -> None:
    chain = _chain(tmp_path, ("0016", _ADD, ""), ("0017", _DROP, _CONTRACTS))
    assert pending("0015", scripts(chain)) == (("0016",), ("0017",))
    assert pending("0016", scripts(chain)) == ((), ("0017",))
    assert pending("0017", scripts(chain)) == ((), ())


def test_what_expands_behind_what_contracts_is_a_release_too_much(tmp_path: Path) -> None:
    chain = _chain(tmp_path, ("0016", _DROP, _CONTRACTS), ("0017", _ADD, ""))
    with pytest.raises(NaoFoi, match="0016 contrai"):
        pending("0015", scripts(chain))
    assert pending("0016", scripts(chain)) == (("0017",), ())


def test_a_database_that_a_later_version_expanded_needs_nothing(tmp_path: Path) -> None:
    assert pending("0099", scripts(_chain(tmp_path))) == ((), ())


def test_a_fault_counts_unless_the_revision_contracts_or_says_why(tmp_path: Path) -> None:
    accepted = "aceita = {'remove': 'ninguém a leu desde 0012'}"
    chain = _chain(
        tmp_path, ("0016", _DROP, ""), ("0017", _DROP, accepted), ("0018", _DROP, _CONTRACTS)
    )
    assert [(revision, achado.regra) for revision, achado in faults(scripts(chain))] == [
        ("0016", "remove")
    ]
