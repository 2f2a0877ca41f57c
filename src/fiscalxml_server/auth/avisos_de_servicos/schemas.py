"""What is to be told. The words are ours: a service names what happened, and where."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta


class WebhookDesativado(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A webhook that delivers no more. `id`: the same as before is the same aviso.

    `onde`: scheme and name of its URL."""

    id: UUID
    organizacao: UUID
    assinatura: UUID
    motivo: Literal["sumiu", "falhas"]
    onde: Annotated[str, Meta(min_length=1, max_length=300, pattern=r"^[!-~]+$")]
