"""What users ask of the service in a month, and what is kept by then."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.measured import NOTE_BYTES, ROW_BYTES, SENT_BYTES, STORED_BYTES
from fiscalxml_ops.cost.premises import Premissas
from fiscalxml_ops.cost.prices import HORAS

GB: Final = Decimal(1024) ** 3
"""bytes of a GB as AWS counts it"""
MB: Final = Decimal(1024) ** 2
KB: Final = Decimal(1024)
MIL: Final = Decimal(1000)
MILHAO: Final = Decimal(1_000_000)


@dataclass(frozen=True)
class Faixa:
    """Hours of a month in which load is alike."""

    nome: str
    horas: Decimal
    parte: Decimal
    """of the month's documents"""


@dataclass(frozen=True)
class Demanda:
    """Users, and what they do."""

    usuarios: Decimal
    premissas: Premissas
    row_bytes: Decimal = Decimal(str(ROW_BYTES.value))

    @property
    def documentos(self) -> Decimal:
        """That arrive in a month."""
        return self.usuarios * self.premissas.documentos_por_usuario

    @property
    def guardados(self) -> Decimal:
        """That are kept after `meses` of it: what is older than the retention is gone."""
        return self.documentos * min(self.premissas.meses, self.premissas.retencao)

    @property
    def em_lotes(self) -> Decimal:
        """Documents of a month that come in archives."""
        return self.documentos * self.premissas.parte_em_lotes

    @property
    def diretos(self) -> Decimal:
        """Documents of a month that come one a request."""
        return self.documentos - self.em_lotes

    @property
    def leituras(self) -> Decimal:
        """Requests of a month that read."""
        return self.documentos * self.premissas.leituras_por_documento

    @property
    def requisicoes(self) -> Decimal:
        """Of a month, those that carry archives left out: they are few."""
        return self.diretos + self.leituras

    @property
    def entregas(self) -> Decimal:
        """Webhooks of a month."""
        return self.documentos * self.premissas.webhooks_por_documento

    @property
    def gb_objetos(self) -> Decimal:
        """Kept as objects, in GB."""
        return self.guardados * Decimal(str(STORED_BYTES.value)) / GB

    @property
    def gb_linhas(self) -> Decimal:
        """Kept as rows and their indexes, in GB."""
        months = min(self.premissas.meses, self.premissas.retencao, self.premissas.meses_no_banco)
        return self.documentos * months * self.row_bytes / GB

    @property
    def gb_entrada(self) -> Decimal:
        """Received in a month, in GB."""
        sent = Decimal(str(SENT_BYTES.value)) * self.em_lotes
        return (sent + Decimal(str(NOTE_BYTES.value)) * self.diretos) / GB

    @property
    def gb_saida(self) -> Decimal:
        """Sent out in a month, in GB: answers, and webhooks of a kB."""
        p = self.premissas
        answers = p.kB_por_leitura * self.leituras + p.kB_por_relatorio * self.diretos
        return (answers + self.entregas) * KB / GB

    @property
    def faixas(self) -> tuple[Faixa, ...]:
        """The month's hours: peak, office hours, the rest."""
        p = self.premissas
        rest = HORAS - p.horas_de_pico - p.horas_comerciais
        return (
            Faixa("pico", p.horas_de_pico, p.parte_no_pico),
            Faixa("comercial", p.horas_comerciais, p.parte_comercial),
            Faixa("resto", rest, 1 - p.parte_no_pico - p.parte_comercial),
        )

    def por_minuto(self, quantidade: Decimal, faixa: Faixa) -> Decimal:
        """Of a month's quantity, those of a minute in those hours; 0 where there are no hours."""
        return quantidade * faixa.parte / (faixa.horas * 60) if faixa.horas else Decimal(0)
