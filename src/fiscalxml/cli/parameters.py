"""Option types whose errors are in Portuguese."""

from __future__ import annotations

import math
import os
from datetime import datetime, timedelta, timezone

import click
from click.types import IntParamType

from fiscalxml.xml import milhar

BRASILIA = timezone(timedelta(hours=-3))


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
        return instant if instant.tzinfo else instant.replace(tzinfo=BRASILIA)


class Quantidade(click.ParamType[int]):
    """A number from 1 up, to `maximo` where there is one."""

    name = "número"

    def __init__(self, maximo: int | None = None) -> None:
        self._maximo = maximo

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        try:
            number = int(value)
        except ValueError:
            number = 0
        if number < 1 or (self._maximo is not None and number > self._maximo):
            wanted = "a partir de 1" if self._maximo is None else f"de 1 a {milhar(self._maximo)}"
            self.fail(f"{value!r} não é um número inteiro {wanted}.", param, ctx)
        return number


class Inteiro(IntParamType):
    """Any whole number."""

    name = "número inteiro"


class Porcentagem(click.IntRange):
    """From 0 to 100."""

    name = "número inteiro"

    def __init__(self) -> None:
        super().__init__(0, 100)


class Segundos(click.FloatRange):
    """More than none, up to an hour."""

    name = "número de segundos"

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True, max=3600)

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):  # which is in every range
            self.fail(f"{value!r} não é um {self.name} válido.", param, ctx)
        return seconds


class _Caminho(click.Path):
    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value):
            self.fail("o nome está vazio.", param, ctx)
        return super().convert(value, param, ctx)


class Pasta(_Caminho):
    """A folder, which exists unless told otherwise."""

    def __init__(self, *, exists: bool = True) -> None:
        super().__init__(exists=exists, file_okay=False)
        self.name = "pasta"


class Ficheiro(_Caminho):
    """A file, which exists unless told otherwise."""

    def __init__(self, *, exists: bool = True) -> None:
        super().__init__(exists=exists, dir_okay=False)
        self.name = "arquivo"


class Saida(_Caminho):
    """A file, a folder, or `-` for standard output."""

    def __init__(self) -> None:
        super().__init__(allow_dash=True)
        self.name = "caminho"


def usable_cpus() -> int:
    """Those this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
