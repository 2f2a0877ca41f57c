"""Option types whose errors are in Portuguese."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

import click

_BRASILIA = timezone(timedelta(hours=-3))


class Instante(click.ParamType[datetime]):
    """A date (its midnight in Brasília) or an ISO date-time (there too, without an offset)."""

    name = "data"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} não é uma data que exista; "
                "use AAAA-MM-DD ou AAAA-MM-DDTHH:MM:SS-03:00.",
                param,
                ctx,
            )
        return instant if instant.tzinfo else instant.replace(tzinfo=_BRASILIA)


class Quantidade(click.ParamType[int]):
    """A number from 1 up."""

    name = "número"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        try:
            number = int(value)
        except ValueError:
            number = 0
        if number < 1:
            self.fail(f"{value!r} não é um número inteiro a partir de 1.", param, ctx)
        return number


class Pasta(click.Path):
    """An existing folder."""

    def __init__(self) -> None:
        super().__init__(exists=True, file_okay=False)
        self.name = "pasta"


def usable_cpus() -> int:
    """Those this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
