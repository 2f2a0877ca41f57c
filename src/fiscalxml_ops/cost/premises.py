"""What the model assumes: `premissas.tsv`, edited by hand; each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Final

from fiscalxml_ops.cost.prices import FOLDER, HORAS, rows

_COLUMNS: Final = ("nome", "valor", "unidade", "natureza", "porque")
NATUREZAS: Final = ("medido", "publicado", "suposto")


class PremissaInvalida(ValueError):
    """An assumption that is missing, unknown or no number; says which."""


MAIOR: Final = Decimal(1_000_000_000)
"""of any assumption and quantity: beyond it nothing means anything"""
_POSITIVAS: Final = (
    *("documentos_por_usuario", "meses", "retencao", "meses_no_banco", "ocupacao"),
    *("fator_da_maquina", "ms_de_kong", "vcpu_maxima", "limite_do_disco", "folga_do_disco"),
    *("memoria_quente", "zonas"),
)
_FRACOES: Final = (
    *("parte_em_lotes", "leituras_de_objeto", "leituras_antigas", "ocupacao"),
    "memoria_quente",
)


@dataclass(frozen=True)
class Explicada:
    """One row: the assumption, and why."""

    nome: str
    valor: Decimal
    unidade: str
    natureza: str
    porque: str


@dataclass(frozen=True, kw_only=True)
class Premissas:
    """Every assumption; units and reasons are in the table."""

    documentos_por_usuario: Decimal
    parte_em_lotes: Decimal
    leituras_por_documento: Decimal
    leituras_de_objeto: Decimal
    leituras_antigas: Decimal
    webhooks_por_documento: Decimal
    meses: Decimal
    horas_de_pico: Decimal
    parte_no_pico: Decimal
    horas_comerciais: Decimal
    parte_comercial: Decimal
    ocupacao: Decimal
    fator_da_maquina: Decimal
    ms_de_kong: Decimal
    disco_minimo: Decimal
    folga_do_disco: Decimal
    limite_do_disco: Decimal
    memoria_quente: Decimal
    vcpu_maxima: Decimal
    retencao: Decimal
    dias_de_backup: Decimal
    wal_por_byte: Decimal
    meses_no_banco: Decimal
    zonas: Decimal
    nats: Decimal
    endpoints: Decimal
    kB_por_leitura: Decimal  # noqa: N815
    kB_por_relatorio: Decimal  # noqa: N815
    bytes_de_log: Decimal
    bytes_de_fluxo: Decimal
    metricas: Decimal
    metricas_por_tarefa: Decimal
    alarmes: Decimal
    chaves_kms: Decimal
    segredos: Decimal
    itens_de_config: Decimal
    eventos_de_gestao: Decimal
    requisicoes_de_kms: Decimal
    verificacoes: Decimal
    imagens_por_mes: Decimal
    regras_de_waf: Decimal
    de_plantao: Decimal
    na_conversa: Decimal
    series: Decimal
    gb_de_logs_fora: Decimal
    emails_por_usuario: Decimal

    def but(self, **others: Decimal) -> Premissas:
        """The same with others; `PremissaInvalida` for a name that is none."""
        if unknown := sorted(set(others) - NOMES):
            msg = f"não há premissa {', '.join(unknown)}"
            raise PremissaInvalida(msg)
        return replace(self, **others)

    def __post_init__(self) -> None:
        if negative := sorted(name for name in NOMES if getattr(self, name) < 0):
            raise PremissaInvalida(f"negativa: {', '.join(negative)}")
        if zero := [name for name in _POSITIVAS if not getattr(self, name)]:
            raise PremissaInvalida(f"{zero[0]} é mais que zero")
        if more := [name for name in _FRACOES if getattr(self, name) > 1]:
            raise PremissaInvalida(f"{more[0]} é no máximo 1")
        self._check_hours()

    def _check_hours(self) -> None:
        """What comes in hours that there are not would cost nothing."""
        if self.parte_no_pico + self.parte_comercial > 1:
            raise PremissaInvalida("parte_no_pico e parte_comercial são juntas no máximo 1")
        rest = HORAS - self.horas_de_pico - self.horas_comerciais
        if rest < 0:
            raise PremissaInvalida(f"horas_de_pico e horas_comerciais são no máximo {HORAS}")
        for hours, share in (
            (self.horas_de_pico, self.parte_no_pico),
            (self.horas_comerciais, self.parte_comercial),
            (rest, 1 - self.parte_no_pico - self.parte_comercial),
        ):
            if share and not hours:
                raise PremissaInvalida(
                    "horas_de_pico, horas_comerciais e o resto do mês: onde há parte dos "
                    "documentos há horas"
                )


NOMES: Final = frozenset(field.name for field in fields(Premissas))


@cache
def explained(folder: Path = FOLDER) -> tuple[Explicada, ...]:
    """The table, in its order. `PremissaInvalida` for a row that cannot be used."""
    found = tuple(_row(row) for row in rows(folder / "premissas.tsv", _COLUMNS))
    names = [each.nome for each in found]
    if sorted(names) != sorted(NOMES):
        wrong = sorted(set(names) ^ NOMES) or sorted({n for n in names if names.count(n) > 1})
        msg = f"premissas.tsv: falta, sobra ou se repete {', '.join(wrong)}"
        raise PremissaInvalida(msg)
    return found


def load(folder: Path = FOLDER) -> Premissas:
    """The assumptions of a folder's table."""
    return Premissas(**{each.nome: each.valor for each in explained(folder)})


def parse(texts: Mapping[str, str]) -> dict[str, Decimal]:
    """`nome=valor` of the command line; `PremissaInvalida` where a value is no number."""
    return {name: _number(name, text) for name, text in texts.items()}


def _row(row: Mapping[str, str]) -> Explicada:
    if row["natureza"] not in NATUREZAS or not row["porque"] or not row["unidade"]:
        msg = f"premissas.tsv: {row['nome']}: unidade, {' ou '.join(NATUREZAS)}, e por quê"
        raise PremissaInvalida(msg)
    value = _number(row["nome"], row["valor"])
    return Explicada(row["nome"], value, row["unidade"], row["natureza"], row["porque"])


def _number(name: str, text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        msg = f"{name}: {text} não é um número"
        raise PremissaInvalida(msg) from error
    if not value.is_finite() or not 0 <= value <= MAIOR:
        msg = f"{name}: {text} não está entre 0 e {MAIOR}"
        raise PremissaInvalida(msg)
    return value
