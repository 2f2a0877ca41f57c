"""Writes the page when all reports have passed, in the place of an older one at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from fiscalxml.cli.inputs import label, why
from fiscalxml.cli.output import Fim
from fiscalxml.cli.page.rendering import Pagina, render
from fiscalxml.cli.page.rows import Listados
from fiscalxml.report import Report


class PageReader:
    """A `Reader` whose page goes to `target`.

    Raises `click.BadParameter` when that cannot be written, before any work is done.
    """

    def __init__(self, target: str, paths: Sequence[str]) -> None:
        self._target = Path(target)
        # Beside the target, for it to be renamed; hidden, for nobody takes it for the page.
        self._draft = self._target.with_name(f".{self._target.name}.{os.getpid()}")
        self._paths = [label(path) for path in paths]
        self._listados = Listados()
        self._began = datetime.now().astimezone()
        try:
            self._draft.touch()
            self._draft.unlink()  # a folder that is judged may be that of the page
        except OSError as error:
            raise _unwritable(target, error) from error

    def read(self, report: Report, causas: Sequence[str]) -> None:
        self._listados.add(report, causas)

    def finish(self, fim: Fim) -> None:
        pagina = Pagina(self._paths, self._began, fim, self._listados)
        try:
            with self._draft.open("w", encoding="utf-8") as file:
                file.writelines(render(pagina))
            self._draft.replace(self._target)
        except OSError as error:
            raise _unwritable(os.fspath(self._target), error) from error
        finally:
            with suppress(OSError):
                self._draft.unlink()


def _unwritable(target: str, error: OSError) -> click.BadParameter:
    return click.BadParameter(
        f"não foi possível gravar {label(target)}: {why(error)}.", param_hint="--html"
    )
