"""What `fiscalxml-ops cost` was asked for: demand, scenario, prices, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import click

from fiscalxml_ops.cost import premises
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import numero
from fiscalxml_ops.cost.model import Resultado, calcular
from fiscalxml_ops.cost.premises import MAIOR, PremissaInvalida, Premissas
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.scenarios import Cenario


class Quantidade(click.ParamType[Decimal]):
    """A number above zero, and no more than `MAIOR`."""

    name = "N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value} não é um número", param, ctx)
        if not found.is_finite() or found <= 0:
            self.fail(f"{value} não é mais que zero", param, ctx)
        if found > MAIOR:
            self.fail(f"{value} passa de {numero(MAIOR)}", param, ctx)
        return found


@dataclass(frozen=True)
class Escolha:
    """What was asked for: `demanda` in `cenario`, and how it is shown."""

    demanda: Demanda
    cenario: Cenario
    regiao: str
    tabela: Tabela
    formato: str

    @property
    def resultado(self) -> Resultado:
        """The bill."""
        return calcular(self.demanda, self.cenario, self.regiao, self.tabela)

    @property
    def premissas(self) -> Premissas:
        """What is assumed."""
        return self.demanda.premissas


def given(
    trocas: Sequence[str], documents: Decimal | None, months: Decimal | None
) -> dict[str, Decimal]:
    """Assumptions that are changed. Raises `PremissaInvalida`."""
    pairs = [each.partition("=") for each in trocas]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise PremissaInvalida(f"--premissa {wrong[0]}: é NOME=VALOR")
    given = premises.parse({name: value for name, _, value in pairs})
    if documents is not None:
        given["documentos_por_usuario"] = documents
    if months is not None:
        given["meses"] = months
    return given
