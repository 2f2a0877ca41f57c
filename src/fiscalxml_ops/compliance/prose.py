"""Pages that are written by hand: their commands exist, their links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Final

from fiscalxml_ops.compliance import go_live, promises
from fiscalxml_ops.compliance.coming import is_coming
from fiscalxml_ops.compliance.commands import Desconhecido, check
from fiscalxml_ops.compliance.evidence import Evidencia
from fiscalxml_ops.compliance.project import ROOT, read

FOLDER: Final = "docs/conformidade"
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_COMMAND: Final = re.compile(r"`((?:make|fiscalxml|fiscalxml-ops|python -m|aws) [^`…]+)`")


def pages() -> list[str]:
    """Those made and those written, by path from the project's root."""
    found = sorted(each.relative_to(ROOT).as_posix() for each in (ROOT / FOLDER).glob("*.md"))
    return [*found, promises.PAGE, go_live.PAGE]


def faults() -> Iterator[str]:
    """What is wrong with them, in Portuguese."""
    for path in pages():
        text = read(path)
        for command in _COMMAND.findall(text):
            try:
                check(command)
            except Desconhecido as error:
                yield f"{path}: {error}"
        for target in _LINK.findall(text):
            if falha := broken(path, target):
                yield f"{path}: {falha}"


def broken(path: str, target: str) -> str | None:
    """Why a link of a page leads nowhere; None where it leads somewhere, or out of the project."""
    if "://" in target:
        return None
    name, _, anchor = target.partition("#")
    there = normpath(PurePosixPath(path).parent / name) if name else path
    if is_coming(there):
        return None
    if there.endswith(".md"):
        return Evidencia(f"{there}#{anchor}" if anchor else there).falha()
    return None if (ROOT / there).exists() else f"{target}: não há"
