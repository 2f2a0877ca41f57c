"""The page of a run: written when all reports have passed, in the place of an older one at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from fiscalxml.cli.inputs import label, why
from fiscalxml.cli.output import Fim
from fiscalxml.pages.causes import Pagina, render
from fiscalxml.pages.rows import Listados
from fiscalxml.report import Report

_DOCTYPE: Final = b"<!doctype html"


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
            other = self._target.exists() and not _is_page(self._target)
        except OSError as error:
            raise _unwritable(target, error) from error
        if other:
            raise _refused(target, "já existe e não é uma página; escolha outro nome")

    def read(self, report: Report, causas: Sequence[str]) -> None:
        self._listados.add(report, causas)

    def finish(self, fim: Fim) -> None:
        pagina = Pagina(
            julgado=self._paths,
            momento=self._began,
            causas=fim.causas,
            listados=self._listados,
            ignorados=fim.ignorados,
            nao_lidos=fim.nao_lidos,
        )
        try:
            with self._draft.open("w", encoding="utf-8") as file:
                file.writelines(render(pagina))
            self._draft.replace(self._target)
        except OSError as error:
            raise _unwritable(os.fspath(self._target), error) from error
        finally:
            with suppress(OSError):
                self._draft.unlink()


def _is_page(path: Path) -> bool:
    """A document given in the place of the page, by a slip, must survive."""
    with path.open("rb") as file:
        return file.read(len(_DOCTYPE)).lower() == _DOCTYPE


def _unwritable(target: str, error: OSError) -> click.BadParameter:
    return _refused(target, why(error))


def _refused(target: str, motivo: str) -> click.BadParameter:
    words = f"não foi possível gravar {label(target)}: {motivo}."
    return click.BadParameter(words, param_hint="--html")
