"""What is asked of a key, and what is told."""

from __future__ import annotations

from datetime import datetime

import msgspec

from fiscalxml_server.kit.auth import Sujeito


class Pergunta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    chave: str


class Introspeccao(msgspec.Struct, frozen=True, omit_defaults=True):
    """`ativa` alone for a key that does not work, whatever the reason."""

    ativa: bool
    sujeito: Sujeito | None = None
    expira_em: datetime | None = None
