"""What is asked of a key; the answer is `kit.verifying.contas.Introspeccao`."""

from __future__ import annotations

import msgspec


class Pergunta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    chave: str
