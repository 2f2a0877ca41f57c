"""The keys that sign checkpoints."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.auth.assinatura import Assinatura
from fiscalxml_server.auth.auditoria.models import chaves

_USE: Final = b"chave de auditoria"
CHECKPOINTS: Final = Assinatura(chaves, _USE)
