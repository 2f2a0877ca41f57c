"""The month's bill of a demand in a scenario: `calcular`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fiscalxml_ops.cost import rates
from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.guarding import guarding, third_party
from fiscalxml_ops.cost.keeping import cache, database, objects
from fiscalxml_ops.cost.lines import Conta, Grupo, Linha, por_grupo, total
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.recovery_region import recovery_region
from fiscalxml_ops.cost.scenarios import OUTRA, Cenario
from fiscalxml_ops.cost.serving import computing, network
from fiscalxml_ops.cost.sizing import Planta, dimensionar


@dataclass(frozen=True)
class Resultado:
    """A month: what runs and every line of it, in US dollars."""

    cenario: Cenario
    regiao: str
    demanda: Demanda
    planta: Planta
    linhas: tuple[Linha, ...]

    @property
    def total(self) -> Decimal:
        """Everything."""
        return total(self.linhas)

    @property
    def aws(self) -> Decimal:
        """What AWS bills."""
        return total(linha for linha in self.linhas if linha.aws)

    @property
    def terceiros(self) -> Decimal:
        """What others bill."""
        return self.total - self.aws

    @property
    def por_usuario(self) -> Decimal:
        """Everything, by user."""
        return self.total / self.demanda.usuarios

    @property
    def por_mil_documentos(self) -> Decimal:
        """Everything, by a thousand documents of the month."""
        return self.total / self.demanda.documentos * 1000

    @property
    def grupos(self) -> dict[Grupo, Decimal]:
        """Dollars by group."""
        return por_grupo(self.linhas)


def calcular(demanda: Demanda, cenario: Cenario, regiao: str, tabela: Tabela) -> Resultado:
    """A month of this demand, bought as the scenario says."""
    p = demanda.premissas
    taxas = rates.publicadas(p) if cenario.publicadas else rates.medidas(p)
    planta = dimensionar(demanda, taxas)
    here, there = Conta(tabela, regiao), Conta(tabela, OUTRA[regiao])
    computing(here, planta, cenario)
    network(here, demanda, cenario)
    database(here, demanda, planta.banco, cenario)
    cache(here, cenario)
    objects(here, demanda, cenario, Grupo.OBJETOS)
    guarding(here, demanda, planta, cenario)
    recovery_region(here, there, demanda, planta, cenario)
    third_party(here, demanda, cenario)
    return Resultado(cenario, regiao, demanda, planta, (*here.linhas, *there.linhas))
