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


class Quantidade(click.IntRange):
    """A number from 1 up."""

    name = "número inteiro"

    def __init__(self) -> None:
        super().__init__(min=1)


def usable_cpus() -> int:
    """Those this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
