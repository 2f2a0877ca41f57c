"""Migrations in two phases: those that both versions can live with, and those that clean up.

A revision says `fase = "contrai"` when it takes away what older versions used; without the word it
expands. What it does on purpose and `statements` would refuse is in its `aceita`: rule -> why.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import ResolutionError

import fiscalxml_server.migrations
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.statements import Achado, look

CONTRAI: Final = "contrai"
BEFORE: Final = "0015"
"""the last revision from before anything was deployed this way"""
FOLDER: Final = Path(fiscalxml_server.migrations.__file__).parent


class Pendentes(NamedTuple):
    """What is to be applied: revisions that expand, then those that contract, each oldest first."""

    expandem: tuple[str, ...]
    contraem: tuple[str, ...]


def scripts(folder: Path = FOLDER) -> ScriptDirectory:
    """The revisions of this installation."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config)


def pending(current: str | None, found: ScriptDirectory) -> Pendentes:
    """After the revision that a database has; nothing after one that is unknown here: a later
    version was there, and what it added this one can live with.

    Raises NaoFoi where one that expands comes after one that contracts: the first cannot be applied
    before the second, which must wait for the old version's end.
    """
    try:
        waiting = _in_order(found, current)
    except ResolutionError:
        return Pendentes((), ())
    phases = [_contracts(script) for script in waiting]
    first = phases.index(True) if True in phases else len(waiting)
    if not all(phases[first:]):
        raise NaoFoi(
            f"a revisão {waiting[first].revision} contrai e há outra que expande depois dela: "
            "publique primeiro uma versão que só vai até ela"
        )
    names = [script.revision for script in waiting]
    return Pendentes(tuple(names[:first]), tuple(names[first:]))


def faults(found: ScriptDirectory) -> Iterator[tuple[str, Achado]]:
    """What no revision since `BEFORE` should do, unless it contracts, or says why it may."""
    for script in _in_order(found, BEFORE):
        accepted = getattr(script.module, "aceita", {})
        if not _contracts(script):
            for achado in look(Path(script.path).read_text(encoding="utf-8")):
                if achado.regra not in accepted:
                    yield script.revision, achado


def _contracts(script: Script) -> bool:
    return getattr(script.module, "fase", "") == CONTRAI


def _in_order(found: ScriptDirectory, after: str | None) -> list[Script]:
    """Oldest first."""
    return list(reversed(list(found.iterate_revisions("heads", after or "base"))))
