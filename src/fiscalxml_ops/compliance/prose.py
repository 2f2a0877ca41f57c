"""Pages: their commands and operations exist, their links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Final

from fiscalxml_ops.compliance import go_live, promises
from fiscalxml_ops.compliance.coming import is_coming
from fiscalxml_ops.compliance.commands import Desconhecido, check
from fiscalxml_ops.compliance.evidence import Evidencia
from fiscalxml_ops.compliance.project import ROOT, read
from fiscalxml_ops.gateway.operations import operations
from fiscalxml_server.kit.settings import Settings

FOLDER: Final = "docs/conformidade"
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_OPERATION: Final = re.compile(r"`(?:([A-Z]+) )?(/v1/[^`\s?]+)`")
_COMMAND: Final = re.compile(r"`((?:make|fiscalxml|fiscalxml-ops|python -m|aws) [^`…]+)`")


def pages() -> list[str]:
    """Those made and those written, by path from the project's root."""
    found = sorted(each.relative_to(ROOT).as_posix() for each in (ROOT / FOLDER).glob("*.md"))
    return [*found, promises.PAGE, go_live.PAGE]


def faults() -> Iterator[str]:
    """What is wrong with them, in Portuguese."""
    for path in pages():
        yield from (f"{path}: {falha}" for falha in of_page(path, read(path)))


def of_page(path: str, text: str) -> Iterator[str]:
    """What is wrong with one."""
    for command in _COMMAND.findall(text):
        try:
            check(command)
        except Desconhecido as error:
            yield str(error)
    for metodo, caminho in _OPERATION.findall(text):
        if not _is_operation(metodo, caminho):
            yield f"{metodo} {caminho}: não há esta operação".lstrip()
    for target in _LINK.findall(text):
        if falha := broken(path, target):
            yield falha


def _is_operation(metodo: str, caminho: str) -> bool:
    """`metodo` is empty where a page tells of a path alone."""
    return any(_plain(caminho) == there and metodo in ("", of) for of, there in _published())


@cache
def _published() -> frozenset[tuple[str, str]]:
    every = operations(Settings.model_construct())
    return frozenset((each.metodo, _plain(each.caminho)) for each in every)


def _plain(caminho: str) -> str:
    """Whatever its parameters are called."""
    return re.sub(r"\{[^}]*\}", "{}", caminho)


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
