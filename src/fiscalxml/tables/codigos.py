"""A set of codes from the package, or from a newer file of the operator."""

from __future__ import annotations

from collections.abc import Mapping

from fiscalxml.tables import operador
from fiscalxml.tables.tabela import Tabela


def substituta(nome: str, tabela: Tabela) -> Mapping[str, operador.Linha] | None:
    """The operator's rows in place of the package's, if they are said to be newer."""
    found = operador.tabelas().get(nome)
    if found is None or found.data is None or found.data <= tabela.data:
        return None
    return found.linhas


def em_uso(nome: str, tabela: Tabela) -> Tabela:
    """What is said of the table that is in use."""
    found = operador.tabelas().get(nome)
    if found is None or found.data is None or found.data <= tabela.data:
        return tabela
    return Tabela(
        nome=tabela.nome,
        fonte=f"{operador.TABELAS_DIR}/{nome}.tsv",
        data=found.data,
        linhas=len(found.linhas),
    )
