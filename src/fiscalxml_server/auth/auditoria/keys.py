"""The keys that sign checkpoints."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.auth.assinatura import Assinatura
from fiscalxml_server.auth.auditoria.models import chaves

CHECKPOINTS: Final = Assinatura(chaves, b"chave de auditoria")
