"""When a notificação happened, by its id: the rows of one are those of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 253_402_300_799_999
"""milliseconds: of the last day that there is"""


def moment_of(notificacao: UUID) -> datetime:
    """When its id was made; some moment or other for an id that is none of ours."""
    return _EPOCH + timedelta(milliseconds=min(notificacao.int >> 80, _LAST))


def day_of(notificacao: UUID) -> date:
    """The `dia` of its rows."""
    return moment_of(notificacao).date()


def first_at(moment: datetime) -> UUID:
    """Below every id that is made from then on, above all before."""
    return UUID(int=max((moment - _EPOCH) // timedelta(milliseconds=1), 0) << 80)
