"""How far a long run is, on a terminal that shows nothing else."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress as RichProgress

_PATIENCE = 1.0  # seconds before there is anything to show
_REFRESH = 0.1


class Progress:
    """Counts files. No thread: processes are forked while it is on."""

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty() and not sys.stdout.isatty()
        self._bar: RichProgress | None = None
        self._files = 0
        self._next = monotonic() + _PATIENCE

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, files: int) -> None:
        """That many more are done."""
        self._files += files
        if self._wanted and monotonic() >= self._next:
            self._next = monotonic() + _REFRESH
            self._show()

    def _show(self) -> None:
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=self._files)
        self._bar.refresh()


def _bar() -> RichProgress:
    from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn
    from rich.text import Text

    from fiscalxml.cli.terminal import console
    from fiscalxml.xml import milhar

    class Count(ProgressColumn):
        def render(self, task: Task) -> Text:
            rate = f" · {milhar(round(task.speed))}/s" if task.speed else ""
            return Text(f"{milhar(int(task.completed))} arquivos{rate}")

    bar = Progress(
        SpinnerColumn(),
        Count(),
        TimeElapsedColumn(),
        console=console(sys.stderr),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
    )
    bar.add_task("", total=None)
    return bar
